"""Imports over HTTP: uploaded, watched, committed, cancelled, undone; reports and templates passed on."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from jinja2 import FileSystemLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import FormError, form_errors
from services.portal.client.schemas import ServiceAnswer
from services.portal.client.services import SentFile
from services.portal.client.streams import StreamEvent
from services.portal.pages.imports.queries import (
    columns_of,
    names_of,
    page_of_imports,
    programmes,
    wordings,
)
from services.portal.pages.imports.rendering import LABELS, WORDS
from services.portal.pages.imports.rules import fault_of, named_in
from services.portal.pages.imports.schemas import ImportAnswer, ImportMade
from services.portal.shell.assets import WORK_STYLE
from services.portal.shell.groups import PageGroup
from services.portal.shell.streams import events_until_stopped
from services.portal.shell.uploads import LARGEST
from services.portal.shell.visits import Visit, VisitDep
from shared.auth import Role
from shared.bodies import TooLarge
from shared.fields import Word
from shared.problems import Said

TEMPLATES = Path(__file__).parent / "templates"
LARGEST_FILE = 64 * 1024 * 1024  # bytes, as the registry has it
BESIDE_FILE = 64 * 1024
WRITERS = (Role.INSTITUTION_CLERK, Role.BUREAU_OFFICER)

group = PageGroup(
    name="imports",
    title=Said("批量导入", "Imports"),
    path="/imports",
    place=40,
    roles=(*WRITERS, Role.INSTITUTION_REVIEWER, Role.AUDITOR),
    words=WORDS,
    templates=FileSystemLoader(TEMPLATES),
    style=WORK_STYLE + (TEMPLATES / "style.css").read_text(encoding="utf-8"),
)


@group.router.get("/imports")
async def list_imports(visit: VisitDep, cursor: Word | None = None) -> HTMLResponse:
    """The imports that the visitor may see, the newest first."""
    found, following = await page_of_imports(visit, cursor)
    names = await names_of(visit)
    return visit.page("list.html", found=found, following=following, names=names, writes=_writes(visit))


@group.router.get("/imports/new")
async def upload_page(visit: VisitDep) -> HTMLResponse:
    """Where a file is chosen, with the templates to fill in."""
    return await _form(visit, 200, ())


@group.router.post("/imports/new", openapi_extra={LARGEST: LARGEST_FILE + BESIDE_FILE})
async def upload_import(visit: VisitDep) -> Response:
    """Send a file on to the registry, which reads it and shows what it would come to; nothing is entered yet."""
    form = visit.arriving
    try:
        fault = fault_of(form.file_name, empty=await form.is_empty())
        kind = visit.form.get("kind") or "registrations"
        if not visit.form.get("programme") and kind == "registrations":
            fault = fault or "no_programme"
        if fault:
            return await _form(visit, 422, [_said(visit, fault)])
        wanted = {"kind": kind, "programme": visit.form.get("programme") or None, "mode": visit.form.get("mode")}
        wanted |= {"dry_run": "true", "hidden_rows": visit.form.get("hidden_rows") or None}
        file = SentFile(form.file_name or "", form.content())
        made = await visit.services.upload("registry", "/v1/imports", wanted, file, ImportMade, visit.form_id)
    except TooLarge:
        return await _form(visit, 413, [_said(visit, "large_file")])
    except RequestRefused as refused:
        return await _form(visit, refused.answer.status, form_errors(refused.answer, _labels(visit)))
    finally:
        await form.discard()
    return visit.go(f"/imports/{made.id}")


@group.router.get("/imports/templates/{programme}.xlsx", response_class=Response)
async def read_template(visit: VisitDep, programme: Word) -> Response:
    """The sheet to fill in for a programme, as the registry made it."""
    made = await visit.services.file("registry", f"/v1/templates/{programme}.xlsx")
    return Response(made.body, headers=made.headers | _as_file(f"template-{programme}.xlsx"))


@group.router.get("/imports/{import_id}")
async def show_import(visit: VisitDep, import_id: UUID) -> HTMLResponse:
    """One import: how far it is, what it does, what is wrong with which row, and what can be done next."""
    return await _shown(visit, import_id)


async def _events(visit: VisitDep, import_id: UUID) -> AsyncGenerator[StreamEvent, None]:
    return await visit.services.stream("registry", f"/v1/imports/{import_id}/events")


@group.router.get("/imports/{import_id}/stream", response_class=EventSourceResponse)
async def stream_import(
    visit: VisitDep, events: Annotated[AsyncGenerator[StreamEvent, None], Depends(_events)], request: Request
) -> AsyncIterator[ServerSentEvent]:
    """How far an import is, as it gets on, as a part of its page; at its end the page is loaded anew."""
    async for event in events_until_stopped(events, request):
        yield _sent_on(visit, event)


def _sent_on(visit: Visit, event: StreamEvent) -> ServerSentEvent:
    if event.name == "finished":
        return ServerSentEvent(data=True, event="reload")
    job = ImportAnswer.model_validate_json(event.data)
    return ServerSentEvent(raw_data=visit.part("progress.html", job=job), event="show")


@group.router.get("/imports/{import_id}/report.xlsx", response_class=Response)
async def read_report(visit: VisitDep, import_id: UUID) -> Response:
    """The uploader's own sheet with what is wrong marked in it, as the registry made it."""
    made = await visit.services.file("registry", f"/v1/imports/{import_id}/report.xlsx")
    return Response(made.body, headers=made.headers | _as_file(f"import-{import_id}.xlsx"))


