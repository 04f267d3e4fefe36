import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import PurePath
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import ValidationError
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.registry.imports.commands import uploading
from services.registry.imports.models import ImportJob
from services.registry.imports.queries.jobs import job_seen, jobs_seen
from services.registry.imports.queries.rows import acts_in, refused_rows
from services.registry.imports.rules.states import LARGEST_FILE, MOVING, READERS, ImportKind, ImportMode
from services.registry.imports.schemas import MOST_PROBLEMS, ColumnsNamed, ImportRead
from shared.auth import Caller, CallerDep, Reach, allow
from shared.bodies import FILES_TYPE, Router, check_media
from shared.db import Database
from shared.fields import Word, WrittenFlag
from shared.problems import Fault, InvalidBody, Language, NotFound, Said
from shared.readiness import NEEDS_POLICY
from shared.sheets.tables import HiddenRows
from shared.standing import GoesOnDep
from shared.web import LanguageDep, Page, PageDep, ReadingDep, StoppingDep, WriteDep, may, shown

LOOK_EVERY = 0.5  # seconds between two looks at how far a job is
BESIDE_FILE = 64 * 1024  # bytes of a multipart body that are none of its file's
PIECE = 256 * 1024  # bytes that are taken apart at once
MOST_NAME = 200  # characters of a file's name
FILE_NEEDED = Fault("/file", "file_needed", Said("请上传一个文件", "Send one file, as the part named “file”"))
COLUMNS_UNREADABLE = Fault(
    "/columns", "invalid", Said("与认列名的请求体写法不同", "It is not written as the body that names columns is")
)
FILE_FORM: dict[str, Any] = {
    "x-largest-body": LARGEST_FILE + BESIDE_FILE,
    "requestBody": {
        "required": True,
        "content": {
            FILES_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "columns": {
                            "type": "string",
                            "description": "which fields columns are, as `POST /v1/imports/{import_id}/columns` has it",
                        },
                    },
                }
            }
        },
    },
}

router = Router(prefix="/v1/imports", tags=["imports"])


class InMemory(MultiPartParser):
    """Keeps files in memory: on disk they would lie in clear."""

    spool_max_size = LARGEST_FILE + BESIDE_FILE


@router.post(
    "",
    status_code=202,
    response_model=ImportRead,
    responses={415: {}},
    dependencies=[may(uploading.upload, reach=Reach.OWN), NEEDS_POLICY],
    openapi_extra=FILE_FORM,
)
async def upload_import(
    http: Request,
    request: WriteDep,
    programme: Annotated[
        Word | None, Query(description="of a list of decisions left out where its rows name their own")
    ] = None,
    kind: ImportKind = "registrations",
    mode: ImportMode = "accept_good",
    dry_run: WrittenFlag = False,
    hidden_rows: Annotated[
        HiddenRows | None, Query(description="what becomes of rows that are hidden or filtered out; refused without")
    ] = None,
) -> Response:
    """Upload a file of registrations (批量导入): CSV, XLSX, XLS or ODS, multipart as `file`; a worker enters it.

    `kind=transitions` is a list of decisions (办理清单) of a bureau officer: whose registration, by id or by document
    number and programme, which action, document number and date. What takes two officers waits for the second.
    Without `dry_run` it is committed by itself. `accept_good` enters every row that is in order, `all_or_nothing` (up
    to 10,000 rows) none where one is not.
    """
    name, content, columns = await _file(http)
    wanted = uploading.UploadedFile(programme, mode, dry_run, hidden_rows, name, content, kind, columns)
    return await request.run(
        uploading.upload,
        wanted,
        lambda job: ImportRead.of(job, request.language),
        status=202,
        headers=lambda job: {"Location": f"/v1/imports/{job.id}"},
    )


async def _file(http: Request) -> tuple[str, bytes, dict[str, str]]:
    """The name and the content of the one file of a form, and what columns of it are called."""
    check_media(http, FILES_TYPE)
    name, content, columns = await run_in_threadpool(anyio.run, _taken_apart, http.headers, await http.body())
    return name, content, _columns(columns)


async def _taken_apart(headers: Headers, body: bytes) -> tuple[str, bytes, Any]:
    """The parts of a form, which waits for nothing: in a loop of its own, so that the service's goes on meanwhile."""

    async def pieces() -> AsyncGenerator[bytes]:
        for start in range(0, len(body), PIECE):
            yield body[start : start + PIECE]

    try:
        form = await InMemory(headers, pieces(), max_files=1).parse()
    except (MultiPartException, KeyError):
        raise InvalidBody(FILE_NEEDED) from None
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    await form.close()
    if not isinstance(file, UploadFile) or not content:
        raise InvalidBody(FILE_NEEDED)
    return _name(file.filename or ""), content, form.get("columns")


