"""What a programme has in stock as a whole (在库), whoever was recognised before the period of its quota included."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import Session, col

from services.quota.counting.models import SEEN
from services.quota.figures.schemas.progress import ProgressQuery
from services.quota.quotas.models import AppliedDocument, Quota
from shared.contracts.registration import STANDING


def programme_stocks(session: Session, wanted: ProgressQuery, quotas: Sequence[Quota]) -> dict[UUID, int]:
    """Organisations in stock at the end of a day, by the city's quota of their programmes, as they are known now.

    Organisations alone: there are few, so that they are counted from the registrations themselves. Nothing where it is
    asked what was known at an instant.
    """
    if wanted.past and not wanted.all_known:
        return {}
    organisations = _programmes_of_organisations(session)
    shown = [each for each in quotas if each.unit is None and organisations.issuperset(each.programmes)]
    there = _there(session, wanted, {name for each in shown for name in each.programmes})
    return {
        each.id: len({ref for name in each.programmes for ref in _of_its_classes(there[name], each)}) for each in shown
    }


def _programmes_of_organisations(session: Session) -> set[str]:
    packs = session.execute(select(col(AppliedDocument.pack)["programmes"])).scalars()
    return {each["code"] for listed in packs for each in listed if each["subject_kind"] == "organisation"}


def _there(session: Session, wanted: ProgressQuery, programmes: Collection[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    statement = select(SEEN.c.programme, SEEN.c.subject_ref, SEEN.c.classes).where(
        SEEN.c.programme.in_(programmes),
        SEEN.c.state.in_(STANDING),
        SEEN.c.counted_on <= wanted.on,
        or_(SEEN.c.ended_on.is_(None), SEEN.c.ended_on > wanted.on),
    )
    for row in session.execute(statement) if programmes else ():
        found[row.programme].append(row)
    return found


def _of_its_classes(rows: Sequence[Any], quota: Quota) -> set[UUID]:
    """The subjects whose classes a quota counts."""
    return {
        row.subject_ref for row in rows if all(row.classes.get(name) in values for name, values in quota.where.items())
    }
