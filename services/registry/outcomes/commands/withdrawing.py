"""Withdrawing what was recorded of a registration (撤回认定后情况)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from services.registry.outcomes.commands.entering import Change, change_registration
from services.registry.outcomes.errors import AlreadyWithdrawn
from services.registry.outcomes.models import Circumstance
from services.registry.outcomes.queries.circumstances import as_recorded, facts_read, standing, subjects_of
from services.registry.outcomes.schemas.circumstances import FactRead
from services.registry.programmes.queries import programmes
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import locked_for
from services.registry.registrations.rules import WRITERS
from services.registry.subjects.errors import SubjectRestricted
from services.registry.subjects.queries.people import lock_identities
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationEvent
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import NotFound, Refusal


@dataclass(frozen=True)
class Withdrawing:
    """A circumstance to withdraw, and why."""

    registration_id: UUID
    id: UUID
    reason: str


@operation(
    "withdraw_fact",
    roles=WRITERS,
    target=lambda withdrawing: withdrawing.registration_id,
    effect=lambda fact: Effect(fact.registration_id),
)
def withdraw(session: Session, calls: Sequence[Call[Withdrawing]]) -> list[FactRead | Refusal]:
    """Withdraw what was recorded by mistake (撤回); it stays in sight, and every count is as without it.

    Whatever became of the registration since: also of one that left or was revoked. Locks identities (shared) and the
    registrations. Writes `circumstance`, and the next version of the registration with its history; announces
    RegistrationFactRecorded. Refuses with NotFound, SubjectRestricted and AlreadyWithdrawn.
    """
    lock_identities(session, changing=False)
    held = locked_for(session, [(call.caller, call.item.registration_id) for call in calls])
    known = programmes(session)
    outcomes: list[Circumstance | Refusal] = []
    events: list[RegistrationEvent] = []
    for call, registration in zip(calls, held, strict=True):
        outcome = _withdrawn(session, call.item, registration, call.caller)
        if isinstance(outcome, Circumstance) and registration is not None:
            events.append(_without(session, outcome, registration, known[registration.programme], call))
        outcomes.append(outcome)
    announce(session, *events)
    shown = facts_read(session, [each for each in outcomes if isinstance(each, Circumstance)])
    return [shown[each.id] if isinstance(each, Circumstance) else each for each in outcomes]


def _withdrawn(
    session: Session, wanted: Withdrawing, registration: Registration | None, caller: Caller
) -> Circumstance | Refusal:
    row = session.get(Circumstance, wanted.id, populate_existing=True) if registration else None
    if row is None or row.registration_id != wanted.registration_id:
        return NotFound()
    if registration and registration.restricted:
        return SubjectRestricted()
    if row.withdrawn_at is not None:
        return AlreadyWithdrawn()
    row.withdrawn_by, row.withdrawn_reason, row.withdrawn_at = caller.actor, wanted.reason, clock.now()
    session.flush()
    return row


def _without(
    session: Session, row: Circumstance, registration: Registration, programme: Programme, call: Call[Withdrawing]
) -> RegistrationEvent:
    rows = standing(session, [registration.id])
    subjects = subjects_of(session, [each.record_ref for each in rows if each.record_ref])
    change = Change("withdraw_fact", call.caller, row.effective_on, call.item.reason)
    left = [as_recorded(each, subjects) for each in rows]
    return change_registration(session, registration, programme, left, change)
