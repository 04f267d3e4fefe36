"""Named reads of indicators."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from services.quota.indicators.models import INDICATOR_VALUE, Indicator, IndicatorValue
from services.quota.indicators.rules.judging import Reported


def every(session: Session) -> list[Indicator]:
    """All indicators, by code and horizon; one for every year comes first."""
    found = session.execute(select(Indicator)).scalars()
    return sorted(found, key=lambda each: (each.code, each.horizon or 0, each.document_no))


def by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, Indicator]:
    """These indicators by their ids, as far as there are any."""
    found = session.execute(select(Indicator).where(col(Indicator.id).in_(ids))).scalars()
    return {each.id: each for each in found}


def of_document(session: Session, document_no: str) -> dict[UUID, Indicator]:
    """The indicators of one policy document, by their ids."""
    found = session.execute(select(Indicator).where(col(Indicator.document_no) == document_no)).scalars()
    return {each.id: each for each in found}


def newest(session: Session) -> Mapping[UUID, Mapping[date, Reported]]:
    """The newest version of every value, by indicator and day; decimals in the indicator's unit."""
    found: dict[UUID, dict[date, Reported]] = defaultdict(dict)
    for row in session.execute(select(IndicatorValue).order_by(INDICATOR_VALUE.c.version)).scalars():
        found[row.indicator_id][row.as_of] = row.reported
    return found


def newest_for(session: Session, indicator: UUID, as_of: date) -> IndicatorValue | None:
    """The newest version of one indicator's value for a day; None where nothing was reported."""
    statement = select(IndicatorValue).where(
        INDICATOR_VALUE.c.indicator_id == indicator, INDICATOR_VALUE.c.as_of == as_of
    )
    return session.execute(statement.order_by(INDICATOR_VALUE.c.version.desc()).limit(1)).scalar_one_or_none()


def history(session: Session, indicator: UUID, after: UUID | None, limit: int) -> Sequence[Any]:
    """At most `limit` values reported for an indicator, corrections too, the newest first, from after an id on."""
    statement = select(IndicatorValue).where(INDICATOR_VALUE.c.indicator_id == indicator)
    if after is not None:
        statement = statement.where(INDICATOR_VALUE.c.id < after)
    return session.execute(statement.order_by(INDICATOR_VALUE.c.id.desc()).limit(limit)).scalars().all()
