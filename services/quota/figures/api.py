"""Progress and what stands behind it, over HTTP."""

import logging
from datetime import date, datetime
from itertools import permutations
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from services.quota.figures.queries import progress, records
from services.quota.figures.queries.records import SEE_EVERYTHING, AsOf
from services.quota.figures.rendering import COLUMNS, line
from services.quota.figures.rules import Boundaries, by_month, why, why_to_an_institution
from services.quota.figures.schemas.progress import ProgressQuery, ProgressRead
from services.quota.figures.schemas.records import MonthRead, Overlap, OverlapsRead, RecordRead, WhyRead
from services.quota.quotas import queries as quotas
from services.quota.quotas.models import Quota
from shared import clock
from shared.auth import OF_AN_INSTITUTION, CallerDep, Itself, Reach, Role, allow
from shared.bodies import Router
from shared.db import Database
from shared.fields import Day, Instant, Line, Word, WrittenNumber
from shared.ids import new_id
from shared.problems import Fault, InvalidBody, Language, NotFound, Said
from shared.sheets.exporting import MEDIA, ExportForm, parts, watermark
from shared.web import LanguageDep, Page, PageDep, ReadingDep, WholePageDep

READERS = (*SEE_EVERYTHING, Role.DISTRICT_OFFICER)

log = logging.getLogger(__name__)

router = Router()


@router.get("/v1/progress", tags=["progress"], dependencies=[allow(*Role, Itself.SYSTEM, reach=Reach.ALL)])
def read_progress(
    database: ReadingDep,
    paging: WholePageDep,
    language: LanguageDep,
    programme: Word | None = None,
    unit: Annotated[
        Word | None, Query(description="this unit's own quotas, and its contribution to the city's")
    ] = None,
    as_of: Annotated[Day | None, Query(description="the last day that counts; today if absent")] = None,
    known_at: Annotated[Instant | None, Query(description="as it was known then; now if absent")] = None,
    by: Annotated[Literal["unit"] | None, Query(description="`unit`: with what each unit contributes")] = None,
) -> Page[ProgressRead]:
    """How far every quota has come (完成情况), now, as of a day, or as it was known at an instant.

    Quotas whose period has not begun are left out. Milestones show as they were told by then.
    """
    return paging.stretch(_progress(database, language, programme, unit, as_of, known_at, by == "unit"))


def _progress(
    database: Database,
    language: Language,
    programme: str | None,
    unit: str | None,
    as_of: date | None,
    known_at: datetime | None,
    by_unit: bool = False,
) -> list[ProgressRead]:
    wanted = ProgressQuery(
        on=as_of or clock.today(),
        known_at=known_at or clock.now(),
        past=as_of is not None or known_at is not None,
        all_known=known_at is None,
        programme=programme,
        unit=unit,
        by_unit=by_unit,
    )
    with database.reading() as session:
        quotas.must_be_known(session, programme, unit)
        rows = progress.progress(session, wanted)
        parked = progress.parked(session)
    return [ProgressRead.of(row, wanted, parked, language) for row in rows]


@router.get(
    "/v1/progress.{form}",
    tags=["progress"],
    response_class=Response,
    responses={200: {"content": {each: {} for each in MEDIA.values()}, "description": "the list as a file"}},
    dependencies=[allow(*Role, reach=Reach.ALL)],
)
def export_progress(
    database: ReadingDep,
    caller: CallerDep,
    language: LanguageDep,
    form: ExportForm,
    purpose: Annotated[
        Line, Query(description="what for; it stands in the file, and in the log with the copy's number")
    ],
    programme: Word | None = None,
    unit: Word | None = None,
    as_of: Annotated[Day | None, Query(description="the last day that counts; today if absent")] = None,
    known_at: Annotated[Instant | None, Query(description="as it was known then; now if absent")] = None,
) -> StreamingResponse:
    """The same figures as a file for spreadsheet programs (导出): XLSX, CSV in UTF-8, or CSV in GB18030.

    Nobody's name or number is in it. The file says who took it, when and what for.
    """
    reads = _progress(database, language, programme, unit, as_of, known_at)
    at, copy = clock.now(), str(new_id())
    mark = watermark(caller.actor, at, copy, purpose, language)
    log.info("progress left as a file: copy %s, taken by %s", copy, caller.actor)
    name = f"progress-{at:%Y%m%d-%H%M%S}.{'xlsx' if form == 'xlsx' else 'csv'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Copy-Number": copy}
    lines = (line(each) for each in reads)
    return StreamingResponse(parts(form, COLUMNS, lines, mark, language), media_type=MEDIA[form], headers=headers)


