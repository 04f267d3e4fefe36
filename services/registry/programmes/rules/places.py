"""Where a place lay on a day (区划沿革), by what people write. Pure: values in, decision out."""

from collections.abc import Iterable, Sequence
from datetime import date

from shared.contracts.places import Division, PackPlaces, Township, TownshipSpell


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
