"""What the registry answers about a year of the calendar, as far as these pages show it."""

from datetime import date, datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class ShownYear(ServiceAnswer):
    """A year: its weekdays off, its weekend days worked, and by what."""

    year: int
    source: str
    document_no: str | None = None
    days_off: list[date]
    days_worked: list[date]
    version: int


class MovedNotice(ServiceAnswer):
    """A running notice that would end on another day."""

    registration_id: UUID
    last_day_before: date
    last_day: date


class ForeseenYear(ShownYear):
    """A year as it would be, with the notices that it moves."""

    notices: list[MovedNotice]
    awaiting: str | None = None


class AwaitedYear(ServiceAnswer):
    """What one officer proposed for a year."""

    document_no: str
    days_off: list[date]
    days_worked: list[date]
    notices: list[MovedNotice]
    by: str
    at: datetime
    void: bool
