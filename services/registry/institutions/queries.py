from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.institutions.models import Client, Institution
from shared.auth import Caller


def institutions(session: Session, caller: Caller, limit: int, after: UUID | None) -> Sequence[Institution]:
    """Partners in the order they were admitted; an institution sees itself alone."""
    wanted = select(Institution).order_by(col(Institution.id)).limit(limit + 1)
    if caller.institution_id:
        wanted = wanted.where(Institution.id == caller.institution_id)
    if after:
        wanted = wanted.where(col(Institution.id) > after)
    return session.exec(wanted).all()


def institution(session: Session, caller: Caller, institution_id: UUID) -> Institution | None:
    """One partner; another's is as if absent."""
    if caller.institution_id not in (None, institution_id):
        return None
    return session.get(Institution, institution_id)


def clients(session: Session, institution_id: UUID) -> Sequence[Client]:
    """The clients of a partner, withdrawn ones included."""
    return session.exec(select(Client).where(Client.institution_id == institution_id).order_by(Client.client_id)).all()
