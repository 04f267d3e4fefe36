from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from services.registry.corrections.schemas import BoundaryChangeRead, NewBoundaryChange
from services.registry.programmes.queries import Geography, geography, programmes
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact, locked
from services.registry.transitions.commands.transfers import close_spell, since
from shared import clock
from shared.auth import Caller
from shared.contracts.registration import RegistrationTransferred
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, Refusal, Said


@dataclass(frozen=True)
class CarryingOut:
    """A boundary change to carry out, or only to try."""

    change: NewBoundaryChange
    dry_run: bool


def carry_out(session: Session, wanted: Sequence[CarryingOut], caller: Caller) -> list[BoundaryChangeRead | Refusal]:
    """Give the registrations of the townships that went to another unit to that unit (落实区划调整).

    From the day on credit and stock are the new unit's, and the city's figure stays. Done again, it takes those whose
    township became known, or who were recognised, since.
    """
    known = geography(session)
    return [_carried_out(session, each, known, caller) for each in wanted]


def _carried_out(
    session: Session, wanted: CarryingOut, known: Geography, caller: Caller
) -> BoundaryChangeRead | Refusal:
    change = wanted.change
    if fault := _fault(change, known):
        return InvalidBody(fault)
    moving, staying, unknown = [], 0, 0
    for registration in _concerned(session, change):
        lies = known.places.lay(registration.township or "", change.effective_on)
        if lies is None:
            unknown += 1
        elif change.new in lies.units and change.old not in lies.units:
            moving.append(registration)
        else:
            staying += 1
    if not wanted.dry_run:
        _move(session, moving, change, caller)
    return BoundaryChangeRead(
        **change.model_dump(include={"old", "new", "effective_on"}),
        dry_run=wanted.dry_run,
        moved=len(moving),
        staying=staying,
        unknown=unknown,
    )


def _fault(change: NewBoundaryChange, known: Geography) -> Fault | None:
    stated = (change.old, change.new, change.effective_on)
    if stated not in [(each.old, each.new, each.effective_on) for each in known.successions]:
        return NO_SUCCESSION
    if change.effective_on > clock.today():
        return NOT_YET
    return WHOLE if change.old in known.followed(change.effective_on) else None


def _concerned(session: Session, change: NewBoundaryChange) -> Iterator[Registration]:
    """What counts with the old unit, and was there before the boundary moved."""
    counting = select(Registration.id).where(
        Registration.reporting_unit == change.old, col(Registration.counted_on).is_not(None)
    )
    for registration in locked(session, None, session.exec(counting).all()).values():
        came = since(registration)
        if registration.reporting_unit == change.old and (came is None or came <= change.effective_on):
            yield registration


def _move(session: Session, moving: Sequence[Registration], change: NewBoundaryChange, caller: Caller) -> None:
    known, now = programmes(session), clock.now()
    for each in moving:
        if each.counted_on and each.counted_on < change.effective_on:
            close_spell(each, change.effective_on, boundary=True)
        each.reporting_unit = change.new
        each.version += 1
        each.updated_at = now
        told = change.model_dump(include={"reason", "decision_no", "effective_on"})
        session.add(history_entry(each, "rezone", caller, moved_to=change.new, **told))
    session.flush()
    announce(session, *(fact(RegistrationTransferred, each, known[each.programme]) for each in moving))


NO_SUCCESSION = Fault(
    "/old",
    "no_such_succession",
    Said(
        "政策包中没有这一区划调整，见 GET /v1/reporting-units",
        "The policy in force knows no such succession; GET /v1/reporting-units lists them",
    ),
)
NOT_YET = Fault("/effective_on", "in_future", Said("调整尚未生效", "The change has not taken effect yet"))
WHOLE = Fault(
    "/old",
    "whole_unit",
    Said(
        "该单位整体划转，自生效日起自动归入新单位，无须逐条办理",
        "All of this unit went to the other: from that day on figures are the new unit's by themselves",
    ),
)
