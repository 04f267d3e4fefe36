"""States of imports, who may do what with them, and how fast they get on. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple
from uuid import UUID

from services.registry.registrations.rules import WRITERS
from shared.auth import Caller, Role

ImportMode = Literal["accept_good", "all_or_nothing"]
ImportKind = Literal["registrations", "transitions"]  # 登记名单，办理清单

READERS = (*WRITERS, Role.INSTITUTION_REVIEWER, Role.AUDITOR)
LARGEST_FILE = 64 * 1024 * 1024  # bytes; 500,000 people as CSV are about 50 MB
PART = 1024 * 1024
MOST_WAITING = 20  # imports of one institution that are not over
MOST_TOGETHER = 10_000  # rows that are entered all or none: one transaction, in which nobody else writes
MOST_LISTED = 5_000  # rows of a list of decisions: tried in one transaction, since one row may follow on another
KEPT = timedelta(days=7)  # file and rows, once it is over; as long as what an Idempotency-Key keeps
UNDO_WITHIN = timedelta(days=30)  # of the institution's own clerks; of what lies further back the figures were reported


class ImportState(StrEnum):
    """Where an import stands (导入任务状态)."""

    QUEUED = "queued"
    READING = "reading"
    PREVIEWED = "previewed"
    COMMITTING = "committing"
    COMMITTED = "committed"
    APPROVING = "approving"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


class RowResult(StrEnum):
    """What came of a row; duplicates are told apart from mistakes, and what was there already from both.

    `AWAITING`: a second officer has to request the same (待第二人).
    """

    ACCEPTED = "accepted"
    AWAITING = "awaiting"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


MOVING = (
    ImportState.QUEUED,
    ImportState.READING,
    ImportState.COMMITTING,
    ImportState.APPROVING,
    ImportState.UNDOING,
)  # a worker's
CANCELLABLE = (ImportState.QUEUED, ImportState.READING, ImportState.PREVIEWED, ImportState.COMMITTING)
WAITING = (*MOVING, ImportState.PREVIEWED)


def is_uploader(uploader: Mapping[str, Any], caller: Caller) -> bool:
    """Whether this is who uploaded it: the same actor, in the same role and for the same institution."""
    return uploader == kept_caller(caller)


def kept_caller(caller: Caller) -> dict[str, Any]:
    """A caller as a job keeps one: without the session and the secret it came by, which end before the job does."""
    return {
        "sub": caller.sub,
        "role": caller.role.value,
        "institution_id": str(caller.institution_id) if caller.institution_id else None,
        "reporting_unit": caller.reporting_unit,
        "person": caller.person,
        "signed_in": caller.session is not None,
    }


def caller_kept(kept: Mapping[str, Any]) -> Caller:
    """The caller that a job keeps."""
    institution = kept["institution_id"]
    return Caller(
        kept["sub"], Role(kept["role"]), UUID(institution) if institution else None, kept["reporting_unit"],
        kept["person"],
    )  # fmt: skip


def may_undo_still(caller: Caller, finished_at: datetime | None, now: datetime) -> bool:
    """The bureau at any time; an institution's clerk while its figures are fresh."""
    return caller.institution_id is None or (finished_at is not None and now - finished_at <= UNDO_WITHIN)


class Speed(NamedTuple):
    """How fast a job gets on, in rows a second, and how long it takes still; None before anything is known."""

    rate: float | None
    seconds_left: float | None


def speed(total: int | None, done: int, since: datetime | None, now: datetime) -> Speed:
    """The speed of the phase that began at an instant."""
    passed = (now - since).total_seconds() if since else 0.0
    if not done or passed <= 0 or total is None:
        return Speed(None, None)
    rate = done / passed
    return Speed(round(rate, 1), round(max(0, total - done) / rate, 1))
