from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from services.registry.institutions.models import Bar, Institution
from shared.auth import Caller
from shared.db import table_of


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
    return dict(session.execute(_BARRED, {"institutions": list(institutions), "today": today}).all())


# Made once, as it is asked for each commit: making it costs more than executing it.
_BAR = table_of(Bar).c
_BARRED = (
    select_columns(_BAR.institution_id, func.max(_BAR.until))
    .where(_BAR.institution_id.in_(bindparam("institutions", expanding=True)), _BAR.lifted_at.is_(None))
    .where(_BAR.since <= bindparam("today"), _BAR.until >= bindparam("today"))
    .group_by(_BAR.institution_id)
)


def bars(session: Session, institution_id: UUID) -> Sequence[Bar]:
    """Every bar an institution was under, lifted ones included, the newest first."""
    return session.exec(select(Bar).where(Bar.institution_id == institution_id).order_by(col(Bar.id).desc())).all()
