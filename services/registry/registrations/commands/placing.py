"""Where a registration belongs (区划归属): the unit that reports, and by statute the division. Pure."""

from dataclasses import dataclass
from datetime import date

from services.registry.programmes.rules.places import Geography, KnownUnit, unknown_unit
from services.registry.subjects.rules.documents import Note
from shared.contracts.places import Follows, TownshipSpell
from shared.problems import Fault, Said


@dataclass(frozen=True)
class Placed:
    """The unit that reports, the township by its first name, the division on the day, what should be looked at."""

    unit: str
    township: str | None
    gb2260: str | None
    notes: tuple[Note, ...]


def placed(written: str, township: str | None, on: date, known: Geography) -> Placed | list[Fault]:
    """Where a registration with that unit and township belongs on a day; or what is wrong with either.

    A unit that ended by then, or lost the township by then, is read as the one that reports instead (区划调整).
    """
    stated = known.unit(written.strip())
    listed = known.places.township(township) if township and township.strip() else None
    faults = [unknown_unit()] if stated is None else []
    if township and township.strip() and listed is None:
        faults.append(TOWNSHIP_UNKNOWN)
    if stated is None or faults:
        return faults
    spell = listed.on(on) if listed else None
    unit = _of_that_day(stated, spell, on, known)
    if fault := not_valid(unit, on, known):
        return [fault]
    notes = [_succeeded(unit)] if unit.code != stated.code else []
    if not notes and written.strip() not in (unit.code, unit.name_zh, unit.name_en):
        notes = [_by_former_name(unit)]
    if spell and unit.code not in spell.units:
        notes.append(_elsewhere(spell, known))
    division = spell.gb2260 if spell else _division(unit.gb2260, on, known)
    return Placed(unit.code, listed.names[0] if listed else None, division, tuple(notes))


def township_faults(township: str | None, known: Geography) -> list[Fault]:
    """Why a township cannot be stated: it is not on the list of the policy in force, or blank."""
    return [] if township is None or known.places.township(township) else [TOWNSHIP_UNKNOWN]


def _of_that_day(unit: KnownUnit, spell: TownshipSpell | None, on: date, known: Geography) -> KnownUnit:
    """The unit that reports on a day for what was this one's: all of it went there, or the township did."""
    follows = known.followed(on).get(unit.code)
    if follows:
        return known.units[follows.unit]
    if spell is None or unit.code in spell.units:
        return unit
    heirs = {each.new for each in known.successions if each.old == unit.code and each.effective_on <= on}
    reporting = [code for code in spell.units if code in heirs]
    return known.units[reporting[0]] if len(reporting) == 1 else unit


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


def _succeeded(unit: KnownUnit) -> Note:
    said = Said(
        f"所填单位因区划调整，当日已由{unit.name_zh}填报，已按此登记",
        f"After a boundary change {unit.name_en} reported on that day instead of the unit given; it is with that one",
    )
    return Note("unit_succeeded", "info", said)


def _elsewhere(spell: TownshipSpell, known: Geography) -> Note:
    units = [known.units[code] for code in spell.units]
    said = Said(
        f"该乡镇（街道）当日由{'、'.join(each.name_zh for each in units)}填报，与所填单位不一致。请核对",
        f"On that day {', '.join(each.name_en for each in units)} reported for this township, not the unit given. "
        "Check it",
    )
    return Note("township_elsewhere", "warning", said)


TOWNSHIP_UNKNOWN = Fault(
    "/township",
    "township_unknown",
    Said(
        "没有这个乡镇（街道），请从乡镇名录选择；名录中没有的请留空，并请人才办补充名录",
        "There is no such township; choose one from the list of townships, or leave it out and ask the bureau to "
        "complete the list",
    ),
)
NOT_VALID = Said(
    "该填报单位当日不存在，请选择当日有效的单位", "The unit did not exist on that day; choose one that did"
)