@group.router.get("/imports/{import_id}/undo")
async def ask_before_undo(visit: VisitDep, import_id: UUID) -> HTMLResponse:
    """What undoing an import does, before it is done."""
    job = await visit.services.one("registry", f"/v1/imports/{import_id}", ImportAnswer)
    return visit.page("undo.html", job=job, names=await names_of(visit))


@group.router.post("/imports/{import_id}/commit")
async def commit_import(visit: VisitDep, import_id: UUID) -> Response:
    """Enter what was shown."""
    return await _decided(visit, import_id, "commit")


@group.router.post("/imports/{import_id}/approve")
async def approve_import(visit: VisitDep, import_id: UUID) -> Response:
    """Confirm as the second officer what a list waits for."""
    return await _decided(visit, import_id, "approve")


@group.router.post("/imports/{import_id}/columns")
async def name_columns(visit: VisitDep, import_id: UUID) -> Response:
    """Say which fields columns are, and have the file read again."""
    named = named_in(visit.form)
    return (
        await _decided(visit, import_id, "columns", {"columns": named}) if named else visit.go(f"/imports/{import_id}")
    )


@group.router.post("/imports/columns/{wording_id}/remove")
async def remove_wording(visit: VisitDep, wording_id: UUID) -> Response:
    """Forget what a column is called."""
    path = f"/v1/column-wordings/{wording_id}"
    try:
        await visit.services.write("DELETE", "registry", path, {}, ServiceAnswer, visit.form_id)
    except RequestRefused as refused:
        return await _form(visit, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go("/imports/new")


@group.router.post("/imports/{import_id}/cancel")
async def cancel_import(visit: VisitDep, import_id: UUID) -> Response:
    """Stop it."""
    return await _decided(visit, import_id, "cancel")


@group.router.post("/imports/{import_id}/undo")
async def undo_import(visit: VisitDep, import_id: UUID) -> Response:
    """Withdraw what it entered."""
    return await _decided(visit, import_id, "undo")


async def _decided(visit: Visit, import_id: UUID, what: str, body: Mapping[str, Any] | None = None) -> Response:
    path = f"/v1/imports/{import_id}/{what}"
    try:
        await visit.services.write("POST", "registry", path, {**(body or {})}, ServiceAnswer, visit.form_id)
    except RequestRefused as refused:
        return await _shown(visit, import_id, refused.answer.status, form_errors(refused.answer, {}))
    return visit.go(f"/imports/{import_id}")


async def _shown(visit: Visit, import_id: UUID, status: int = 200, errors: Sequence[FormError] = ()) -> HTMLResponse:
    job = await visit.services.one("registry", f"/v1/imports/{import_id}", ImportAnswer)
    own = _writes(visit) and job.uploaded_by == visit.visitor.login
    second = visit.visitor.role == Role.BUREAU_OFFICER and not own and job.rows.awaiting > 0
    return visit.page(
        "job.html",
        status,
        job=job,
        errors=errors,
        own=own,
        second=second,
        columns=await columns_of(visit, job) if own and job.columns_matter else None,
        writes=_writes(visit),
        names=await names_of(visit),
    )


async def _form(visit: Visit, status: int, errors: Sequence[FormError]) -> HTMLResponse:
    found = await programmes(visit)
    officer = visit.visitor.role == Role.BUREAU_OFFICER
    return visit.page(
        "new.html",
        status,
        errors=errors,
        values=visit.form,
        programmes=found,
        writes=_writes(visit),
        officer=officer,
        remembered=await wordings(visit) if _writes(visit) else (),
        names=await names_of(visit),
    )


def _writes(visit: Visit) -> bool:
    return visit.visitor.role in WRITERS


def _labels(visit: Visit) -> Mapping[str, str]:
    return {name: label.in_(visit.language) for name, label in LABELS.items()}


def _said(visit: Visit, fault: str) -> FormError:
    field = "programme" if fault == "no_programme" else "file"
    return FormError(WORDS[fault].in_(visit.language), field, _labels(visit)[field])


def _as_file(name: str) -> dict[str, Any]:
    return {"content-disposition": f'attachment; filename="{name}"'}
