"""Working time (工作时间): the hours of an office on the days that are worked, and terms reckoned by it. Pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

IsWorking = Callable[[date], bool]
OfficeHours = Sequence[tuple[time, time]]  # the local times between which an office works, in order, on one day


def read_hours(text: str) -> OfficeHours:
    """Office hours as written: "08:30-12:00,14:00-17:30". Raises ValueError for others, or where they overlap."""
    spans = []
    for span in text.split(","):
        start, _, end = span.strip().partition("-")
        spans.append((time.fromisoformat(start.strip()), time.fromisoformat(end.strip())))
    edges = [edge for span in spans for edge in span]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError("the hours of an office follow one another within a day")
    return spans


def end_of_term(start: datetime, term: timedelta, hours: OfficeHours, is_working: IsWorking) -> datetime:
    """When so much working time has passed after a local time (期限届满).

    A term that begins outside office hours begins with the next ones; one of nothing ends there.
    """
    left = term
    for begins, ends in _spans(start, hours, is_working):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise AssertionError("there is always a next working day")


def worked_between(start: datetime, end: datetime, hours: OfficeHours, is_working: IsWorking) -> timedelta:
    """How much working time lies between two local times; none where the second is the earlier."""
    worked = timedelta()
    for begins, ends in _spans(start, hours, is_working):
        if begins >= end:
            break
        worked += min(ends, end) - begins
    return worked


def _spans(start: datetime, hours: OfficeHours, is_working: IsWorking) -> Iterator[tuple[datetime, datetime]]:
    """The office hours from a local time on, without end."""
    day = start.date()
    while True:
        if is_working(day):
            for opens, closes in hours:
                begins = max(datetime.combine(day, opens, start.tzinfo), start)
                ends = datetime.combine(day, closes, start.tzinfo)
                if begins < ends:
                    yield begins, ends
        day += timedelta(days=1)
