"""Indicators over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.quota.indicators import commands, queries
from services.quota.indicators.commands import WantedValue
from services.quota.indicators.models import IndicatorValue
from services.quota.indicators.rules.judging import judge
from services.quota.indicators.schemas import IndicatorRead, NewValue, ValueRead
from shared import clock
from shared.auth import Reach, Role, allow
from shared.bodies import Router
from shared.fields import Day
from shared.problems import NotFound
from shared.web import LanguageDep, Page, PageDep, ReadingDep, WholePageDep, WriteDep, may

READERS = [allow(Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.DISTRICT_OFFICER, reach=Reach.ALL)]

router = Router(prefix="/v1/indicators", tags=["indicators"])


@router.get("", dependencies=READERS)
def list_indicators(
    database: ReadingDep,
    paging: WholePageDep,
    language: LanguageDep,
    as_of: Annotated[Day | None, Query(description="the last day that counts; today if absent")] = None,
) -> Page[IndicatorRead]:
    """The document's other figures (其他指标) with what departments reported last, corrections included."""
    with database.reading() as session:
        rows, values = queries.every(session), queries.newest(session)
    on = as_of or clock.today()
    return paging.stretch(
        [IndicatorRead.of(row, judge(row.requirement, values.get(row.id, {}), on), language) for row in rows]
    )


@router.post(
    "/{indicator_id}/values",
    status_code=201,
    response_model=ValueRead,
    dependencies=[may(commands.report)],
)
async def report_value(indicator_id: UUID, new: NewValue, request: WriteDep) -> Response:
    """Keep what a department reports (报送); for a day that has a value already, as its correction (更正)."""

    def read(row: IndicatorValue) -> ValueRead:
        return ValueRead.model_validate(row)

    return await request.run(commands.report, WantedValue(indicator_id, new), read, 201)


@router.get("/{indicator_id}/values", dependencies=READERS)
def list_values(database: ReadingDep, paging: PageDep, indicator_id: UUID) -> Page[ValueRead]:
    """Everything that was reported for one indicator, the newest first; nothing is ever overwritten."""
    with database.reading() as session:
        if not queries.by_id(session, [indicator_id]):
            raise NotFound
        rows = queries.history(session, indicator_id, paging.after_id, paging.limit + 1)
    return paging.page(rows, ValueRead.model_validate, lambda row: [row.id])
