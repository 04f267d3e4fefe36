"""Bodies of requests and answers about follow-ups: what people write in them holds no number of a person."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.notify.alerts.rules import EVERY_KIND, AlertState, Severity, SubjectKind
from services.notify.choices import ListedWord
from services.notify.follow_ups.rules.states import FollowUpAct, FollowUpEntryKind, FollowUpState
from shared.fields import Day, Reason, Text, Word


class FollowUpAnswerBody(BaseModel):
    """What was done about it (反馈)."""

    model_config = ConfigDict(extra="forbid")

    said: Text


class FollowUpClosing(BaseModel):
    """With what remark it is closed (销号意见)."""

    model_config = ConfigDict(extra="forbid")

    said: Reason | None = None


class FollowUpReturn(BaseModel):
    """Why an answer does not satisfy (退回理由)."""

    model_config = ConfigDict(extra="forbid")

    said: Reason


class FollowUpAssignment(BaseModel):
    """The post it is given to (交办), and why."""

    model_config = ConfigDict(extra="forbid")

    to: Word
    said: Reason | None = None


class FollowUpPause(BaseModel):
    """Until when its clock stands still (暂停), that day not included, and why."""

    model_config = ConfigDict(extra="forbid")

    until: Day
    said: Reason


class FollowUpAlertRead(BaseModel):
    """An alert that belongs to it; `level` is the rung of the ladder, 0 for those that are no escalation."""

    alert_id: UUID
    recipient: str
    level: int


class FollowUpEntryRead(BaseModel):
    """What was done to it (办理环节); `actor` null: by itself."""

    number: int
    kind: FollowUpEntryKind
    done_at: AwareDatetime
    actor: str | None
    recipient: str | None
    said: str | None
    paused_until: Day | None
    by_link: bool


class FollowUpRead(BaseModel):
    """A follow-up (督办单); `acts` is what its reader may do with it, `assignable` the posts they may give it to.

    `posts` has what the posts that stand in it are called, in the reader's language.
    `due_at` ends the owner's present term (to sign, then to answer), null while there is none; `due_by_weekends` where
    it is in a year of which no calendar is known yet. `climbs_at` is when it goes to the post above unless it is signed
    for.
    """

    id: UUID
    kind: Annotated[str, ListedWord(lambda: EVERY_KIND)]
    severity: Severity
    programme: str
    unit: str | None
    subject_kind: SubjectKind
    subject_ref: str
    title: str
    body: str
    alert_id: UUID
    owner: str
    state: FollowUpState
    level: int
    overdue: bool
    due_at: AwareDatetime | None
    due_by_weekends: bool
    climbs_at: AwareDatetime | None
    paused_until: Day | None
    opened_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    acknowledged_by: str | None
    answered_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    alerts: Sequence[FollowUpAlertRead]
    history: Sequence[FollowUpEntryRead]
    acts: Sequence[FollowUpAct]
    assignable: Sequence[str]
    posts: Mapping[str, str]
    version: int


class SignLinkRead(BaseModel):
    """What a link signs for: an alert of a post. Looking signs for nothing."""

    title: str
    body: str
    post: str
    state: AlertState
    raised_at: AwareDatetime
    expires_at: AwareDatetime
