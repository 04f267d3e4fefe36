"""The officers, programmes and quotas of a small city, its databases, and what quota answers there."""

from sqlalchemy import select
from sqlmodel import Session

from services.quota.counting.models import HEADCOUNT
from services.quota.figures.queries.progress import progress
from services.quota.figures.schemas.progress import Wanted
from services.quota.policy.commands import applying as quota_policy
from services.quota.quotas.models import QUOTA
from services.registry.institutions.models import BUREAU_ID, Institution
from services.registry.programmes import commands as programmes
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import PolicyPack
from shared.db import Database
from tests.quota.given import nanchang

BUREAU, SECOND = (Caller(name, Role.BUREAU_OFFICER) for name in ("bureau", "bureau-2"))
YOUTH, SKILLED = "youth-intake", "skilled-workers"
QUOTAS = {"Y01": {YOUTH}, "S01": {SKILLED}, "B01": {YOUTH, SKILLED}, "B02": {YOUTH, SKILLED}}
IN_STOCK = "B02"


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
        programmes.apply(session, [programmes.Applying(small_pack(), False)], BUREAU)


def fill_quota(database: Database) -> None:
    with database.writing() as session:
        quota_policy.apply(session, [quota_policy.Proposed(small_pack(), False)], BUREAU)


def counters(session: Session) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Gross, net and in stock of each quota by unit, and in the whole, as the counters keep them."""
    columns = QUOTA.c.code, HEADCOUNT.c.unit, HEADCOUNT.c.gross, HEADCOUNT.c.net, HEADCOUNT.c.in_stock
    rows = session.execute(select(*columns).join(QUOTA, QUOTA.c.id == HEADCOUNT.c.quota_id))
    return {(code, unit): (gross, net, stock) for code, unit, gross, net, stock in rows}


def figures_of(session: Session, wanted: Wanted) -> dict[str, tuple[tuple[int, ...], dict[str, int]]]:
    """Gross, net and in stock of the whole, and the figure of every unit that has any, by quota."""
    return {
        row.quota.code: (tuple(row.counts), {unit: value for unit, value in row.units if value})
        for row in progress(session, wanted)
    }
