"""Reading quotas."""

from uuid import UUID

from fastapi import Response

from services.quota.quotas import queries
from services.quota.quotas.schemas import QuotaRead, RevisionRead
from shared.auth import Itself, Reach, Role, allow
from shared.bodies import Router
from shared.fields import Word
from shared.problems import NotFound
from shared.web import Page, PageDep, ReadingDep, WholePageDep, shown

EVERYBODY_BUT_OPERATORS = [allow(Itself.SYSTEM, *(role for role in Role if role != Role.OPERATOR), reach=Reach.ALL)]

router = Router(prefix="/v1/quotas", tags=["quotas"], dependencies=EVERYBODY_BUT_OPERATORS)


@router.get("")
def list_quotas(
    database: ReadingDep, paging: PageDep, programme: Word | None = None, unit: Word | None = None
) -> Page[QuotaRead]:
    """Quotas (目标任务) of every programme, unit and period, by the beginning of their period."""
    with database.reading() as session:
        queries.must_be_known(session, programme, unit)
        rows = queries.page(session, programme, unit, paging.after, paging.limit + 1)
    return paging.page(rows, QuotaRead.of, lambda row: [row.starts_on, row.code, row.id])


@router.get("/{quota_id}", response_model=QuotaRead)
def read_quota(database: ReadingDep, quota_id: UUID) -> Response:
    """One quota, with its version as entity tag."""
    with database.reading() as session:
        quota = queries.by_id(session, [quota_id]).get(quota_id)
        if quota is None:
            raise NotFound
        awaited = queries.awaited(session, quota)
    return shown(QuotaRead.of(quota, "second_officer" if awaited else None))


@router.get("/{quota_id}/revisions")
def list_revisions(database: ReadingDep, paging: WholePageDep, quota_id: UUID) -> Page[RevisionRead]:
    """Every amount that a quota has had, with its document (目标调整), the first one first."""
    with database.reading() as session:
        if quota_id not in queries.by_id(session, [quota_id]):
            raise NotFound
        rows = queries.revisions(session, [quota_id])[quota_id]
    return paging.stretch([RevisionRead.model_validate(each, from_attributes=True) for each in rows])
