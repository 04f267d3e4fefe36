"""Putting the rows of a file aside (暂存), sealed, in parts; and from there on to the next phase."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.registry.imports.commands.entering import fail, is_in
from services.registry.imports.commands.judging import sealed_words
from services.registry.imports.commands.uploading import begin_committing
from services.registry.imports.models import ImportJob, ImportRow
from services.registry.imports.queries.columns import header_bound_to
from services.registry.imports.queries.jobs import locked_job
from services.registry.imports.queries.rows import counted_rows, row_bound_to
from services.registry.imports.rules.effects import QuotaFigure, effects_of
from services.registry.imports.rules.lanes import meeting_at
from services.registry.imports.rules.states import MOST_LISTED, MOST_TOGETHER, ImportState
from shared import clock
from shared.auth import Itself
from shared.db import insert_rows, table_of
from shared.operations import Call, Effect, operation
from shared.problems import Refusal, Said
from shared.vault import vault

NAMING = ("id_number", "uscc", "host_uscc", "post_code", "registration_id", "number")
STOPPED = -1  # of a job that is not being read any more
SYSTEM_ALONE = (Itself.SYSTEM,)
TOO_MANY_TOGETHER = Said(
    f"“整批”方式一次不超过{MOST_TOGETHER}行，请分成几份，或改用“合格先入”方式",
    f"All-or-nothing takes at most {MOST_TOGETHER} rows: split the file, or accept the good rows",
)

TOO_MANY_LISTED = Said(
    f"办理清单一次不超过{MOST_LISTED}行，请分成几份",
    f"A list of decisions has at most {MOST_LISTED} rows: split the file",
)


@dataclass(frozen=True)
class StagedRow:
    """A row of the sheet as it was read: its item, and what is wrong with cells (pointer, code, both sentences)."""

    number: int
    item: dict[str, Any]
    faults: Sequence[tuple[str, str, str, str]] = ()


@dataclass(frozen=True)
class StagedRows:
    """Some rows to put aside; the first of a file take the place of whatever an interrupted reading left."""

    job_id: UUID
    rows: Sequence[StagedRow]
    first: bool


@dataclass(frozen=True)
class StagedFile:
    """A file all of whose rows are put aside: how many, its columns, what was noted of it; or why it is refused.

    `header` are the wordings of its columns, by letter.
    """

    job_id: UUID
    total: int
    columns: dict[str, str]
    notes: Sequence[Said] = ()
    failure: tuple[str, Said] | None = None
    header: Mapping[str, str] = field(default_factory=dict)


class PhaseOf(NamedTuple):
    """A job whose next phase may begin, with the figures of quota before it, None where it did not answer."""

    job_id: UUID
    figures: Sequence[QuotaFigure] | None = None


def _on_trail(job: ImportJob | None) -> Effect | None:
    return Effect(job.id, job.version) if job else None


@operation("stage_rows", roles=SYSTEM_ALONE, effect=lambda done: None)
def stage(session: Session, calls: Sequence[Call[StagedRows]]) -> list[int | Refusal]:
    """Put rows of a file aside (暂存), each sealed for its place; how many, or STOPPED.

    Locks the job. Writes `import_row`, nothing where the job was cancelled meanwhile. Announces and refuses nothing.
    """
    return [_staged(session, call.item) for call in calls]


def _staged(session: Session, some: StagedRows) -> int:
    job = locked_job(session, some.job_id)
    if not is_in(job, ImportState.READING) or job.total is not None:
        return STOPPED
    if some.first:
        session.execute(delete(ImportRow).where(col(ImportRow.job_id) == some.job_id))
    insert_rows(session, table_of(ImportRow), list(_sealed(some)))
    job.turn_at = clock.now()
    return len(some.rows)


def _sealed(some: StagedRows) -> Iterator[dict[str, Any]]:
    for row in some.rows:
        words = sealed_words(row.item, row.faults)
        yield {
            "job_id": some.job_id,
            "number": row.number,
            "sealed": vault("registry").seal(words, row_bound_to(some.job_id, row.number)),
            "about": _about(row.item),
            "action": row.item.get("action"),
            "problems": [],
        }


def _about(item: dict[str, Any]) -> str:
    """A keyed fingerprint of whom a row is about, by number and codes as typed; its first digit is that of its lane.

    Not by the index key: all rows of a file must have it by one, though that is rotated while the file is read.
    """
    subject = item.get("subject")
    named = subject if isinstance(subject, dict) else item
    typed = [str(named.get(name) or "").strip().upper() for name in NAMING]
    index = vault("registry").fingerprint
    return index("lane", *meeting_at(named))[0] + index("import", *typed)[1:]


@operation("begin_reading", roles=SYSTEM_ALONE, effect=lambda done: None)
def begin_reading(session: Session, calls: Sequence[Call[PhaseOf]]) -> list[ImportJob | Refusal | None]:
    """Begin with a job that waits in its queue. Locks and writes it; announces and refuses nothing."""
    return [_begun(session, call.item.job_id) for call in calls]


def _begun(session: Session, job_id: UUID) -> ImportJob | None:
    job = locked_job(session, job_id)
    if job is not None and job.state == ImportState.QUEUED:
        job.state, job.started_at, job.phase_at = ImportState.READING, clock.now(), clock.now()
        job.version += 1
    return job


@operation("import_was_read", roles=SYSTEM_ALONE, effect=_on_trail)
def finish_reading(session: Session, calls: Sequence[Call[StagedFile]]) -> list[ImportJob | Refusal | None]:
    """Keep that every row of a file is put aside, or why the file is refused as a whole (文件无法导入).

    Locks and writes the job. Announces and refuses nothing.
    """
    return [_was_read(session, call.item) for call in calls]


def _was_read(session: Session, file: StagedFile) -> ImportJob | None:
    job = locked_job(session, file.job_id)
    if job is None or job.state != ImportState.READING or job.total is not None:
        return job
    job.columns, job.notes = file.columns, [{"zh": each.zh, "en": each.en} for each in file.notes]
    job.sealed_header = vault("registry").seal(json.dumps({**file.header}), header_bound_to(job.id))
    job.total, job.phase_at = file.total, clock.now()
    job.version += 1
    if file.failure:
        fail(job, *file.failure)
    elif job.mode == "all_or_nothing" and file.total > MOST_TOGETHER:
        fail(job, "too_many_together", TOO_MANY_TOGETHER)
    elif job.kind == "transitions" and file.total > MOST_LISTED:
        fail(job, "too_many_listed", TOO_MANY_LISTED)
    return job


@operation("finish_phase", roles=SYSTEM_ALONE, effect=_on_trail)
def finish_phase(session: Session, calls: Sequence[Call[PhaseOf]]) -> list[ImportJob | Refusal | None]:
    """End the phase of a job that has no row left in it: previewed, being committed, committed or undone.

    Locks and writes the job, with what its rows do to quotas (对目标任务的影响). Announces and refuses nothing.
    """
    return [_finished(session, call.item) for call in calls]


def _finished(session: Session, phase: PhaseOf) -> ImportJob | None:
    job = locked_job(session, phase.job_id)
    if job is None:
        return None
    if job.figures is None and phase.figures is not None:
        job.figures = [each.kept() for each in phase.figures]
    match job.state:
        case ImportState.READING if not job.dry_run:
            begin_committing(job)
        case ImportState.READING:
            end(session, job, ImportState.PREVIEWED)
        case ImportState.COMMITTING:
            end(session, job, ImportState.COMMITTED)
        case ImportState.UNDOING:
            end(session, job, ImportState.UNDONE)
    return job


def end(session: Session, job: ImportJob, state: ImportState) -> None:
    """End a phase of a job, with what its rows do to quotas."""
    job.state, job.finished_at = state, clock.now()
    job.version += 1
    if job.figures is not None and state != ImportState.UNDONE:
        job.effects = effects_of([QuotaFigure.of(each) for each in job.figures], counted_rows(session, job))
