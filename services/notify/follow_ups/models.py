"""Tables of follow-ups, the alerts of each, and every entry."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from services.notify.alerts.rules import Severity
from services.notify.follow_ups.rules.states import FollowUpEntryKind, FollowUpState
from services.notify.tables import NotifyTable, one_of
from shared.columns import classes
from shared.db import Instant
from shared.ids import new_id

UNCLOSED = text("state <> 'closed'")


class FollowUp(NotifyTable, table=True):
    """What became red or is critical, with its owner (督办单): one that is not closed for a kind and subject.

    The clock runs from `clock_from` for `clock_minutes` of working time: for the owner to sign, then to answer, then
    again after a return. While nobody signs it is the clock of the present rung of the ladder; `climbs_at` is when
    that ends, null where the ladder has ended. `due_at` is the end of the owner's own term.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("cause_event_id"),
        Index(
            "uq_follow_ups_unclosed",
            "subject_kind",
            "subject_ref",
            "kind",
            unique=True,
            sqlite_where=UNCLOSED,
            postgresql_where=UNCLOSED,
        ),
        Index(None, "climbs_at"),
        Index(None, "owner", "state"),
        one_of("severity", Severity),
        one_of("state", FollowUpState),
    )

    __classes__ = classes(
        personal="owner subject_ref acknowledged_by",
        internal=(
            "id cause_event_id alert_id kind severity programme unit subject_kind state level due_at climbs_at "
            "clock_from clock_minutes paused_until opened_at acknowledged_at answered_at closed_at version"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    cause_event_id: UUID
    alert_id: UUID = Field(foreign_key="alerts.id")  # of those that said it the owner's
    kind: str = Field(max_length=40)
    severity: str = Field(max_length=20)
    programme: str = Field(max_length=60)
    unit: str | None = Field(default=None, max_length=60)
    subject_kind: str = Field(max_length=20)
    subject_ref: str = Field(max_length=60)
    owner: str = Field(max_length=60, foreign_key="recipients.code")
    state: str = Field(default=FollowUpState.OPEN, max_length=20)
    level: int = 0  # rungs of the ladder that it was carried up
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    climbs_at: datetime | None = Field(default=None, sa_type=Instant)
    clock_from: datetime = Field(sa_type=Instant)
    clock_minutes: int
    paused_until: date | None = None
    opened_at: datetime = Field(sa_type=Instant)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    acknowledged_by: str | None = Field(default=None, max_length=100)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class FollowUpAlert(NotifyTable, table=True):
    """An alert that belongs to a follow-up; `level` is its rung, 0 for what is no escalation."""

    __tablename__ = "follow_up_alerts"

    __classes__ = classes(
        personal="recipient",
        internal="alert_id follow_up_id level",
    )

    alert_id: UUID = Field(primary_key=True, foreign_key="alerts.id")
    follow_up_id: UUID = Field(foreign_key="follow_ups.id", index=True)
    recipient: str = Field(max_length=60, foreign_key="recipients.code", index=True)
    level: int = 0


class FollowUpEntry(NotifyTable, table=True):
    """One thing that was done to a follow-up (办理环节), by whom, and for which post; `actor` null: by itself."""

    __tablename__ = "follow_up_entries"
    __table_args__ = (one_of("kind", FollowUpEntryKind),)

    __classes__ = classes(
        personal="actor recipient said",
        internal="follow_up_id number kind done_at paused_until by_link",
    )

    follow_up_id: UUID = Field(primary_key=True, foreign_key="follow_ups.id")
    number: int = Field(primary_key=True)
    kind: str = Field(max_length=20)
    done_at: datetime = Field(sa_type=Instant)
    actor: str | None = Field(default=None, max_length=100)
    recipient: str | None = Field(default=None, max_length=60, foreign_key="recipients.code")
    said: str | None = Field(default=None, max_length=2000)  # an answer, or a reason
    paused_until: date | None = None
    by_link: bool = False
