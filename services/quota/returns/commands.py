"""Noting who was heard of, taking nil returns, and telling once of each month who was silent."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import tuple_, update
from sqlmodel import Session

from services.quota.counting.queries.headcounts import counters
from services.quota.counting.rules.heads import NOTHING
from services.quota.pace.rules.curves import month_of
from services.quota.quotas import queries as quotas_
from services.quota.returns import queries
from services.quota.returns.errors import NotNil
from services.quota.returns.models import REPORT, SILENCE, Report
from services.quota.returns.rules import Settings, due_month
from services.quota.returns.schemas import NewNilReturn
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.quota import UnitSilent
from shared.contracts.registration import RegistrationRecognised, RegistrationSubmitted
from shared.db import insert_ignoring
from shared.events import Event
from shared.outbox import announce
from shared.problems import Fault, Forbidden, InvalidBody, Refusal, Said

KEY = ("programme", "unit", "month")


def note(session: Session, events: Sequence[Event]) -> None:
    """Note whose registrations became known in which month; a nil return of that month is none any more."""
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


def declare_nil(session: Session, wanted: Sequence[NewNilReturn], caller: Caller) -> list[Report | Refusal]:
    """Take nil returns (零报告): of a unit by its own officer, or by the bureau. The same again changes nothing."""
    settings = queries.settings(session)
    programmes = {programme.code for pack in quotas_.packs(session) for programme in pack.programmes}
    return [_declare(session, each, settings, programmes, caller) for each in wanted]


def tell_silent(session: Session, at: datetime) -> int:
    """Tell of each unit that owes a report for the last month due and was not heard of, once; how many there are."""
    settings = queries.settings(session)
    month = due_month(clock.business_date(at), settings.due_day)
    quotas = quotas_.every(session)
    silent = queries.silent(session, list(quotas.values()), settings, month, at)
    owing = {(quotas[quota_id].programme, unit): quota_id for quota_id, units in silent.items() for unit in units}
    rows = [
        {"programme": programme, "unit": unit, "month": month_of(month), "quota_id": quota_id, "told_at": at}
        for (programme, unit), quota_id in owing.items()
    ]
    new = insert_ignoring(session, SILENCE, rows, KEY)
    figures = counters(session, set(owing.values()))
    for programme, unit, in_month in sorted(new):
        quota = quotas[owing[programme, unit]]
        value = figures.get((quota.id, unit), NOTHING).measured(quota.measure)
        asked = {"unit": unit, "amount": quota.amount if quota.unit else 0}
        announce(session, UnitSilent(**quota.facts() | asked, value=value, month=in_month))
    return len(new)


def _declare(
    session: Session, new: NewNilReturn, settings: Settings, programmes: set[str], caller: Caller
) -> Report | Refusal:
    if caller.role == Role.DISTRICT_OFFICER and caller.reporting_unit != new.unit:
        return Forbidden()
    if faults := list(_faults(new, settings, programmes, clock.today())):
        return InvalidBody(*faults)
    key = (new.programme, new.unit, new.month)
    row = new.model_dump() | {"nil": True, "said_by": caller.sub, "said_at": clock.now()}
    insert_ignoring(session, REPORT, [row], KEY)
    kept = session.get_one(Report, key)
    return kept if kept.nil else NotNil()


def _faults(new: NewNilReturn, settings: Settings, programmes: set[str], today: date) -> Iterator[Fault]:
    month = date.fromisoformat(f"{new.month}-01")
    if new.programme not in programmes:
        said = Said("政策包中没有该计划", "is no programme of the policy")
        yield Fault("/programme", "unknown_programme", said)
    if new.unit not in settings.units:
        said = Said("政策包中没有该填报单位", "is no reporting unit of the policy")
        yield Fault("/unit", "unknown_unit", said)
    elif not settings.there(new.unit, month):
        yield Fault("/unit", "unit_not_valid", Said("该单位当月不在有效期内", "is not valid in that month"))
    if month > today:
        yield Fault("/month", "in_the_future", Said("该月尚未开始", "has not begun yet"))
