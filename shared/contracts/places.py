"""Places over time (区划沿革): statutory divisions, townships and reporting units, and on which days they were so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, Protocol, Self

from pydantic import Field, model_validator

from shared.contracts.parts import Part, broken
from shared.fields import Code, Day, DivisionCode, Name, Word


class Lasting(Part):
    """What is so from its first to its last day, both included."""

    valid_from: Day
    valid_to: Day | None = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise broken("ends_before_start", "止日早于起日", "the end lies before the start")
        return self

    def lasts(self, on: date) -> bool:
        """Whether it is so on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Division(Lasting):
    """A statutory division (县级行政区划, GB/T 2260) under one name; a change of name alone keeps the code."""

    code: DivisionCode
    name_zh: Name
    name_en: Name
    successor: DivisionCode | None = None


class TownshipSpell(Lasting):
    """Where a township lay for some time: by statute, and with which units employers there report."""

    gb2260: DivisionCode
    units: list[Code] = Field(min_length=1)


class Township(Part):
    """A township (乡镇、街道、管理处) by the names people write, and where it lay, spell after spell."""

    names: list[Word] = Field(min_length=1)
    spells: list[TownshipSpell] = Field(min_length=1)

    def on(self, day: date) -> TownshipSpell | None:
        """Where it lay on a day."""
        return next((spell for spell in self.spells if spell.lasts(day)), None)


class PackPlaces(Part):
    """What a pack says of the statutory divisions and of the townships on which it depends who reports."""

    divisions: list[Division] = []
    townships: list[Township] = []


class Unit(Protocol):
    """As much of a reporting unit as following it needs."""

    @property
    def code(self) -> str: ...
    @property
    def valid_to(self) -> date | None: ...


class Succeeds(Protocol):
    """As much of a succession as following it needs."""

    @property
    def old(self) -> str: ...
    @property
    def new(self) -> str: ...
    @property
    def effective_on(self) -> date: ...


class Follows(NamedTuple):
    """The unit that reports for one that has ended, and since when."""

    unit: str
    since: date


def successors(units: Iterable[Unit], successions: Iterable[Succeeds], on: date) -> dict[str, Follows]:
    """Which unit reports on a day for each that has ended (整体划转).

    Only where all of a unit went to one other: of a part, nobody but its registrations can tell what went where.
    """
    ended = {unit.code: unit.valid_to for unit in units if unit.valid_to is not None and unit.valid_to < on}
    next_of: dict[str, list[Follows]] = defaultdict(list)
    for each in successions:
        if each.old in ended and ended[each.old] < each.effective_on <= on:
            next_of[each.old].append(Follows(each.new, each.effective_on))
    whole = {old: found[0] for old, found in next_of.items() if len(found) == 1}
    return {old: _last(old, whole) for old in whole}


def _last(old: str, whole: Mapping[str, Follows]) -> Follows:
    follows, seen = whole[old], {old}
    while follows.unit in whole and follows.unit not in seen:
        seen.add(follows.unit)
        follows = whole[follows.unit]
    return follows
