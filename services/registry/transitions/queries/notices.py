from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import Session, col, select

from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.transitions.models import PublishedEntry
from shared.contracts.registration import UNDER_NOTICE, RegistrationState
from shared.db import stretches, table_of


class RunningNotice(NamedTuple):
    """The entries of one programme that are on notice since one day, and how many of them meet an objection."""

    programme: str
    first_day: date
    last_day: date
    entries: int
    objected: int


class DraftNotice(NamedTuple):
    """Proposed entries of one programme: as one officer would publish them, or on nobody's list yet (all None)."""

    programme: str
    first_day: date | None
    impact_assessment_ref: str | None
    by: str | None
    registrations: list[UUID]


def running(session: Session) -> Sequence[Registration]:
    """The registrations on public notice, objected ones too, held until the transaction ends."""
    on_notice = col(Registration.state).in_(UNDER_NOTICE)
    return session.exec(
        select(Registration)
        .where(on_notice)
        .order_by(col(Registration.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def notices(session: Session) -> list[RunningNotice]:
    """The notices that run or wait for the decision, by programme and first day."""
    held = table_of(Registration).c
    columns = held.programme, held.notice_first_day, held.notice_last_day
    objected = func.count().filter(held.state == RegistrationState.OBJECTED)
    counted = (
        sa.select(*columns, func.count(), objected)
        .where(held.state.in_(UNDER_NOTICE))
        .group_by(*columns)
        .order_by(*columns)
    )
    return [RunningNotice(*row) for row in session.execute(counted)]


def drafts(session: Session) -> list[DraftNotice]:
    """What waits to be put on notice (待公示), by programme; of each what nobody has put on a list last."""
    held = table_of(Registration).c
    proposed = sa.select(held.id, held.programme, held.awaiting).where(held.state == RegistrationState.PROPOSED)
    found: dict[tuple[str, date | None, str | None, str | None], list[UUID]] = {}
    for registration_id, programme, waiting in session.execute(proposed.order_by(held.id)):
        listed = _publishes(waiting)
        wanted = waiting["wanted"] if listed else {}
        first_day = date.fromisoformat(wanted["effective_on"]) if listed else None
        key = programme, first_day, wanted.get("impact_assessment_ref"), waiting["by"] if listed else None
        found.setdefault(key, []).append(registration_id)
    in_order = sorted(found, key=lambda each: (each[0], each[1] or date.max, str(each[2:])))
    return [DraftNotice(*key, found[key]) for key in in_order]


def published(session: Session, programme: str, first_day: date) -> Sequence[Registration]:
    """The entries of a programme that were put on notice from that day on, whatever became of them."""
    publications = select(HistoryEntry.registration_id).where(
        HistoryEntry.action == "publish", HistoryEntry.effective_on == first_day
    )
    entries = select(Registration).where(Registration.programme == programme, col(Registration.id).in_(publications))
    return session.exec(entries.order_by(col(Registration.id))).all()


def published_entries(session: Session, programme: str, first_day: date) -> Sequence[PublishedEntry]:
    """What was published of a programme from that day on, as it was published, in that order."""
    wanted = select(PublishedEntry).where(PublishedEntry.programme == programme, PublishedEntry.first_day == first_day)
    return session.exec(wanted.order_by(col(PublishedEntry.id))).all()


def to_be_released(session: Session, programme: str, first_day: date) -> list[Registration]:
    """The entries that one officer has put on the list, for another to release (待第二人发布)."""
    proposed = select(Registration).where(
        Registration.programme == programme, Registration.state == RegistrationState.PROPOSED
    )
    entries = session.exec(proposed.order_by(col(Registration.id)))
    return [entry for entry in entries if _is_listed(entry.awaiting, first_day)]


def _is_listed(waiting: Mapping[str, Any] | None, first_day: date) -> bool:
    return bool(waiting and _publishes(waiting) and waiting["wanted"]["effective_on"] == first_day.isoformat())


def _publishes(waiting: Mapping[str, Any] | None) -> bool:
    return waiting is not None and not waiting.get("void") and bool(waiting["action"] == "publish")


def first_notices(session: Session, entries: Sequence[Registration]) -> dict[UUID, date]:
    """The first day on which each of these entries was ever put on notice."""
    publications = select(HistoryEntry.registration_id, func.min(HistoryEntry.effective_on)).where(
        HistoryEntry.action == "publish"
    )
    found: dict[UUID, date] = {}
    for some in stretches(each.id for each in entries):
        of_some = publications.where(col(HistoryEntry.registration_id).in_(some)).group_by(
            col(HistoryEntry.registration_id)
        )
        found |= {entry: first for entry, first in session.exec(of_some) if first}
    return found
