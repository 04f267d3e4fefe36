"""How an alert is answered: counts, codes and links, never a person's name or number."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.notify.alerts.rules import EVERY_KIND, KINDS, AlertFacts, AlertState, Severity, SubjectKind
from services.notify.choices import ListedWord, OneOf

KindName = Annotated[str, OneOf(lambda: KINDS)]  # one that can be subscribed to
AnyKindName = Annotated[str, OneOf(lambda: EVERY_KIND)]


class AlertRead(BaseModel):
    """One alert (提醒) in the reader's language."""

    id: UUID
    kind: Annotated[str, ListedWord(lambda: EVERY_KIND)]
    severity: Severity
    programme: str
    unit: str | None
    subject_kind: SubjectKind
    subject_ref: str
    title: str
    body: str
    facts: AlertFacts
    state: AlertState
    raised_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    recipient: str
    supersedes: UUID | None
    version: int


class StreamResumed(BaseModel):
    """The live stream does not go on where its reader left off (续读): alerts after this position follow."""

    after: int
    detail: str
