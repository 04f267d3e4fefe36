from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from services.registry.corrections.rules import boundary_fault
from services.registry.corrections.schemas.corrections import BoundaryChangeRead, NewBoundaryChange
from services.registry.programmes.queries import geography, programmes
from services.registry.programmes.rules.places import Geography
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact, locked
from services.registry.transitions.commands.transfers import close_spell, since
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.registration import RegistrationTransferred
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import InvalidBody, Refusal


@dataclass(frozen=True)
class CarryingOut:
    """A boundary change to carry out, or only to try."""

    change: NewBoundaryChange
    dry_run: bool


@operation(
    "change_boundary",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: f"{wanted.change.old} → {wanted.change.new}",
    effect=lambda done: Effect(f"{done.old} → {done.new}", result="tried" if done.dry_run else "done"),
)
def carry_out(session: Session, calls: Sequence[Call[CarryingOut]]) -> list[BoundaryChangeRead | Refusal]:
    """Give the registrations of the townships that went to another unit to that unit (落实区划调整), or only try it.

    From the day on credit and stock are the new unit's, and the city's figure stays. Done again, it takes those whose
    township became known, or who were recognised, since; those of unknown township are counted and stay.
    Locks: every registration that counts with the old unit. Writes unless `dry_run`: `registration` (`spells`,
    `reporting_unit`) and its history. Announces: registration.transferred for each that moves.
    Refuses: invalid-body for a succession that the policy does not have, lies ahead, or concerns all of a unit.
    """
    known = geography(session)
    return [_carried_out(session, call.item, known, call.caller) for call in calls]


def _carried_out(
    session: Session, wanted: CarryingOut, known: Geography, caller: Caller
) -> BoundaryChangeRead | Refusal:
    change = wanted.change
    if fault := boundary_fault(change.old, change.new, change.effective_on, known, clock.today()):
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
        stated = change.model_dump(include={"reason", "decision_no", "effective_on"})
        session.add(history_entry(each, "rezone", caller, moved_to=change.new, **stated))
    session.flush()
    announce(session, *(fact(RegistrationTransferred, each, known[each.programme]) for each in moving))
