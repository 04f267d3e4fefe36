"""The reporting units, what became of them, and where places lay (区划沿革), as the policies in force say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from services.registry.programmes.models import ReportingUnitRow, UnitSuccession
from services.registry.programmes.queries import in_force, successions, units
from services.registry.programmes.rules import Places
from shared.contracts.places import Follows, successors


@dataclass(frozen=True)
class Geography:
    """The reporting units and what became of them, the divisions and the townships."""

    units: Mapping[str, ReportingUnitRow]
    successions: Sequence[UnitSuccession]
    places: Places

    def unit(self, written: str) -> ReportingUnitRow | None:
        """A unit by its code, its name or statutory code, or one that its division had before (新建县)."""
        if found := self.units.get(written):
            return found
        names = {each.name_zh: each for each in self.units.values()} | {e.name_en: e for e in self.units.values()}
        codes = {each.gb2260: each for each in self.units.values()}
        if found := names.get(written) or codes.get(written):
            return found
        return next((codes[code] for code in self.places.codes_of(written) if code in codes), None)

    def followed(self, on: date) -> dict[str, Follows]:
        """Which unit reports on a day for each that has ended (整体划转)."""
        return successors(self.units.values(), self.successions, on)

    def parts_later(self, unit: str, on: date) -> bool:
        """Whether a boundary moves a part of the unit after that day, so that the township decides."""
        whole = self.followed(date.max)
        return unit not in whole and any(each.old == unit and on < each.effective_on for each in self.successions)


def geography(session: Session) -> Geography:
    """As it is now."""
    return Geography({unit.code: unit for unit in units(session)}, successions(session), in_force(session).places)
