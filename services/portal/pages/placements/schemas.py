"""What the registry answers about placements, as far as the pages show it."""

from datetime import date, datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class TraineeShown(ServiceAnswer):
    """The person of a placement, masked."""

    name: str
    id_number: str


class NoteShown(ServiceAnswer):
    """Something to look at."""

    detail: str


class PlacementShown(ServiceAnswer):
    """A placement as it stands."""

    id: UUID
    base: UUID
    reporting_unit: str
    subject: TraineeShown
    state: str
    started_on: date
    months: int
    last_day: date
    finished_on: date | None = None
    hired_on: date | None = None
    left_on: date | None = None
    external_ref: str | None = None
    warnings: list[NoteShown] = []
    version: int


class PlacementEntryShown(ServiceAnswer):
    """A placement as one act left it."""

    version: int
    state: str
    months: int
    finished_on: date | None = None
    hired_on: date | None = None
    left_on: date | None = None
    by: str
    at: datetime


class BaseName(ServiceAnswer):
    """What a base is called."""

    name: str


class BaseShown(ServiceAnswer):
    """An internship base: an organisation registered as one."""

    id: UUID
    subject: BaseName
    state: str
    reporting_unit: str


class RetentionShown(ServiceAnswer):
    """Figures of a base, or of all."""

    base: UUID | None = None
    started: int
    active: int
    left: int
    finished: int
    hired: int
    retention: str
    attained: bool | None = None


class RetentionList(ServiceAnswer):
    """Retention in a period, of all and by base."""

    total: RetentionShown
    items: list[RetentionShown]
