"""The two clocks of the product: instants in UTC, dates in the business calendar."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from shared.config import settings
from shared.days import written_day
from shared.problems import Language


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def seconds_since(instant: datetime) -> float:
    """How long ago an instant was, in seconds; 0 for one to come."""
    return max(0.0, (now() - instant).total_seconds())


def local(instant: datetime) -> datetime:
    """An instant as the clocks of the bureau show it."""
    return instant.astimezone(ZoneInfo(settings().time_zone))


def written_instant(instant: datetime, language: Language) -> str:
    """An instant on the clocks of the bureau, to the minute."""
    there = local(instant)
    return f"{written_day(there.date(), language)} {there:%H:%M}"


def business_date(instant: datetime) -> date:
    """The date of an instant in the bureau's calendar; a business day ends at 24:00 local time."""
    return local(instant).date()


def first_instant(day: date) -> datetime:
    """The instant at which a day begins in the bureau's calendar."""
    return datetime.combine(day, time(), ZoneInfo(settings().time_zone)).astimezone(UTC)


def today() -> date:
    """Today in the bureau's calendar."""
    return business_date(now())
