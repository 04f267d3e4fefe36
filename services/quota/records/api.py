"""What stands behind the figures, over HTTP."""

from datetime import date
from itertools import permutations
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from sqlmodel import Session

from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.records import queries
from services.quota.records.queries import SEE_EVERYTHING, Asked
from services.quota.records.reasons import why
from services.quota.records.rules import Boundaries, by_month
from services.quota.records.schemas import MonthRead, Overlap, OverlapsRead, RecordRead, WhyRead
from shared import clock
from shared.auth import OF_AN_INSTITUTION, CallerDep, Role, allow
from shared.problems import Fault, InvalidBody, NotFound, Said
from shared.web import LanguageDep, Page, PageDep, ReadingDep

READERS = (*SEE_EVERYTHING, Role.DISTRICT_OFFICER)

router = APIRouter(tags=["records"])


@router.get("/v1/quotas/{quota_id}/registrations", dependencies=[allow(*READERS, *OF_AN_INSTITUTION)])
def list_records(
    database: ReadingDep,
    caller: CallerDep,
    paging: PageDep,
    quota_id: UUID,
    as_of: Annotated[date | None, Query(description="the last day that counts; all if absent")] = None,
    known_at: Annotated[AwareDatetime | None, Query(description="as it was known then; now if absent")] = None,
    milestone: Annotated[int | None, Query(description="only the record that reached this percentage")] = None,
) -> Page[RecordRead]:
    """The records behind a number (明细), in counting order. Units and institutions see their own."""
    with database.reading() as session:
        quota = _quota(session, quota_id)
        if milestone is None:
            asked = Asked(as_of, known_at)
            rows = queries.behind_the_number(session, quota, caller, asked, paging.after, paging.limit + 1)
        elif milestone in quota.milestones:
            rows = queries.that_crossed(session, quota, milestone, caller)
        else:
            said = Said("不是该目标的节点", "is no milestone of this quota")
            raise InvalidBody(Fault("/milestone", "unknown_milestone", said))
    return paging.page(rows, lambda row: RecordRead.model_validate(row, from_attributes=True), queries.place_of)


@router.get("/v1/quotas/{quota_id}/registrations/{registration_id}", dependencies=[allow(*READERS, *OF_AN_INSTITUTION)])
def explain(
    database: ReadingDep, caller: CallerDep, language: LanguageDep, quota_id: UUID, registration_id: UUID
) -> WhyRead:
    """Whether a registration counts in a quota, and the reason if it does not (计数说明)."""
    with database.reading() as session:
        quota = _quota(session, quota_id)
        one = queries.seen(session, registration_id, caller)
        if one is None:
            raise NotFound
        found = why(quota.terms().scope, quota.measure, one, queries.of_subject(session, one.subject_ref))
        credited = found.credited_to
        if credited is not None and queries.seen(session, credited, caller) is None:
            credited = None  # another institution's is not named
    return WhyRead.of(quota_id, one, found._replace(credited_to=credited), language)


@router.get("/v1/quotas/{quota_id}/series", dependencies=[allow(*READERS)])
def read_series(
    database: ReadingDep,
    quota_id: UUID,
    by: Annotated[Literal["month"], Query()] = "month",
    unit: Annotated[str | None, Query(description="what this unit contributes; the whole quota if absent")] = None,
    known_at: Annotated[AwareDatetime | None, Query(description="as it was known then; now if absent")] = None,
) -> Page[MonthRead]:
    """A quota month by month (逐月): late reports (补报) stand where they belong, and show where they were learnt."""
    with database.reading() as session:
        quota = _quota(session, quota_id)
        if unit is None:
            return Page(items=MonthRead.each_of(by_month(queries.months(session, quota, known_at)), quota.measure))
        quotas_.must_be_known(session, None, unit)
        today = clock.today()
        months = by_month(queries.months_of_unit(session, quota, unit, today, known_at))
        moved = [each.effective_on for each in quotas_.unit_successions(session) if unit in (each.old, each.new)]
        comparable = by_month(queries.comparable(session, quota, unit, today, known_at)) if moved else []
    return Page(items=MonthRead.each_of(months, quota.measure, Boundaries(comparable, moved)))


@router.get("/v1/overlaps", dependencies=[allow(*READERS)])
def read_overlaps(database: ReadingDep) -> OverlapsRead:
    """Programmes by programmes, what the policy says of both, the subjects they share, and people in all (重叠矩阵)."""
    with database.reading() as session:
        rows = queries.overlaps(session)
        kinds = queries.distinct_subjects(session)
        rules = {frozenset((each.one, each.other)): each.rule for each in quotas_.relations(session)}
    shared = {(row.programme, row.other): row.subjects for row in rows}
    named = {(one, other): 0 for pair in rules for one, other in permutations(pair)}
    items = [
        Overlap(
            programme=one,
            other=other,
            rule=None if one == other else rules.get(frozenset((one, other)), "allow"),
            subjects=subjects,
        )
        for (one, other), subjects in sorted((named | shared).items())
    ]
    return OverlapsRead(items=items, subjects=sum(kinds.values()), people=kinds.get("person", 0))


def _quota(session: Session, quota_id: UUID) -> Quota:
    found = quotas_.by_id(session, [quota_id]).get(quota_id)
    if found is None:
        raise NotFound
    return found
