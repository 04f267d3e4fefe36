"""Noting who was heard of, taking nil returns, and announcing once of each month who was silent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import tuple_, update
from sqlmodel import Session

from services.quota.counting.queries.headcounts import counters
from services.quota.counting.rules.heads import NOTHING
from services.quota.pace.rules.curves import month_of
from services.quota.quotas import queries as quotas_
from services.quota.returns import queries
from services.quota.returns.errors import NotNil
from services.quota.returns.models import REPORT, SILENCE, MonthlyReport
from services.quota.returns.rules import ReportingRules, due_month, faults_in_nil_return
from services.quota.returns.schemas import NewNilReturn
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.quota import UnitSilent
from shared.contracts.registration import RegistrationRecognised, RegistrationSubmitted
from shared.db import insert_ignoring
from shared.events import Event
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import Forbidden, InvalidBody, Refusal

KEY = ("programme", "unit", "month")


def note(session: Session, events: Sequence[Event]) -> None:
    """Note from submitted and recognised events which unit was heard of on which programme in which month (报送).

    A nil return of that month is none any more. Writes: report, one row a programme, unit and month. Announces nothing.
    """
    heard = {
        (each.programme, each.reporting_unit, month_of(clock.business_date(each.time))): each.time
        for each in events
        if isinstance(each, RegistrationSubmitted | RegistrationRecognised)
    }
    rows = [dict(zip(KEY, key, strict=True)) | {"nil": False, "said_at": at} for key, at in heard.items()]
    before = heard.keys() - insert_ignoring(session, REPORT, rows, KEY)
    if before:
        mine = tuple_(*(REPORT.c[name] for name in KEY)).in_(sorted(before))
        session.execute(update(REPORT).where(mine, REPORT.c.nil).values(nil=False, said_by=None))


def _unit_and_month(declared: NewNilReturn | MonthlyReport) -> str:
    return f"{declared.unit} {declared.month}"


@operation(
    "declare_nil",
    roles=(Role.BUREAU_OFFICER, Role.DISTRICT_OFFICER),
    target=_unit_and_month,
    effect=lambda report: Effect(_unit_and_month(report)),
)
def declare_nil(session: Session, calls: Sequence[Call[NewNilReturn]]) -> list[MonthlyReport | Refusal]:
    """Take nil returns (零报告): of a unit by its own officer, or by the bureau. The same again changes nothing.

    Writes: report. Announces nothing. Refuses: Forbidden to a district officer of another unit; InvalidBody for a
    programme or unit that no policy names, a unit that was not there, or a month to come; NotNil for a month in which
    registrations are known.
    """
    settings = queries.settings(session)
    programmes = {programme.code for pack in quotas_.packs(session) for programme in pack.programmes}
    return [_declare(session, call.item, settings, programmes, call.caller) for call in calls]


def announce_silent(session: Session, at: datetime) -> int:
    """Announce each unit that owes a report for the last month due and was not heard of (未报送); how many are new.

    The caller has the counters locked. Writes: silence, so that each is announced once. Announces: UnitSilent each.
    """
    settings = queries.settings(session)
    month = due_month(clock.business_date(at), settings.due_day)
    quotas = quotas_.every(session)
    silent = queries.silent(session, list(quotas.values()), settings, month, at)
    owing = {(quotas[quota_id].programme, unit): quota_id for quota_id, units in silent.items() for unit in units}
    rows = [
        {"programme": programme, "unit": unit, "month": month_of(month), "quota_id": quota_id, "announced_at": at}
        for (programme, unit), quota_id in owing.items()
    ]
    new = insert_ignoring(session, SILENCE, rows, KEY)
    figures = counters(session, set(owing.values()))
    for programme, unit, in_month in sorted(new):
        quota = quotas[owing[programme, unit]]
        value = figures.get((quota.id, unit), NOTHING).measured(quota.measure)
        of_unit = {"unit": unit, "amount": quota.amount if quota.unit else 0}
        announce(session, UnitSilent(**quota.facts() | of_unit, value=value, month=in_month))
    return len(new)


def _declare(
    session: Session, new: NewNilReturn, settings: ReportingRules, programmes: set[str], caller: Caller
) -> MonthlyReport | Refusal:
    if caller.role == Role.DISTRICT_OFFICER and caller.reporting_unit != new.unit:
        return Forbidden()
    if faults := list(faults_in_nil_return(new.programme, new.unit, new.month, programmes, settings, clock.today())):
        return InvalidBody(*faults)
    key = (new.programme, new.unit, new.month)
    row = new.model_dump() | {"nil": True, "said_by": caller.actor, "said_at": clock.now()}
    insert_ignoring(session, REPORT, [row], KEY)
    kept = session.get_one(MonthlyReport, key)
    return kept if kept.nil else NotNil()
