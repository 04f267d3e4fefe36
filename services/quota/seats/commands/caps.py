"""How the places of caps are used, in step with figures and seats; announced once when filled, once when exceeded."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session

from services.quota.counting.rules.books import Rise
from services.quota.quotas.models import Quota
from services.quota.seats import queries
from services.quota.seats.models import CAP
from services.quota.seats.rules import first_filled_and_exceeded, rose_aloud
from shared.contracts.quota import CapEvent, QuotaExceeded, QuotaFilled
from shared.db import upsert
from shared.outbox import announce

NO_RISE: Mapping[UUID, Sequence[Rise]] = {}


def refresh(session: Session, quotas: Sequence[Quota], rises: Mapping[UUID, Sequence[Rise]] = NO_RISE) -> None:
    """Derive the caps of these quotas anew: taken is the figure, held the subjects that are still to be added to it.

    A cap with more than its places is over-committed; nobody is put out. Quotas that limit nobody have no cap. What is
    filled otherwise than by a loud rise of its figure, as when an amount is laid down, is never news.
    Locks: the caps, in the order of their ids. Writes: cap. Announces: QuotaFilled (名额已满), QuotaExceeded (超额),
    each once for an amount (generation).
    """
    limited = {quota.id: places for quota in quotas if (places := quota.terms().places) is not None}
    session.execute(delete(CAP).where(CAP.c.quota_id.in_([quota.id for quota in quotas if quota.id not in limited])))
    capped = [quota for quota in quotas if quota.id in limited]
    if not capped:
        return
    known = queries.lock_caps(session, limited)
    taken, held = queries.figures(session, capped), queries.held(session, capped)
    rows: list[dict[str, Any]] = []
    events: list[CapEvent] = []
    for quota in capped:
        places, value = limited[quota.id], taken[quota.id]
        marks = {name: getattr(known.get(quota.id), name, 0) for name in ("filled_in", "exceeded_in")}
        news = zip(
            marks,
            (QuotaFilled, QuotaExceeded),
            (places, places + 1),
            first_filled_and_exceeded(value, places, quota.generation, **marks),
            strict=True,
        )
        for mark, kind, needed, true in news:
            if true:
                marks[mark] = quota.generation
            if true and rose_aloud(rises.get(quota.id, ()), needed):
                events.append(kind(**quota.facts(), places=places, value=value))
        used = {"held": held.get(quota.id, 0), "taken": value}
        rows.append(
            {"quota_id": quota.id, "places": places, **used, **marks, "beyond": max(0, sum(used.values()) - places)}
        )
    upsert(session, CAP, rows, ["quota_id"])
    announce(session, *events)