def _columns(sent: Any) -> dict[str, str]:
    if sent is None:
        return {}
    try:
        return ColumnsNamed.model_validate_json(str(sent)).by_wording()
    except ValidationError:
        raise InvalidBody(COLUMNS_UNREADABLE) from None


def _name(sent: str) -> str:
    """A file's name without folders and whatever does not print."""
    last = PurePath(sent.replace("\\", "/")).name
    return "".join(char for char in last if char.isprintable())[-MOST_NAME:] or "file"


@router.get("", dependencies=[allow(*READERS, reach=Reach.OWN)])
def list_imports(database: ReadingDep, caller: CallerDep, language: LanguageDep, paging: PageDep) -> Page[ImportRead]:
    """The imports the caller may see, the newest first: an institution its own, the bureau all."""
    with database.reading() as session:
        found = jobs_seen(session, caller, paging.limit, paging.after_id)
    return paging.page(found, lambda job: ImportRead.of(job, language), lambda job: [job.id])


@router.get("/{import_id}", response_model=ImportRead, dependencies=[allow(*READERS, reach=Reach.OWN)])
def read_import(import_id: UUID, database: ReadingDep, caller: CallerDep, language: LanguageDep) -> Response:
    """One import: state, rows by what came of them, what it does to quotas, and the first problems."""
    return shown(_seen(database, caller, import_id, language))


def _seen(database: Database, caller: Caller, import_id: UUID, language: Language) -> ImportRead:
    with database.reading() as session:
        job = job_seen(session, caller, import_id)
        if job is None:
            raise NotFound
        acts = acts_in(session, job) if job.kind == "transitions" else ()
        return ImportRead.of(job, language, refused_rows(session, job, MOST_PROBLEMS), acts)


def _first(import_id: UUID, database: ReadingDep, caller: CallerDep, language: LanguageDep) -> ImportRead:
    return _seen(database, caller, import_id, language)


@router.get(
    "/{import_id}/events",
    response_class=EventSourceResponse,
    responses={404: {}},
    dependencies=[allow(*READERS, reach=Reach.OWN)],
)
async def stream_import(
    first: Annotated[ImportRead, Depends(_first)],
    database: ReadingDep,
    caller: CallerDep,
    language: LanguageDep,
    stopping: StoppingDep,
    goes_on: GoesOnDep,
) -> AsyncIterator[ServerSentEvent]:
    """How far an import is (进度), as it gets on; ends with `finished` once no worker has anything left to do.

    And when its reader's token does, or whoever reads may not any more; it is asked anew then.
    """
    read, last = first, 0
    while read.state in MOVING and not stopping.is_set() and await goes_on():
        if read.version != last:
            last = read.version
            yield ServerSentEvent(data=read, event="progress", id=str(last))
        await asyncio.sleep(LOOK_EVERY)
        read = await run_in_threadpool(_seen, database, caller, first.id, language)
    if read.state not in MOVING:
        yield ServerSentEvent(data=read, event="finished", id=str(read.version))


@router.post(
    "/{import_id}/commit",
    status_code=202,
    response_model=ImportRead,
    dependencies=[may(uploading.commit, reach=Reach.OWN)],
)
async def commit_import(import_id: UUID, request: WriteDep) -> Response:
    """Enter what was previewed (提交导入); only its uploader may."""
    return await request.run(uploading.commit, uploading.NamedImport(import_id), _answer(request.language), status=202)


@router.post(
    "/{import_id}/approve",
    status_code=202,
    response_model=ImportRead,
    dependencies=[may(uploading.approve, reach=Reach.OWN)],
)
async def approve_import(import_id: UUID, request: WriteDep) -> Response:
    """Request as the second officer what rows of a list wait for (第二人确认); the same list by another does so too."""
    return await request.run(uploading.approve, uploading.NamedImport(import_id), _answer(request.language), status=202)


@router.post("/{import_id}/cancel", response_model=ImportRead, dependencies=[may(uploading.cancel, reach=Reach.OWN)])
async def cancel_import(import_id: UUID, request: WriteDep) -> Response:
    """Stop an import (取消导入); rows that were entered stay so, and can be undone."""
    return await request.run(uploading.cancel, uploading.NamedImport(import_id), _answer(request.language))


@router.post(
    "/{import_id}/undo", status_code=202, response_model=ImportRead, dependencies=[may(uploading.undo, reach=Reach.OWN)]
)
async def undo_import(import_id: UUID, request: WriteDep) -> Response:
    """Withdraw what an import entered (撤回导入), but what somebody acted on since."""
    return await request.run(uploading.undo, uploading.NamedImport(import_id), _answer(request.language), status=202)


def _answer(language: Language) -> Any:
    def read(job: ImportJob) -> ImportRead:
        return ImportRead.of(job, language)

    return read
