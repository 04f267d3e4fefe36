"""Milestones over HTTP."""

from typing import Annotated

from fastapi import Query

from services.quota.counting.queries import milestones as queries
from services.quota.counting.schemas import CrossingRead
from services.quota.quotas import queries as quotas
from shared.auth import Reach, Role, allow
from shared.bodies import Router
from shared.fields import Instant, Word
from shared.web import Page, PageDep, ReadingDep

READERS = (Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.DISTRICT_OFFICER)

router = Router(tags=["milestones"], dependencies=[allow(*READERS, reach=Reach.ALL)])


@router.get("/v1/milestones")
def list_milestones(
    database: ReadingDep,
    paging: PageDep,
    since: Annotated[Instant | None, Query(description="detected at or after this instant")] = None,
    programme: Word | None = None,
) -> Page[CrossingRead]:
    """Milestones reached, fallen back from and regained (节点达成、回落、恢复), in the order of telling."""
    with database.reading() as session:
        quotas.must_be_known(session, programme, None)
        rows = queries.crossings(session, since, programme, paging.after, paging.limit + 1)
    return paging.page(rows, lambda row: CrossingRead.model_validate(row, from_attributes=True), lambda row: [row.id])
