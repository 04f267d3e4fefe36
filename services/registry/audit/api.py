from collections.abc import Iterator
from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import StreamingResponse

from services.registry.audit import commands, queries
from services.registry.audit.rendering import NOT_TO_PASS_ON, columns, row
from services.registry.audit.schemas import DisclosureRead, ExportRead, NewDisclosure, NewExport
from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.stated import clear_subjects, subjects
from services.registry.registrations.queries import RegistrationFilter, registrations
from shared import clock
from shared.auth import Caller, Reach, Role, allow
from shared.bodies import Router
from shared.contracts.audit import Checkpoint
from shared.db import Database
from shared.problems import Language
from shared.sheets.exporting import MEDIA, ExportValue, parts, watermark
from shared.trail import head
from shared.vault import vault
from shared.web import ReadingDep, WriteDep, may

PAGE = 500  # registrations read at a time
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}, MEDIA["xlsx"]: {}}, "description": "the file, part by part"},
    429: {},
}

router = Router()


@router.get("/v1/audit/checkpoint", tags=["audit"], dependencies=[allow(Role.AUDITOR, Role.OPERATOR)])
def checkpoint(database: ReadingDep) -> Checkpoint:
    """Where the trail stands now, signed (检查点); keep it elsewhere, and a later cut will show."""
    with database.reading() as session:
        sequence, hash_ = head(session)
    return queries.signed(vault("registry"), sequence, hash_, clock.now())


@router.post(
    "/v1/registrations/{registration_id}/unmask",
    tags=["disclosures"],
    response_model=DisclosureRead,
    responses={429: {}},
    dependencies=[may(commands.disclose)],
)
async def unmask(registration_id: UUID, wanted: NewDisclosure, request: WriteDep) -> Response:
    """Show a registration's clear values, for a purpose of the list with a sentence, and on record (查看明文).

    Each officer has 30 an hour, then 429; more than 10 in a minute are marked on the trail (`unmask_burst`).
    """
    return await request.run(
        commands.disclose,
        commands.Disclosing(registration_id, wanted.purpose, wanted.explanation),
        lambda found: DisclosureRead(registration_id=found.registration.id, subject=found.subject),
    )


@router.post(
    "/v1/registrations/exports",
    tags=["disclosures"],
    response_class=Response,
    responses=FILES,
    dependencies=[may(commands.export, reach=Reach.OWN)],
)
async def export(wanted: NewExport, request: WriteDep) -> Response:
    """Take the registrations that one may see as a file (导出), for a purpose of the list, and on record.

    Each copy has a number, by which the trail knows it; the file says who took it, when and what for. IDs are text in
    it, and nothing is run as a formula. Masked as they are shown; `personal` gives clear values to those who may see
    them. Each person has 20 an hour, and 3 a day with clear values, then 429.
    """
    filter_ = RegistrationFilter(
        wanted.programme,
        wanted.state,
        wanted.unit,
        wanted.institution,
        counted_from=wanted.counted_from,
        counted_to=wanted.counted_to,
    )
    taken = await request.run(
        commands.export,
        commands.Exporting(filter_, wanted.format, wanted.personal, wanted.purpose, wanted.explanation),
        lambda done: ExportRead(copy_no=done.copy, by=done.by, at=done.at, stated=done.stated),
    )
    copy = ExportRead.model_validate_json(bytes(taken.body))
    return _file(copy, filter_, wanted, request.database, request.caller, request.language)


def _file(
    copy: ExportRead,
    filter_: RegistrationFilter,
    wanted: NewExport,
    database: Database,
    caller: Caller,
    language: Language,
) -> StreamingResponse:
    with database.reading() as session:
        known = programmes(session)
    only = known[wanted.programme] if wanted.programme else None
    mark = watermark(copy.by, copy.at, str(copy.copy_no), copy.stated, language, NOT_TO_PASS_ON)

    def rows() -> Iterator[list[ExportValue]]:
        after = copy.copy_no  # ids are in the order of time: the same copy, asked for again, holds the same ones
        while True:
            with database.reading() as session:
                found = registrations(session, caller, filter_, PAGE, after)
                page = found[:PAGE]
                clear = [each for each in page if wanted.personal and not each.restricted]
                shown = {**subjects(session, page), **clear_subjects(session, clear)}
                lines = [row(each, shown[each.id], known, only, language) for each in page]
            yield from lines
            if len(found) <= PAGE:
                return
            after = page[-1].id

    suffix = "xlsx" if wanted.format == "xlsx" else "csv"
    name = f"registrations-{copy.at:%Y%m%d-%H%M%S}.{suffix}"
    return StreamingResponse(
        parts(wanted.format, columns(only), rows(), mark, language),
        media_type=MEDIA[wanted.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Copy-Number": str(copy.copy_no)},
    )
