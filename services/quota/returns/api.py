"""Nil returns over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from services.quota.quotas import queries as quotas
from services.quota.returns import commands, queries
from services.quota.returns.schemas import NewNilReturn, ReportRead
from shared.auth import Reach, Role, allow
from shared.bodies import Router
from shared.fields import Month, Word
from shared.readiness import NEEDS_POLICY
from shared.web import Page, PageDep, ReadingDep, WriteDep, may

READERS = (Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.DISTRICT_OFFICER)

router = Router(prefix="/v1/nil-returns", tags=["reports"])


@router.post(
    "",
    status_code=201,
    response_model=ReportRead,
    dependencies=[may(commands.declare_nil, reach=Reach.OWN), NEEDS_POLICY],
)
async def declare_nil(wanted: NewNilReturn, request: WriteDep) -> Response:
    """Say that a unit has nothing to report on a programme in a month (零报告). No data is not zero: this is."""
    return await request.run(
        commands.declare_nil,
        wanted,
        lambda report: ReportRead.model_validate(report, from_attributes=True),
        status=201,
    )


@router.get("", dependencies=[allow(*READERS, reach=Reach.ALL)])
def list_nil_returns(
    database: ReadingDep,
    paging: PageDep,
    month: Annotated[Month | None, Query(description="YYYY-MM")] = None,
    programme: Word | None = None,
) -> Page[ReportRead]:
    """Nil returns (零报告), by month, programme and unit."""
    with database.reading() as session:
        quotas.must_be_known(session, programme, None)
        rows = queries.nil_returns(session, month, programme, paging.after, paging.limit + 1)
    return paging.page(
        rows,
        lambda row: ReportRead.model_validate(row, from_attributes=True),
        lambda row: [row.month, row.programme, row.unit],
    )
