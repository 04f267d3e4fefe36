"""Where a registration belongs (区划归属): the unit that reports, and by statute the division. Pure."""

from dataclasses import dataclass
from datetime import date

from services.registry.people.rules.documents import Note
from services.registry.programmes.rules.places import Geography, KnownUnit, unknown_unit
from shared.contracts.places import Follows, TownshipSpell
from shared.problems import Fault, Said


@dataclass(frozen=True)
class Placed:
    """The unit that reports, the statutory division on the day where it is known, and what should be looked at."""

    unit: str
    gb2260: str | None
    notes: tuple[Note, ...]


def placed(written: str, township: str | None, on: date, known: Geography) -> Placed | Fault:
    """Where a registration with that unit and township belongs on a day; or why it cannot be with the unit."""
    unit = known.unit(written)
    if unit is None:
        return unknown_unit()
    if fault := not_valid(unit, on, known):
        return fault
    notes = () if written in (unit.code, unit.name_zh, unit.name_en) else (_by_former_name(unit),)
    if not township:
        return Placed(unit.code, _division(unit.gb2260, on, known), notes)
    spell = known.places.lay(township, on)
    if spell is None:
        doubts = (TOWNSHIP_UNKNOWN,) if known.parts_later(unit.code, on) else ()
        return Placed(unit.code, _division(unit.gb2260, on, known), (*notes, *doubts))
    if unit.code not in spell.units:
        notes = (*notes, _elsewhere(spell, known))
    return Placed(unit.code, spell.gb2260, notes)


def not_valid(unit: KnownUnit, on: date, known: Geography, pointer: str = "/reporting_unit") -> Fault | None:
    """Why a unit cannot have anything on a day: it did not exist; and who reports instead."""
    if unit.valid_from <= on and (unit.valid_to is None or on <= unit.valid_to):
        return None
    follows = known.followed(on).get(unit.code)
    return Fault(pointer, "unit_not_valid", _instead(follows, known) if follows else NOT_VALID)


def _division(gb2260: str | None, on: date, known: Geography) -> str | None:
    """A unit's own statutory code, where the division had it on that day."""
    if gb2260 is None or (known.places.divisions and known.places.division(gb2260, on) is None):
        return None
    return gb2260


def _instead(follows: Follows, known: Geography) -> Said:
    new = known.units[follows.unit]
    return Said(
        f"该填报单位当日已撤销，自{follows.since}起由{new.name_zh}（{new.code}）填报",
        f"The unit had ended by that day; from {follows.since} on {new.name_en} ({new.code}) reports",
    )


def _by_former_name(unit: KnownUnit) -> Note:
    said = Said(
        f"所填的是曾用名或区划代码，按沿革归入{unit.name_zh}",
        f"A former name or a division code was given; by what became of it, it is with {unit.name_en}",
    )
    return Note("unit_by_former_name", "info", said)


def _elsewhere(spell: TownshipSpell, known: Geography) -> Note:
    units = [known.units[code] for code in spell.units]
    said = Said(
        f"该乡镇（街道）当日由{'、'.join(each.name_zh for each in units)}填报，与所填单位不一致。请核对",
        f"On that day {', '.join(each.name_en for each in units)} reported for this township, not the unit given. "
        "Check it",
    )
    return Note("township_elsewhere", "warning", said)


TOWNSHIP_UNKNOWN = Note(
    "township_unknown",
    "warning",
    Said(
        "该单位的区划后有调整，归属由乡镇（街道）决定，而所填乡镇不在名录中。请核对",
        "A boundary of this unit moved later and the township decides who reports, but the one given is not listed. "
        "Check it",
    ),
)
NOT_VALID = Said(
    "该填报单位当日不存在，请选择当日有效的单位", "The unit did not exist on that day; choose one that did"
)
