"""Uploading a file, and deciding what becomes of it: committed, cancelled, undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.accounts.errors import HadAHand
from services.registry.imports.commands.columns import faults_in, remember
from services.registry.imports.errors import ImportElsewhere, SameOfficer, TooManyImports, UndoneTooLate
from services.registry.imports.models import ImportJob, ImportPart
from services.registry.imports.queries.jobs import locked_job, visible_to, waiting_of
from services.registry.imports.queries.listed import written_with_hand
from services.registry.imports.rules.states import (
    CANCELLABLE,
    MOST_WAITING,
    PART,
    ImportKind,
    ImportMode,
    ImportState,
    caller_kept,
    is_uploader,
    kept_caller,
    may_undo_still,
)
from services.registry.programmes.queries import PROGRAMME_UNKNOWN, programmes
from services.registry.registrations.rules import WRITERS
from shared import clock
from shared.auth import Caller, Role
from shared.db import insert_rows, table_of
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import Fault, Forbidden, InvalidBody, NotFound, Refusal, Said
from shared.sheets.tables import HiddenRows
from shared.two_officers import OneOfficer
from shared.vault import vault

PROGRAMME_NEEDED = Fault("/programme", "needed", Said("请写明人才计划", "Name the programme"))


@dataclass(frozen=True)
class UploadedFile:
    """A file as uploaded, and what is to be done with it; `columns` are fields by wordings, "" what is read past."""

    programme: str | None
    mode: ImportMode
    dry_run: bool
    hidden_rows: HiddenRows | None
    file_name: str
    content: bytes
    kind: ImportKind = "registrations"
    columns: Mapping[str, str] = field(default_factory=dict)


class NamedImport(NamedTuple):
    """An import that somebody decides on."""

    id: UUID


def _effect(job: ImportJob) -> Effect:
    return Effect(job.id, job.version)


@operation("import", roles=WRITERS, effect=_effect)
def upload(session: Session, calls: Sequence[Call[UploadedFile]]) -> list[ImportJob | Refusal]:
    """Keep files that are to be imported (上传批量文件), sealed in parts of a megabyte; a worker reads them.

    Writes `import_job`, `import_part` and `column_wording`. Refuses with Forbidden a list of decisions of anybody but a
    bureau officer; with InvalidBody a programme that is unknown or, of registrations, not named, and fields there are
    not; and with TooManyImports where an institution has as many waiting as it may. Announces nothing.
    """
    return [_uploaded(session, call.item, call.caller) for call in calls]


def _uploaded(session: Session, file: UploadedFile, caller: Caller) -> ImportJob | Refusal:
    if file.kind == "transitions" and caller.role != Role.BUREAU_OFFICER:
        return Forbidden()
    if file.programme is None and file.kind == "registrations":
        return InvalidBody(PROGRAMME_NEEDED)
    if file.programme is not None and file.programme not in programmes(session):
        return InvalidBody(PROGRAMME_UNKNOWN)
    if waiting_of(session, caller.institution_id) >= MOST_WAITING:
        return TooManyImports()
    job_id, now = new_id(), clock.now()
    job = ImportJob(
        id=job_id,
        kind=file.kind,
        programme=file.programme,
        mode=file.mode,
        dry_run=file.dry_run,
        hidden_rows=file.hidden_rows,
        file_name=vault("registry").seal(file.file_name, f"import_job|{job_id}"),
        institution_id=caller.institution_id,
        uploader=kept_caller(caller),
        created_at=now,
        turn_at=now,
    )
    if faults := faults_in(session, job, file.columns):
        return InvalidBody(*faults)
    session.add(job)
    session.flush()
    remember(session, job, file.columns, caller)
    insert_rows(session, table_of(ImportPart), sealed_parts(job_id, file.content))
    return job


def sealed_parts(job_id: UUID, content: bytes) -> list[dict[str, object]]:
    """A file's parts as rows, each sealed for its place."""
    starts = range(0, max(1, len(content)), PART)
    return [
        {
            "job_id": job_id,
            "number": number,
            "sealed": vault("registry").seal(content[start : start + PART].decode("latin-1"), part_of(job_id, number)),
        }
        for number, start in enumerate(starts)
    ]


def part_of(job_id: UUID, number: int) -> str:
    """What a part is sealed for."""
    return f"import_part|{job_id}|{number}"


