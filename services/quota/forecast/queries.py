"""The named read of the forecast."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import extract, func, select
from sqlmodel import Session

from services.quota.headcounts.models import LEDGER
from services.quota.heads.rules import Counts

Months = dict[UUID, dict[str, Counts]]


def monthly(session: Session, quotas: Collection[UUID], since: date, on: date, known_at: datetime) -> Months:
    """What each month brought to some quotas, from a day to a day, as known at an instant; all in one statement."""
    year, month = extract("year", LEDGER.c.counted_on), extract("month", LEDGER.c.counted_on)
    sums = [func.sum(LEDGER.c[name]) for name in Counts._fields]
    statement = (
        select(LEDGER.c.quota_id, year, month, *sums)
        .where(LEDGER.c.quota_id.in_(list(quotas)))
        .where(LEDGER.c.counted_on.between(since, on), LEDGER.c.known_at <= known_at)
        .group_by(LEDGER.c.quota_id, year, month)
    )
    found: Months = defaultdict(dict)
    for quota_id, in_year, in_month, *counts in session.execute(statement):
        found[quota_id][f"{int(in_year):04}-{int(in_month):02}"] = Counts(*map(int, counts))
    return found
