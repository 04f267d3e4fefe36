from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, or_, select

from services.registry.registrations.models import Registration
from shared.contracts.policy import Programme
from shared.contracts.registration import IN_STOCK, RegistrationState


def run_out(session: Session, programmes: Mapping[str, Programme], today: date, limit: int) -> Sequence[UUID]:
    """The registrations in stock whose term is over and which end with it (期满未出库), the oldest first."""
    ending = [code for code, programme in programmes.items() if programme.term and programme.term.expires]
    wanted = select(Registration.id).where(
        col(Registration.last_day) < today,
        col(Registration.state).in_(IN_STOCK),
        col(Registration.programme).in_(ending),
    )
    return session.exec(wanted.order_by(col(Registration.last_day)).limit(limit)).all() if ending else []


def contestable(session: Session, today: date) -> Sequence[Registration]:
    """The revocations that nobody contests, whose time to be contested is over but for days off."""
    wanted = select(Registration).where(
        col(Registration.revocation_status) == "decided",
        col(Registration.contest_until) < today,
        col(Registration.state) == RegistrationState.REVOKED,
    )
    return session.exec(wanted.order_by(col(Registration.id))).all()


def with_term(
    session: Session, programmes: Mapping[str, Programme], after: UUID | None, limit: int
) -> Sequence[Registration]:
    """The registrations that have a term, or should have one by the policy in force, page by page."""
    with_terms = [code for code, programme in programmes.items() if programme.term]
    wanted = select(Registration).where(
        or_(col(Registration.programme).in_(with_terms), col(Registration.last_day).is_not(None))
    )
    if after:
        wanted = wanted.where(col(Registration.id) > after)
    return session.exec(wanted.order_by(col(Registration.id)).limit(limit)).all()