@operation("commit_import", roles=WRITERS, target=lambda wanted: wanted.id, effect=_effect)
def commit(session: Session, calls: Sequence[Call[NamedImport]]) -> list[ImportJob | Refusal]:
    """Have imports entered that were previewed (提交导入); only whoever uploaded one may, since each row is theirs.

    Locks and writes `import_job`. Refuses with NotFound what the caller may not see, Forbidden another's, and with
    ImportElsewhere whatever is not previewed: a second commit too.
    """
    return [_committed(session, call.item.id, call.caller) for call in calls]


def _committed(session: Session, job_id: UUID, caller: Caller) -> ImportJob | Refusal:
    job = locked_job(session, job_id)
    if job is None or not visible_to(job, caller):
        return NotFound()
    if not is_uploader(job.uploader, caller):
        return Forbidden()
    if job.state != ImportState.PREVIEWED:
        return ImportElsewhere()
    begin_committing(job)
    job.finished_at = None
    return job


def begin_committing(job: ImportJob) -> None:
    """Rows are entered from here on; what the trial counted is counted anew."""
    job.state, job.phase_at, job.done = ImportState.COMMITTING, clock.now(), 0
    job.accepted = job.awaiting = job.unchanged = job.duplicate = job.rejected = 0
    job.version += 1


@operation("approve_import", roles=(Role.BUREAU_OFFICER,), target=lambda wanted: wanted.id, effect=_effect)
def approve(session: Session, calls: Sequence[Call[NamedImport]]) -> list[ImportJob | Refusal]:
    """Have what lists wait for carried out (确认清单), as the second officer; a worker does so, row by row.

    Locks and writes `import_job`. Refuses with NotFound, SameOfficer whoever uploaded it, OneOfficer who is one
    with them, and with ImportElsewhere where nothing waits.
    """
    return [_approved(session, call.item.id, call.caller) for call in calls]


def _approved(session: Session, job_id: UUID, caller: Caller) -> ImportJob | Refusal:
    job = locked_job(session, job_id)
    if job is None:
        return NotFound()
    uploader = caller_kept(job.uploader).actor
    if caller.actor == uploader or caller.is_one_with(uploader):
        return SameOfficer() if caller.actor == uploader else OneOfficer()
    if job.state != ImportState.COMMITTED or not job.awaiting or job.forgotten:
        return ImportElsewhere()
    job.state, job.phase_at, job.done = ImportState.APPROVING, clock.now(), 0
    job.acting, job.finished_at = kept_caller(caller), None
    job.version += 1
    return job


@operation("cancel_import", roles=WRITERS, target=lambda wanted: wanted.id, effect=_effect)
def cancel(session: Session, calls: Sequence[Call[NamedImport]]) -> list[ImportJob | Refusal]:
    """Stop imports (取消导入); rows that were entered stay entered, and can be undone.

    Locks and writes `import_job`. Refuses with NotFound and ImportElsewhere.
    """
    return [_cancelled(session, call.item.id, call.caller) for call in calls]


def _cancelled(session: Session, job_id: UUID, caller: Caller) -> ImportJob | Refusal:
    job = locked_job(session, job_id)
    if job is None or not visible_to(job, caller):
        return NotFound()
    if job.state not in CANCELLABLE:
        return ImportElsewhere()
    job.state, job.finished_at = ImportState.CANCELLED, clock.now()
    job.version += 1
    return job


@operation("undo_import", roles=WRITERS, target=lambda wanted: wanted.id, effect=_effect)
def undo(session: Session, calls: Sequence[Call[NamedImport]]) -> list[ImportJob | Refusal]:
    """Have what imports entered withdrawn (撤回导入), by a worker and in the name of whoever asks for it here.

    Locks and writes `import_job`. Refuses with NotFound, ImportElsewhere where nothing was entered or it was undone
    before, UndoneTooLate an institution's clerk after thirty days, and HadAHand an officer who had one in a credential
    that wrote what a list decided on.
    """
    return [_to_undo(session, call.item.id, call.caller) for call in calls]


def _to_undo(session: Session, job_id: UUID, caller: Caller) -> ImportJob | Refusal:
    job = locked_job(session, job_id)
    if job is None or not visible_to(job, caller):
        return NotFound()
    over = job.state in (ImportState.COMMITTED, ImportState.CANCELLED, ImportState.FAILED)
    if not over or not job.entered:
        return ImportElsewhere()
    if not may_undo_still(caller, job.finished_at, clock.now()):
        return UndoneTooLate()
    if job.kind == "transitions" and written_with_hand(session, job, caller.actor):
        return HadAHand()
    job.state, job.phase_at, job.done = ImportState.UNDOING, clock.now(), 0
    job.acting, job.finished_at = kept_caller(caller), None
    job.version += 1
    return job
