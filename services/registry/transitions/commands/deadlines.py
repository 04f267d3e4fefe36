"""What ends by its date (到期): terms and the time to contest a revocation; the registry's own doing, on its clock."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session

from services.registry.programmes.queries import calendar, programmes
from services.registry.registrations import queries
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact
from services.registry.transitions.rules.deadlines import expired_on
from services.registry.transitions.rules.revocations import is_final
from shared import clock
from shared.auth import Caller, Itself
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationExpired, RegistrationState
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import Refusal


def _effect(registration: Registration | None) -> Effect | None:
    """Nothing is kept of a registration that did not change."""
    return Effect(registration.id, registration.version) if registration else None


@operation("expire", roles=(Itself.SYSTEM,), target=lambda registration_id: registration_id, effect=_effect)
def expire(session: Session, calls: Sequence[Call[UUID]]) -> list[Registration | Refusal | None]:
    """End the registrations whose term is over (期满出库), as of the day after its last day; None for the others.

    Locks the registrations. Writes them and their history. Announces RegistrationExpired. Refuses nothing.
    """
    known, held = programmes(session), queries.locked(session, None, [call.item for call in calls])
    outcomes = [_expired(session, held.get(call.item), known, call.caller) for call in calls]
    session.flush()
    announce(session, *(fact(RegistrationExpired, each, known[each.programme]) for each in outcomes if each))
    return [*outcomes]


@operation("settle_revocation", roles=(Itself.SYSTEM,), target=lambda registration_id: registration_id, effect=_effect)
def settle_revocation(session: Session, calls: Sequence[Call[UUID]]) -> list[Registration | Refusal | None]:
    """Make revocations final that can no longer be contested (撤销生效); None for the others.

    Locks the registrations. Writes them and their history. Announces nothing, since nothing counts otherwise than
    before. Refuses nothing.
    """
    years, today = calendar(session), clock.today()
    held = queries.locked(session, None, [call.item for call in calls])
    outcomes: list[Registration | Refusal | None] = []
    for call in calls:
        registration = held.get(call.item)
        if registration and is_final(registration.revocation_status, registration.contest_until, today, years):
            registration.revocation_status = "final"
            _enter(session, registration, "settle_revocation", call.caller)
            outcomes.append(registration)
        else:
            outcomes.append(None)
    session.flush()
    return outcomes


@operation("reckon_terms", roles=(Itself.SYSTEM,), effect=lambda _: None)
def reckon_terms(session: Session, calls: Sequence[Call[UUID]]) -> list[Refusal | None]:
    """Reckon the last days of terms anew, by the policy in force (重算届满日).

    Locks and writes the registrations; that makes no new version, leaves no trace in the trail, and announces nothing.
    """
    known = programmes(session)
    for registration in queries.locked(session, None, [call.item for call in calls]).values():
        reckon_term(registration, known[registration.programme])
    return [None for _ in calls]


def _expired(
    session: Session, registration: Registration | None, known: Mapping[str, Programme], caller: Caller
) -> Registration | None:
    if registration is None:
        return None
    ended_on = _ended_on(registration, known[registration.programme])
    if ended_on is None:
        return None
    registration.state, registration.ended_on = RegistrationState.EXPIRED, ended_on
    _enter(session, registration, "expire", caller, ended_on)
    return registration


def _ended_on(registration: Registration, programme: Programme) -> date | None:
    expires = programme.term is not None and programme.term.expires
    return expired_on(registration.state, registration.last_day, clock.today(), expires=expires)


def _enter(
    session: Session, registration: Registration, action: str, caller: Caller, effective_on: date | None = None
) -> None:
    registration.version += 1
    registration.updated_at = clock.now()
    session.add(history_entry(registration, action, caller, effective_on=effective_on))
