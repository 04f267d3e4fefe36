"""Named reads of lamps, of months, and of what the pace of last year (去年实际) is measured by."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from services.quota.counting.queries import sums
from services.quota.counting.rules.heads import NOTHING, Counts
from services.quota.pace.models import LampShown
from services.quota.pace.rules.curves import LastYear, same_day
from services.quota.quotas.models import QUOTA, Quota
from shared.db import stretches


def lamps(session: Session, quotas: Collection[UUID]) -> dict[UUID, LampShown]:
    """What the lamps of some quotas show (亮灯), by quota, as far as they were ever looked at."""
    return {
        row.quota_id: row
        for some in stretches(quotas)
        for row in session.execute(select(LampShown).where(col(LampShown.quota_id).in_(some))).scalars()
    }


def last_years(session: Session, quotas: Sequence[Quota], on: date, known_at: datetime) -> dict[UUID, LastYear]:
    """What the period before had by the same day and in the end (去年实际), in heads, by quota, of those whose pace is
    that of last year.
    """
    wanted = [
        (quota, earlier)
        for quota in quotas
        if quota.pace_rule.curve == "last_year" and (earlier := _period_before(session, quota)) is not None
    ]
    then = {
        quota.id: (earlier.id, same_day(min(on, quota.ends_on or on), quota.starts_on, earlier.starts_on))
        for quota, earlier in wanted
    }
    whole = {quota.id: (earlier.id, earlier.ends_on or on) for quota, earlier in wanted}
    values: dict[tuple[UUID, date], Counts] = {}
    for day in {day for _, day in (*then.values(), *whole.values())}:
        earlier_ones = [id_ for id_, on_day in (*then.values(), *whole.values()) if on_day == day]
        figures = sums.figures(session, earlier_ones, [], day, known_at)
        values |= {(id_, day): counts for (id_, _), counts in figures.items()}
    return {
        quota.id: LastYear(
            values.get(then[quota.id], NOTHING).measured(quota.measure),
            values[whole[quota.id]].measured(quota.measure),
        )
        for quota, _ in wanted
        if whole[quota.id] in values
    }


def _period_before(session: Session, quota: Quota) -> Quota | None:
    """The quota of the same code and unit whose period ended the day before."""
    same = QUOTA.c.code == quota.code, QUOTA.c.unit.is_not_distinct_from(quota.unit)
    ended = QUOTA.c.ends_on == quota.starts_on - timedelta(days=1)
    return session.execute(select(Quota).where(*same, ended).limit(1)).scalars().first()


Months = dict[UUID, dict[str, Counts]]


def monthly(session: Session, quotas: Collection[UUID], since: date, on: date, known_at: datetime) -> Months:
    """What each month (YYYY-MM) from day to day brought to some quotas, by quota, in heads, as known at an instant."""
    found: Months = defaultdict(dict)
    for (quota_id, month), counts in sums.of_months(session, quotas, since, on, known_at).items():
        found[quota_id][f"{month // 100:04}-{month % 100:02}"] = counts
    return found
