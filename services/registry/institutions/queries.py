from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.registry.institutions.models import Bar, Institution
from shared.auth import Caller


def institutions(session: Session, caller: Caller, limit: int, after: UUID | None) -> Sequence[Institution]:
    """Partners in the order they were admitted, after an id, `limit + 1` of them; an institution sees itself alone.

    Inactive ones and the bureau's own are among them.
    """
    wanted = select(Institution).order_by(col(Institution.id)).limit(limit + 1)
    if caller.institution_id:
        wanted = wanted.where(Institution.id == caller.institution_id)
    if after:
        wanted = wanted.where(col(Institution.id) > after)
    return session.exec(wanted).all()


def institution(session: Session, caller: Caller, institution_id: UUID) -> Institution | None:
    """One partner (合作单位); None for an unknown one, and for another institution's as if it were absent."""
    if caller.institution_id not in (None, institution_id):
        return None
    return session.get(Institution, institution_id)


def barred(session: Session, institutions: Collection[UUID], today: date) -> dict[UUID, date]:
    """Until when institutions may not submit (暂停申报), of those that may not today: the latest day of their bars."""
    in_force = (
        select(Bar.institution_id, func.max(Bar.until))
        .where(col(Bar.institution_id).in_(institutions), col(Bar.lifted_at).is_(None))
        .where(col(Bar.since) <= today, col(Bar.until) >= today)
        .group_by(col(Bar.institution_id))
    )
    return dict(session.exec(in_force).all())


def bars(session: Session, institution_id: UUID) -> Sequence[Bar]:
    """Every bar an institution was under, lifted ones included, the newest first."""
    return session.exec(select(Bar).where(Bar.institution_id == institution_id).order_by(col(Bar.id).desc())).all()
