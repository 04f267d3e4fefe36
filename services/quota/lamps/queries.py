"""Named reads of lamps, and of what the pace of last year (去年实际) is measured by."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, union_all
from sqlmodel import Session, col

from services.quota.headcounts.models import LEDGER
from services.quota.lamps.models import LampShown
from services.quota.pace.rules import LastYear, same_day
from services.quota.quotas.models import QUOTA, Quota
from shared.db import stretches


def lamps(session: Session, quotas: Collection[UUID]) -> dict[UUID, LampShown]:
    """What the lamps of some quotas show, as far as they were ever looked at."""
    return {
        row.quota_id: row
        for some in stretches(quotas)
        for row in session.execute(select(LampShown).where(col(LampShown.quota_id).in_(some))).scalars()
    }


def last_years(session: Session, quotas: Sequence[Quota], on: date, known_at: datetime) -> dict[UUID, LastYear]:
    """What the period before had by the same day and in the end, of those quotas whose pace is that of last year."""
    asked = {
        quota.id: earlier
        for quota in quotas
        if quota.pace_rule.curve == "last_year" and (earlier := _period_before(session, quota)) is not None
    }
    if not asked:
        return {}
    found = []
    for quota in quotas:
        if quota.id in asked:
            earlier = asked[quota.id]
            then = LEDGER.c.counted_on <= same_day(min(on, quota.ends_on or on), quota.starts_on, earlier.starts_on)
            measure = LEDGER.c["in_stock" if quota.measure == "in_stock" else "net"]
            found.append(
                select(LEDGER.c.quota_id, func.sum(measure).filter(then), func.sum(measure))
                .where(LEDGER.c.quota_id == earlier.id, LEDGER.c.counted_on <= earlier.ends_on)
                .where(LEDGER.c.known_at <= known_at)
                .group_by(LEDGER.c.quota_id)
            )
    by_quota = {
        quota_id: LastYear(int(then or 0), int(whole)) for quota_id, then, whole in session.execute(union_all(*found))
    }
    return {quota_id: by_quota[earlier.id] for quota_id, earlier in asked.items() if earlier.id in by_quota}


def _period_before(session: Session, quota: Quota) -> Quota | None:
    """The quota of the same code and unit whose period ended the day before."""
    same = QUOTA.c.code == quota.code, QUOTA.c.unit.is_not_distinct_from(quota.unit)
    ended = QUOTA.c.ends_on == quota.starts_on - timedelta(days=1)
    return session.execute(select(Quota).where(*same, ended).limit(1)).scalars().first()
