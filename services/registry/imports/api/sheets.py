from typing import Any
from uuid import UUID

from fastapi import Response

from services.registry.imports.errors import ImportElsewhere
from services.registry.imports.queries.jobs import job_seen
from services.registry.imports.queries.rows import content_of, outcomes_of
from services.registry.imports.queries.wanted import wanted_by, wanted_of, wanted_of_list
from services.registry.imports.rendering import list_template, marked_sheet, template_of
from services.registry.imports.rules.states import MOVING, is_uploader
from services.registry.programmes.queries import programmes
from services.registry.registrations.rules import WRITERS
from shared.auth import CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.fields import Word
from shared.problems import Forbidden, NotFound
from shared.web import LanguageDep, ReadingDep

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {}}}}

router = Router(tags=["imports"])


@router.get(
    "/v1/imports/{import_id}/report.xlsx",
    response_class=Response,
    responses={**SHEET, 409: {}},
    dependencies=[allow(*WRITERS, reach=Reach.OWN)],
)
def read_report(import_id: UUID, database: ReadingDep, caller: CallerDep, language: LanguageDep) -> Response:
    """The uploader's own sheet back, wrong cells marked: corrected there, it can be uploaded as it is (标注结果的原表).

    It shows names and numbers in clear, as they were uploaded, so nobody else is given it.
    """
    with database.reading() as session:
        job = job_seen(session, caller, import_id)
        if job is None:
            raise NotFound
        if not is_uploader(job.uploader, caller):
            raise Forbidden
        if job.state in MOVING or job.forgotten:
            raise ImportElsewhere
        content, wanted = content_of(session, job.id), wanted_by(session, job)
        rows = outcomes_of(session, job)
    return _sheet(marked_sheet(job, content, wanted, rows, language))


@router.get(
    "/v1/templates/transitions.xlsx",
    response_class=Response,
    responses=SHEET,
    dependencies=[allow(*Role, reach=Reach.ALL)],
)
def read_list_template(database: ReadingDep, language: LanguageDep) -> Response:
    """A sheet to fill in for a list of decisions (办理清单模板)."""
    with database.reading() as session:
        wanted = wanted_of_list(session)
    return _sheet(list_template(wanted, language))


@router.get(
    "/v1/templates/{programme}.xlsx",
    response_class=Response,
    responses=SHEET,
    dependencies=[allow(*Role, reach=Reach.ALL)],
)
def read_template(programme: Word, database: ReadingDep, language: LanguageDep) -> Response:
    """A sheet to fill in for a programme (填报模板): drop-downs, notes, a sample, and numbers that stay text."""
    with database.reading() as session:
        known = programmes(session).get(programme)
        if known is None:
            raise NotFound
        wanted = wanted_of(session, programme)
    return _sheet(template_of(known, wanted, language))


def _sheet(content: bytes) -> Response:
    return Response(content, media_type=XLSX)
