"""The named read of the forecast."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from services.quota.headcounts import sums
from services.quota.heads.rules import Counts

Months = dict[UUID, dict[str, Counts]]


def monthly(session: Session, quotas: Collection[UUID], since: date, on: date, known_at: datetime) -> Months:
    """What each month brought to some quotas, from a day's to a day's, as known at an instant; all in one statement."""
    found: Months = defaultdict(dict)
    for (quota_id, month), counts in sums.of_months(session, quotas, since, on, known_at).items():
        found[quota_id][f"{month // 100:04}-{month % 100:02}"] = counts
    return found