@router.get(
    "/v1/quotas/{quota_id}/registrations",
    tags=["records"],
    dependencies=[allow(*READERS, *OF_AN_INSTITUTION, reach=Reach.OWN)],
)
def list_records(
    database: ReadingDep,
    caller: CallerDep,
    paging: PageDep,
    quota_id: UUID,
    as_of: Annotated[Day | None, Query(description="the last day that counts; all if absent")] = None,
    known_at: Annotated[Instant | None, Query(description="as it was known then; now if absent")] = None,
    milestone: Annotated[
        WrittenNumber | None, Query(description="only the record that reached this percentage")
    ] = None,
) -> Page[RecordRead]:
    """The records behind a number (明细), in counting order. Units and institutions see their own."""
    with database.reading() as session:
        quota = _quota(session, quota_id)
        if milestone is None:
            moment = AsOf(as_of, known_at)
            rows = records.behind_the_number(session, quota, caller, moment, paging.after, paging.limit + 1)
        elif milestone in quota.milestones:
            rows = records.that_crossed(session, quota, milestone, caller)
        else:
            said = Said("不是该目标的节点", "is no milestone of this quota")
            raise InvalidBody(Fault("/milestone", "unknown_milestone", said))
    return paging.page(rows, lambda row: RecordRead.model_validate(row, from_attributes=True), records.place_of)


@router.get(
    "/v1/quotas/{quota_id}/registrations/{registration_id}",
    tags=["records"],
    dependencies=[allow(*READERS, *OF_AN_INSTITUTION, reach=Reach.OWN)],
)
def explain(
    database: ReadingDep, caller: CallerDep, language: LanguageDep, quota_id: UUID, registration_id: UUID
) -> WhyRead:
    """Whether a registration counts in a quota, and the reason if it does not (计数说明)."""
    with database.reading() as session:
        quota = _quota(session, quota_id)
        one = records.seen(session, registration_id, caller)
        if one is None:
            raise NotFound
        scope, of_subject = quota.terms().scope, records.of_subject(session, one.subject_ref)
        found = why(scope, quota.measure, one, of_subject)
        if caller.role in OF_AN_INSTITUTION:
            own = [each for each in of_subject if each.institution_id == caller.institution_id]
            found = why_to_an_institution(found, why(scope, quota.measure, one, own))
        credited = found.credited_to
        if credited is not None and records.seen(session, credited, caller) is None:
            credited = None  # another unit's is not named
    return WhyRead.of(quota_id, one, found._replace(credited_to=credited), language)


@router.get("/v1/quotas/{quota_id}/series", tags=["records"], dependencies=[allow(*READERS, reach=Reach.ALL)])
def read_series(
    database: ReadingDep,
    paging: WholePageDep,
    quota_id: UUID,
    by: Annotated[Literal["month"], Query()] = "month",
    unit: Annotated[Word | None, Query(description="what this unit contributes; the whole quota if absent")] = None,
    known_at: Annotated[Instant | None, Query(description="as it was known then; now if absent")] = None,
) -> Page[MonthRead]:
    """A quota month by month (逐月): late reports (补报) stand where they belong, and show where they were learnt."""
    with database.reading() as session:
        quota = _quota(session, quota_id)
        if unit is None:
            return paging.stretch(MonthRead.each_of(by_month(records.months(session, quota, known_at)), quota.measure))
        quotas.must_be_known(session, None, unit)
        today = clock.today()
        months = by_month(records.months_of_unit(session, quota, unit, today, known_at))
        moved = [each.effective_on for each in quotas.unit_successions(session) if unit in (each.old, each.new)]
        comparable = by_month(records.comparable(session, quota, unit, today, known_at)) if moved else []
    return paging.stretch(MonthRead.each_of(months, quota.measure, Boundaries(comparable, moved)))


@router.get("/v1/overlaps", tags=["records"], dependencies=[allow(*READERS, reach=Reach.ALL)])
def read_overlaps(database: ReadingDep) -> OverlapsRead:
    """Programmes by programmes, what the policy says of both, the subjects they share, and people in all (重叠矩阵)."""
    with database.reading() as session:
        rows = records.overlaps(session)
        kinds = records.distinct_subjects(session)
        rules = {frozenset((each.one, each.other)): each.rule for each in quotas.relations(session)}
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
    found = quotas.by_id(session, [quota_id]).get(quota_id)
    if found is None:
        raise NotFound
    return found
