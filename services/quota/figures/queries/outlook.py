"""What stands beside a figure: pace and lamp, forecast, what no unit was given, and who was not heard of."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session

from services.quota.counting.rules.heads import NOTHING, Counts
from services.quota.counting.rules.milestones import MilestoneStanding, MilestoneState
from services.quota.figures.rules import remaining
from services.quota.figures.schemas.progress import Outlook, ProgressQuery, Silent
from services.quota.pace import queries as lamps
from services.quota.pace.models import LampShown
from services.quota.pace.queries import Months, monthly
from services.quota.pace.rules.curves import LastYear, Pace, month_of, pace
from services.quota.pace.rules.forecast import Forecast, forecast, looks_back_to
from services.quota.pace.rules.lamps import look
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Measure, Wording
from services.quota.returns import queries as reports
from services.quota.returns.rules import due_month

ATTAINED = 100  # percent


def outlooks(
    session: Session,
    wanted: ProgressQuery,
    quotas: Sequence[Quota],
    wordings: Mapping[UUID, Wording],
    figures: Mapping[tuple[UUID, str], Counts],
    standings: Mapping[UUID, Collection[MilestoneStanding]],
) -> dict[UUID, Outlook]:
    """The outlook of each quota by its id: pace and lamp, forecast, units not heard of.

    A handful of statements for all of them, and one more for each whose pace is that of last year.
    """
    running = [
        each.id for each in quotas if wordings[each.id].amount and (each.ends_on is None or each.ends_on > wanted.on)
    ]
    added = monthly(session, running, looks_back_to(wanted.on), wanted.on, wanted.known_at)
    last_years = lamps.last_years(session, quotas, wanted.on, wanted.known_at)
    shown = {} if wanted.past else lamps.lamps(session, running)
    silent = _silent(session, wanted, quotas)
    found = {}
    for quota in quotas:
        value = figures.get((quota.id, ""), NOTHING).measured(quota.measure)
        wording, known = wordings[quota.id], shown.get(quota.id)
        found[quota.id] = Outlook(
            pace=_pace(quota, wording, value, wanted, last_years.get(quota.id), known),
            forecast=_forecast(quota, wording, value, wanted, added, standings[quota.id]),
            silent=silent.get(quota.id),
        )
    return found


def _pace(
    quota: Quota,
    wording: Wording,
    value: int,
    wanted: ProgressQuery,
    last_year: LastYear | None,
    known: LampShown | None,
) -> Pace | None:
    """With today's lamp as it is shown; that of another day is by the figures alone."""
    amount = wording.amount or 0
    found = pace(value, amount, quota.starts_on, quota.ends_on, wanted.on, quota.pace_rule, last_year)
    if found is None or known is None:
        return found
    change = look(known.shown(), found.lamp, wanted.on, attained=value >= amount, loud=False)
    return replace(found, lamp=change.shown.lamp)


def _forecast(
    quota: Quota,
    wording: Wording,
    value: int,
    wanted: ProgressQuery,
    added: Months,
    standings: Collection[MilestoneStanding],
) -> Forecast | None:
    """With the day the amount was attained where it is there already."""
    missing = remaining(value, wording)
    if missing is None:
        return None
    months = {month: counts.measured(quota.measure) for month, counts in added.get(quota.id, {}).items()}
    falls = quota.measure == Measure.IN_STOCK
    found = forecast(value, value + missing, quota.starts_on, quota.ends_on, wanted.on, months, falls=falls)
    if found is None or missing:
        return found
    attained = (each for each in standings if each.percent == ATTAINED and each.state != MilestoneState.PENDING)
    return replace(found, attained_on=next((each.reached_on for each in attained), None))


def _silent(session: Session, wanted: ProgressQuery, quotas: Sequence[Quota]) -> dict[UUID, Silent]:
    """A silent unit shows with its own share and with the city's quota."""
    settings = reports.settings(session)
    month = due_month(wanted.on, settings.due_day)
    silent = reports.silent(session, quotas, settings, month, wanted.known_at)
    units: dict[UUID, set[str]] = defaultdict(set)
    for quota in quotas:
        for shown_with in (quota.id, quota.parent_id) if quota.id in silent else ():
            if shown_with:
                units[shown_with].update(silent[quota.id])
    return {quota_id: Silent(month_of(month), sorted(every)) for quota_id, every in units.items()}
