from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.registry.bars.models import Bar


def barred(session: Session, institutions: Collection[UUID], today: date) -> dict[UUID, date]:
    """Until when institutions may not submit, of those that may not today."""
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
