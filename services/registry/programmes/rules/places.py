"""Where a place lay on a day (区划沿革), and which unit reports for it (填报单位), by what people write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from shared.contracts.places import Division, Follows, PackPlaces, Succeeds, Township, TownshipSpell, successors
from shared.problems import Fault, Said


class Places:
    """The statutory divisions and the townships that the policies in force know."""

    def __init__(self, packs: Iterable[PackPlaces]) -> None:
        every = list(packs)
        self.divisions: Sequence[Division] = [division for pack in every for division in pack.divisions]
        self.townships: Sequence[Township] = [township for pack in every for township in pack.townships]
        self._township = {name: township for township in self.townships for name in township.names}

    def township(self, name: str) -> Township | None:
        """The township that people write so."""
        return self._township.get(name.strip())

    def lay(self, township: str, on: date) -> TownshipSpell | None:
        """Where a township lay on a day, if it is known at all."""
        found = self.township(township)
        return found.on(on) if found else None

    @property
    def township_names(self) -> list[str]:
        """Every way to write a township that is known."""
        return sorted(self._township)

    def division(self, code: str, on: date) -> Division | None:
        """The division that had a code on a day."""
        return next((each for each in self.divisions if each.code == code and each.lasts(on)), None)

    def after(self, division: Division) -> Division | None:
        """What became of a division: another, or itself under another name."""
        later = [e for e in self.divisions if e.code == division.successor and e.valid_from > division.valid_from]
        return min(later, key=lambda each: each.valid_from, default=None)

    def codes_of(self, written: str) -> list[str]:
        """The codes that a division, by a code or a name it had, has had since (新建县 → 360122, 360112)."""
        found = next((each for each in self.divisions if written in (each.code, each.name_zh, each.name_en)), None)
        codes = []
        while found is not None:
            codes.append(found.code)
            found = self.after(found)
        return codes


class KnownUnit(Protocol):
    """A reporting unit (填报单位) as the policy has it; both days of its validity are included."""

    @property
    def code(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def gb2260(self) -> str | None: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True)
class Geography:
    """The reporting units and what became of them, the divisions and the townships."""

    units: Mapping[str, KnownUnit]
    successions: Sequence[Succeeds]
    places: Places

    def unit(self, written: str) -> KnownUnit | None:
        """A unit by its code, its name or statutory code, or one that its division had before (新建县)."""
        if found := self.units.get(written):
            return found
        if found := self._names.get(written) or self._codes.get(written):
            return found
        return next((self._codes[code] for code in self.places.codes_of(written) if code in self._codes), None)

    def followed(self, on: date) -> Mapping[str, Follows]:
        """Which unit reports on a day for each that has ended (整体划转)."""
        if on not in self._followed:
            self._followed[on] = successors(self.units.values(), self.successions, on)
        return self._followed[on]

    @cached_property
    def _names(self) -> dict[str, KnownUnit]:
        return {each.name_zh: each for each in self.units.values()} | {e.name_en: e for e in self.units.values()}

    @cached_property
    def _codes(self) -> dict[str | None, KnownUnit]:
        return {each.gb2260: each for each in self.units.values()}

    @cached_property
    def _followed(self) -> dict[date, dict[str, Follows]]:
        return {}  # by day, as far as it was asked for: the same for every row of a file


def unknown_unit(pointer: str = "/reporting_unit") -> Fault:
    """No unit has that code."""
    return Fault(
        pointer,
        "unit_unknown",
        Said(
            "没有这个填报单位，请从填报单位目录选择",
            "There is no such reporting unit; choose one from the list of reporting units",
        ),
    )
