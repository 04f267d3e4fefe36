"""What the services answer about dead letters, as far as these pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class WaitingLetter(ServiceAnswer):
    """One event that could not be taken in."""

    id: UUID
    topic: str
    key: str | None = None
    reason: str
    fingerprint: str
    parked_at: datetime
    resolved_at: datetime | None = None
    dropped_by: str | None = None
    drop_reason: str | None = None


class WholeLetter(WaitingLetter):
    """With its content."""

    body: str
    encoding: str


class TriedAgain(ServiceAnswer):
    """What came of trying: the resolved ones, and the kind of error of those that failed again."""

    dry_run: bool
    resolved: list[UUID]
    failed: dict[str, str]


class GivenUp(ServiceAnswer):
    """Those that were given up."""

    dropped: list[UUID]


@dataclass(frozen=True)
class LettersOfOneReason:
    """Those of a service that failed for the same reason."""

    service: str
    reason: str
    fingerprint: str
    letters: Sequence[WaitingLetter]
