"""Placements (就业见习): how long, in which order, how they stand; and retention. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from services.registry.programmes.rules.terms import last_day
from shared.problems import Fault, Said

BASES = "internship-bases"  # the programme whose organisations are bases
SHORTEST, LONGEST = 3, 12  # months
RETENTION_PERCENT = 50  # 留用率不低于50%

PlacementState = Literal["active", "finished", "hired", "left"]


class PlacementDays(NamedTuple):
    """What is stated of a placement."""

    started_on: date
    months: int
    first_day_counts: bool
    finished_on: date | None = None
    hired_on: date | None = None
    left_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day of its term (期满日), as the civil code counts it."""
        return last_day(self.started_on, self.months, self.first_day_counts)

    @property
    def state(self) -> PlacementState:
        """Where it stands."""
        if self.left_on:
            return "left"
        return "hired" if self.hired_on else "finished" if self.finished_on else "active"

    @property
    def until(self) -> date | None:
        """Its last day in fact; None while it is under way."""
        return self.left_on or self.finished_on

    def meets(self, other: "PlacementDays") -> bool:
        """Whether both are under way on a same day."""
        return (other.until is None or self.started_on <= other.until) and (
            self.until is None or other.started_on <= self.until
        )


def placement_faults(days: PlacementDays, today: date) -> list[Fault]:
    """What cannot be: days in the future or out of order, a term that is not over, hired without having finished."""
    stated = {
        name: day for name in ("started_on", "finished_on", "hired_on", "left_on") if (day := getattr(days, name))
    }
    faults = [Fault(f"/{name}", "in_future", NOT_YET) for name, day in stated.items() if day > today]
    if days.finished_on and days.left_on:
        faults.append(Fault("/left_on", "finished", FINISHED_OR_LEFT))
    if days.finished_on and days.finished_on < last_day(days.started_on, SHORTEST, days.first_day_counts):
        faults.append(Fault("/finished_on", "too_short", TOO_SHORT))
    if days.left_on and days.left_on < days.started_on:
        faults.append(Fault("/left_on", "before_start", BEFORE_START))
    faults += [
        Fault(f"/{name}", "after_term", AFTER_TERM)
        for name in ("finished_on", "left_on")
        if name in stated and stated[name] > days.last_day
    ]
    if days.hired_on and not days.finished_on:
        faults.append(Fault("/finished_on", "needed", FINISH_FIRST))
    elif days.hired_on and days.finished_on and days.hired_on < days.finished_on:
        faults.append(Fault("/hired_on", "before_finish", HIRED_TOO_SOON))
    return faults


class BaseThen(NamedTuple):
    """An internship base, as far as placements ask: since when it counts, and until when."""

    counted_on: date | None
    ended_on: date | None

    def recognised_on(self, day: date) -> bool:
        """Whether it is recognised on a day and has not left."""
        return self.counted_on is not None and self.counted_on <= day and (self.ended_on is None or day < self.ended_on)


class Counted(NamedTuple):
    """A placement as it is counted: whose, where, by which unit."""

    person: UUID
    base_id: UUID
    unit: str
    started_on: date
    finished_on: date | None
    hired_on: date | None
    left_on: date | None


class Retention(NamedTuple):
    """People of a base, a unit or the city in a period: those who started, left or finished in it; of these the hired.

    `active` are under way at its end.
    """

    started: int
    active: int
    left: int
    finished: int
    hired: int

    @property
    def percent(self) -> str | None:
        """留用率 with one decimal, rounded down; None where nobody has finished."""
        if not self.finished:
            return None
        tenths = self.hired * 1000 // self.finished
        return f"{tenths // 10}.{tenths % 10}"

    @property
    def attained(self) -> bool | None:
        """Whether it is at least half (不低于50%); None where nobody has finished."""
        return self.hired * 100 >= self.finished * RETENTION_PERCENT if self.finished else None


def retention(placements: Iterable[Counted], start: date, end: date) -> Retention:
    """What placements come to in a period, both days included, by people: each once, whatever they began again."""
    some = list(placements)

    def people(found: Iterable[Counted]) -> set[UUID]:
        return {each.person for each in found}

    finished = people(each for each in some if each.finished_on and start <= each.finished_on <= end)
    hired = people(
        each
        for each in some
        if each.finished_on and start <= each.finished_on and each.hired_on and each.hired_on <= end
    )
    return Retention(
        started=len(people(each for each in some if start <= each.started_on <= end)),
        active=len(people(each for each in some if each.started_on <= end and not _ended(each, end))),
        left=len(people(each for each in some if each.left_on and start <= each.left_on <= end)),
        finished=len(finished),
        hired=len(hired),
    )


def _ended(placement: Counted, by: date) -> bool:
    ended = placement.finished_on or placement.left_on
    return ended is not None and ended <= by


NOT_YET = Said("日期不能晚于今天", "cannot lie after today")
TOO_SHORT = Said(
    f"见习不满{SHORTEST}个月不算期满，请改填中止日期",
    f"A placement of less than {SHORTEST} months is not finished; say when they left instead",
)
AFTER_TERM = Said("晚于约定的期满日，请先延长见习月数", "lies after the last day of the term; extend the months first")
FINISHED_OR_LEFT = Said("期满与中止只能填一项", "A placement is finished or left, not both")
BEFORE_START = Said("中止日期早于开始日期", "lies before the start")
FINISH_FIRST = Said("填写留用日期须同时填写期满日期", "is needed where somebody is hired")
HIRED_TOO_SOON = Said("留用日期早于期满日期", "lies before the placement was finished")
