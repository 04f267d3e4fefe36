"""The officers, programmes and quotas of a small city, its databases, and what quota answers there."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from services.quota.counting.models import HEADCOUNT
from services.quota.figures.queries.progress import progress
from services.quota.figures.schemas.progress import ProgressQuery
from services.quota.policy.commands import applying as quota_policy
from services.quota.quotas.models import QUOTA
from services.registry.institutions.models import BUREAU_ID, Institution
from services.registry.programmes.commands import applying as programmes
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import PolicyPack
from shared.db import Database
from shared.operations import Call
from tests.journeys.people_model import BOUNDARY_MOVED
from tests.quota.given import nanchang

BUREAU, SECOND = (Caller(name, Role.BUREAU_OFFICER, person=name) for name in ("bureau", "bureau-2"))
YOUTH, SKILLED = "youth-intake", "skilled-workers"
QUOTAS = {"Y01": {YOUTH}, "S01": {SKILLED}, "B01": {YOUTH, SKILLED}, "B02": {YOUTH, SKILLED}}
IN_STOCK = "B02"
DETAILS = {YOUTH: {}, SKILLED: {"skill_level": "3"}}
UNITS = ("donghu", "xihu", "wanli")
ALL_UNITS = (*UNITS, "honggutan", "wanli-bureau")
DAYS = tuple(date(2019, month, 1) for month in (2, 3, 5, 9))
MOVING_DAYS = (DAYS[1], date(2019, 6, 1), date(2020, 3, 1), BOUNDARY_MOVED, date(2020, 8, 1))
LEAVING_DAYS = (date(2019, 10, 1), date(2020, 1, 1), date(2020, 7, 1))
QUESTION_DAYS = (*DAYS, *LEAVING_DAYS, *MOVING_DAYS[1:], date(2020, 6, 27))
REZONING = {"old": "donghu", "new": "honggutan", "effective_on": BOUNDARY_MOVED, "decision_no": "X", "reason": "核对"}
ACTS = ("suspend", "resume", "revoke", "revoke", "overturn_revocation")
APPEALS = ("request_review", "file_suit", "uphold_revocation")


def small_pack() -> PolicyPack:
    """Quotas that overlap, small enough that every head moves a milestone; one of them measures the stock."""
    usual = nanchang().quotas[0].model_dump(mode="json") | {"where": {}, "amount": 3, "measure": "net_cumulative"}
    period = {"kind": "span", "label": "all", "start": "2018-01-01", "basis": "operator_set"}
    quotas = [usual | {"code": code, "programmes": sorted(of), "period": period} for code, of in QUOTAS.items()]
    quotas[-1]["measure"] = "in_stock"
    return PolicyPack.model_validate(nanchang().model_dump(mode="json") | {"quotas": quotas})


def fill_registry(database: Database) -> None:
    with database.writing() as session:
        session.add(Institution(id=BUREAU_ID, name="市人才办", reporting_unit="city", created_at=clock.now()))
        programmes.apply(session, [Call(programmes.Applying(small_pack(), False), BUREAU)])


def fill_quota(database: Database) -> None:
    with database.writing() as session:
        quota_policy.apply(session, [Call(quota_policy.ProposedPack(small_pack(), False), BUREAU)])


def counters(session: Session) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Gross, net and in stock of each quota by unit, and in the whole, as the counters keep them."""
    columns = QUOTA.c.code, HEADCOUNT.c.unit, HEADCOUNT.c.gross, HEADCOUNT.c.net, HEADCOUNT.c.in_stock
    rows = session.execute(select(*columns).join(QUOTA, QUOTA.c.id == HEADCOUNT.c.quota_id))
    return {(code, unit): (gross, net, stock) for code, unit, gross, net, stock in rows}


def figures_of(session: Session, wanted: ProgressQuery) -> dict[str, tuple[tuple[int, ...], dict[str, int]]]:
    """Gross, net and in stock of the whole, and the figure of every unit that has any, by quota."""
    return {
        row.quota.code: (tuple(row.counts), {unit: value for unit, value in row.units if value})
        for row in progress(session, wanted)
    }
