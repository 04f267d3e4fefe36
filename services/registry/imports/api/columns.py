"""Columns of files, and what institutions call them, over HTTP."""

from uuid import UUID

from fastapi import Response

from services.registry.imports.commands.columns import NamedColumns, forget_column, name_columns
from services.registry.imports.queries.columns import header_of, wordings_seen
from services.registry.imports.queries.jobs import job_seen
from services.registry.imports.queries.wanted import wanted_by
from services.registry.imports.rules.states import READERS
from services.registry.imports.schemas import (
    ColumnsNamed,
    ColumnWordingRead,
    ColumnWordings,
    ImportColumnsRead,
    ImportRead,
)
from services.registry.programmes.queries import must_be_known
from shared.auth import CallerDep, Reach, allow
from shared.bodies import Router
from shared.fields import Word
from shared.problems import NotFound
from shared.web import LanguageDep, ReadingDep, WriteDep, may

router = Router(tags=["imports"])


@router.get("/v1/imports/{import_id}/columns", dependencies=[allow(*READERS, reach=Reach.OWN)])
def read_columns(import_id: UUID, database: ReadingDep, caller: CallerDep, language: LanguageDep) -> ImportColumnsRead:
    """The columns of an import's file as they were found, and which fields they may be."""
    with database.reading() as session:
        job = job_seen(session, caller, import_id)
        if job is None:
            raise NotFound
        return ImportColumnsRead.of(job, header_of(job), wanted_by(session, job), language)


@router.post(
    "/v1/imports/{import_id}/columns",
    status_code=202,
    response_model=ImportRead,
    dependencies=[may(name_columns, reach=Reach.OWN)],
)
async def write_columns(import_id: UUID, wanted: ColumnsNamed, request: WriteDep) -> Response:
    """Say which fields columns are (认列名): remembered for the institution and programme, and the file read again."""
    named = NamedColumns(import_id, wanted.by_wording())
    return await request.run(name_columns, named, lambda job: ImportRead.of(job, request.language), status=202)


@router.get("/v1/column-wordings", dependencies=[allow(*READERS, reach=Reach.OWN)])
def list_wordings(database: ReadingDep, caller: CallerDep, programme: Word | None = None) -> ColumnWordings:
    """What is remembered of columns: an institution sees its own."""
    with database.reading() as session:
        must_be_known(session, programme=programme)
        return ColumnWordings(items=[ColumnWordingRead.of(each) for each in wordings_seen(session, caller, programme)])


@router.delete(
    "/v1/column-wordings/{wording_id}",
    response_model=ColumnWordingRead,
    dependencies=[may(forget_column, reach=Reach.OWN)],
)
async def remove_wording(wording_id: UUID, request: WriteDep) -> Response:
    """Forget what a column is called; the answer is what was forgotten."""
    return await request.run(forget_column, wording_id, ColumnWordingRead.of)
