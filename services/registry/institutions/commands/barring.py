from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.institutions.errors import AlreadyLifted
from services.registry.institutions.models import BUREAU_ID, Bar, Institution
from services.registry.institutions.rules import bar_fault
from services.registry.institutions.schemas import Lifting, NewBar
from shared import clock
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, NotFound, Refusal


class Barring(NamedTuple):
    """An institution that is to be kept from submitting."""

    institution_id: UUID
    new: NewBar


class LiftingBar(NamedTuple):
    """A bar of an institution that is to be lifted."""

    institution_id: UUID
    bar_id: UUID
    lifting: Lifting


@operation(
    "bar",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda barring: barring.institution_id,
    effect=lambda made: Effect(made.id),
)
def bar(session: Session, calls: Sequence[Call[Barring]]) -> list[Bar | Refusal]:
    """Keep institutions from submitting until a day (暂停申报资格); what they submitted before goes its way.

    Both days are included; the first is today unless it is stated. Writes: `bar`. Locks nothing; no event.
    Refuses: not-found for an unknown institution or the bureau's own, invalid-body at `/until`.
    """
    return [_barred(session, call.item, call.caller) for call in calls]


def _barred(session: Session, wanted: Barring, caller: Caller) -> Bar | Refusal:
    new, today = wanted.new, clock.today()
    if wanted.institution_id == BUREAU_ID or session.get(Institution, wanted.institution_id) is None:
        return NotFound()
    since = new.since or today
    if fault := bar_fault(since, new.until, today):
        return InvalidBody(fault)
    made = Bar(
        institution_id=wanted.institution_id,
        since=since,
        until=new.until,
        reason=new.reason,
        document_no=new.document_no,
        by=caller.actor,
        at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


@operation(
    "lift", roles=(Role.BUREAU_OFFICER,), target=lambda lifting: lifting.bar_id, effect=lambda lifted: Effect(lifted.id)
)
def lift(session: Session, calls: Sequence[Call[LiftingBar]]) -> list[Bar | Refusal]:
    """Let institutions submit again before the day (解除暂停); the bar stays on record, with who lifted it and why.

    Locks and writes: the `bar`. No event. Refuses: not-found for an unknown bar or another's, already-lifted.
    """
    return [_lifted(session, call.item, call.caller) for call in calls]


def _lifted(session: Session, wanted: LiftingBar, caller: Caller) -> Bar | Refusal:
    found = session.get(Bar, wanted.bar_id, with_for_update=True)
    if found is None or found.institution_id != wanted.institution_id:
        return NotFound()
    if found.lifted_at:
        return AlreadyLifted()
    found.lifted_by, found.lifted_for, found.lifted_at = caller.actor, wanted.lifting.reason, clock.now()
    session.flush()
    return found
