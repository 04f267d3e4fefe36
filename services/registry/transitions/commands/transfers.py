"""A registration goes to another unit, another partner or another township from a day on (变更填报单位)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.institutions.models import Institution
from services.registry.programmes.queries import geography
from services.registry.programmes.rules.places import Geography, unknown_unit
from services.registry.registrations.commands.placing import not_valid, township_faults
from services.registry.registrations.models import Registration
from services.registry.transitions.rules.transfers import before_transfer, transfer_day_faults
from services.registry.transitions.rules.workflow import LEAVING
from services.registry.transitions.schemas.transitions import Transition
from shared import clock
from shared.contracts.registration import Spell
from shared.problems import Fault, Said

TRANSFERS = ("to", "to_institution", "township")


class Destinations(NamedTuple):
    """Where transfers may go: the units as they are known, and those of the named partners that there are."""

    known: Geography
    partners: set[UUID]


def destinations(session: Session, wanted: Sequence[Transition]) -> Destinations:
    """Read once, for all transfers of a batch."""
    named = {each.to_institution for each in wanted if each.to_institution}
    found = session.exec(select(Institution.id).where(col(Institution.id).in_(named))) if named else ()
    return Destinations(geography(session), set(found))


def transfer_faults(wanted: Transition, registration: Registration, known: Destinations | None) -> list[Fault]:
    """What is wrong with a transfer as it is requested, and with what only a transfer may state elsewhere."""
    stated = [name for name in TRANSFERS if getattr(wanted, name) is not None]
    if wanted.action != "transfer":
        faults = [Fault(f"/{name}", "not_for_this_action", ONLY_TRANSFERS) for name in stated]
        if wanted.action in LEAVING and wanted.effective_on:
            faults += before_transfer(wanted.effective_on, since(registration))
        return faults
    if known is None or wanted.to is None or wanted.effective_on is None:
        return []  # named as missing already
    if _changes_nothing(registration, wanted):
        return [NOWHERE]
    on, counted_on = wanted.effective_on, registration.counted_on
    faults = _destination_faults(known, wanted, wanted.to, on)
    return faults + transfer_day_faults(on, clock.today(), counted_on, since(registration))


def transfer(registration: Registration, wanted: Transition) -> None:
    """Close the spell with the present unit; from the day on the registration is with the other one."""
    if wanted.to and wanted.effective_on and wanted.to != registration.reporting_unit:
        close_spell(registration, wanted.effective_on)
        registration.reporting_unit = wanted.to
        registration.township = None
    if wanted.township is not None:
        registration.township = wanted.township
    if wanted.to_institution is not None:
        registration.institution_id = wanted.to_institution


def close_spell(registration: Registration, until: date, *, boundary: bool = False) -> None:
    """The present unit had the registration until that day."""
    spell = Spell(reporting_unit=registration.reporting_unit, until=until, boundary=boundary)
    registration.spells = [*registration.spells, spell.model_dump(mode="json")]


def since(registration: Registration) -> date | None:
    """Since when the present unit has a registration that moved."""
    return date.fromisoformat(registration.spells[-1]["until"]) if registration.spells else None


def _changes_nothing(registration: Registration, wanted: Transition) -> bool:
    stated = (wanted.to, wanted.to_institution, wanted.township)
    present = (registration.reporting_unit, registration.institution_id, registration.township)
    return all(new in (None, old) for new, old in zip(stated, present, strict=True))


def _destination_faults(destinations: Destinations, wanted: Transition, to: str, on: date) -> list[Fault]:
    known, faults = destinations.known, []
    unit = known.units.get(to)
    if unit is None:
        faults.append(unknown_unit("/to"))
    elif fault := not_valid(unit, on, known, "/to"):
        faults.append(fault)
    faults += township_faults(wanted.township, known)
    if wanted.to_institution is not None and wanted.to_institution not in destinations.partners:
        faults.append(Fault("/to_institution", "institution_unknown", INSTITUTION_UNKNOWN))
    return faults


ONLY_TRANSFERS = Said("只用于变更填报单位", "is for a transfer alone")
NOWHERE = Fault(
    "/to",
    "nowhere",
    Said("填报单位、合作单位和乡镇均与现状相同", "The unit, the partner and the township are those it has"),
)
INSTITUTION_UNKNOWN = Said("没有这个合作单位", "There is no such institution")
