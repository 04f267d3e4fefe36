from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from services.registry.programmes.queries import calendar, programmes
from services.registry.registrations import queries
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact
from services.registry.transitions.rules.revocations import is_over
from shared import clock
from shared.acts import Act
from shared.auth import Caller, Itself
from shared.contracts.registration import IN_STOCK, RegistrationExpired
from shared.outbox import announce

SYSTEM = Caller("registry", Itself.SYSTEM)


def expire(session: Session, ids: Sequence[UUID]) -> list[Act]:
    """End the registrations whose term is over (期满出库), as of the day after its last day."""
    known, today = programmes(session), clock.today()
    acts, facts = [], []
    for registration in queries.locked(session, None, ids).values():
        last_day, programme = registration.last_day, known[registration.programme]
        ends = programme.term is not None and programme.term.expires
        if not ends or registration.state not in IN_STOCK or last_day is None or last_day >= today:
            continue
        registration.state, registration.ended_on = "expired", last_day + timedelta(days=1)
        acts.append(_done(session, registration, "expire"))
        facts.append(fact(RegistrationExpired, registration, programme))
    session.flush()
    announce(session, *facts)
    return acts


def settle(session: Session, ids: Sequence[UUID]) -> list[Act]:
    """Make revocations final that can no longer be contested (撤销生效)."""
    years, today = calendar(session), clock.today()
    acts = []
    for registration in queries.locked(session, None, ids).values():
        until = registration.contest_until
        if registration.revocation_status == "decided" and until and is_over(until, today, years):
            registration.revocation_status = "final"
            acts.append(_done(session, registration, "settle_revocation"))
    session.flush()
    return acts


def reckon(session: Session, ids: Sequence[UUID]) -> None:
    """Reckon the last days of terms anew, by the policy in force; that makes no new version."""
    known = programmes(session)
    for registration in queries.locked(session, None, ids).values():
        reckon_term(registration, known[registration.programme])


def _done(session: Session, registration: Registration, action: str) -> Act:
    registration.version += 1
    registration.updated_at = clock.now()
    session.add(
        history_entry(registration, action, SYSTEM, effective_on=registration.ended_on if action == "expire" else None)
    )
    return Act(action, None, registration, SYSTEM, request=None)
