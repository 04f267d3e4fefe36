"""Rows of an import, tried and entered: the path of a POST, with what came of each row kept beside its effect."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeGuard
from uuid import UUID

from sqlalchemy import true, update
from sqlmodel import Session, col

from services.registry.imports.commands.judging import JudgedRow, judge, problem
from services.registry.imports.models import ImportJob, ImportRow
from services.registry.imports.queries.jobs import locked_job, shared_job
from services.registry.imports.queries.rows import rows_numbered
from services.registry.imports.rules.states import ImportState, RowResult
from services.registry.registrations.rules import WRITERS
from shared import clock
from shared.auth import Caller, Itself
from shared.changed_rows import update_rows
from shared.db import table_of
from shared.operations import Call, Effect, operation
from shared.problems import Refusal, Said

TOGETHER = 1_000  # rows that a statement is made for
UNEXPECTED = Said("出现意外错误，本行未登记，请联系运维", "Something unexpected happened; this row was not entered")
NOT_ALL = Said(
    "本表有行未通过，按“整批”方式一行也没有登记", "Rows were refused, and by all-or-nothing none was entered"
)


class NumberedRow(NamedTuple):
    """A row of an import, by its number in the user's sheet."""

    job_id: UUID
    number: int


@dataclass(frozen=True)
class RowEntered:
    """What came of a row that was not refused; the trail keeps those that were entered."""

    registration_id: UUID | None = None
    version: int | None = None
    result: str = "done"

    def effect(self) -> Effect | None:
        """As of a registration that was posted."""
        return Effect(self.registration_id, self.version, self.result) if self.registration_id else None


@operation(lambda item: "register", roles=WRITERS, effect=RowEntered.effect)
def enter_rows(session: Session, calls: Sequence[Call[NumberedRow]]) -> list[RowEntered | Refusal]:
    """Register the rows of one import (批量登记) as `register` does; what came of each is kept in the same transaction.

    A row that has an outcome, or whose import is not being committed, is passed over: so nothing counts twice, whoever
    goes on after a crash. All-or-nothing comes with every row, and enters none where one is refused. Locks the job
    (shared, so that lanes get on beside one another), its rows, and what `register` locks. Writes and announces what
    `register` does, with the import as the cause; `import_row` and the job's counts. Refuses rows as `register` does.
    """
    job = shared_job(session, calls[0].item.job_id)
    rows = rows_of(session, job, calls, col(ImportRow.outcome).is_(None)) if is_in(job, ImportState.COMMITTING) else []
    if not job or not rows:
        return nothing_entered(calls)
    if job.mode == "accept_good":
        judged = judge(session, job, rows, calls[0].caller, trial=False)
    else:
        judged = _all_or_none(session, job, rows, calls[0].caller)
    keep(session, job, judged, trial=False)
    outcomes = {each.number: outcome_of(each) for each in judged}
    return [outcomes.get(call.item.number, RowEntered()) for call in calls]


@operation("try_import", roles=WRITERS, effect=lambda tried: None)
def try_rows(session: Session, calls: Sequence[Call[NumberedRow]]) -> list[RowEntered | Refusal]:
    """Try the rows of one import (试运行): entered as `enter_rows` would, and rolled back.

    An institution is shown the same whether or not others registered somebody. Locks as `enter_rows`. Writes what came
    of each row, and the job's counts; announces and refuses nothing.
    """
    job = shared_job(session, calls[0].item.job_id)
    rows = rows_of(session, job, calls, col(ImportRow.tried).is_(None)) if is_in(job, ImportState.READING) else []
    if job and rows:
        with session.begin_nested() as point:
            judged = judge(session, job, rows, calls[0].caller, trial=True)
            point.rollback()
        keep(session, job, judged, trial=True)
    return nothing_entered(calls)


@operation("refuse_rows", roles=(Itself.SYSTEM,), effect=lambda done: None)
def refuse_rows(session: Session, calls: Sequence[Call[NumberedRow]]) -> list[RowEntered | Refusal]:
    """Give up rows that failed for no reason of theirs (意外错误), so that the others get on.

    Locks the job. Writes their outcome and the job's counts. Announces and refuses nothing.
    """
    job = locked_job(session, calls[0].item.job_id)
    if job is None:
        return nothing_entered(calls)
    trial = job.state == ImportState.READING
    column = col(ImportRow.tried if trial else ImportRow.outcome)
    rows = rows_of(session, job, calls, column.is_(None))
    keep(
        session,
        job,
        [JudgedRow(number, RowResult.REJECTED, [problem("unexpected", UNEXPECTED)]) for number, _, _ in rows],
        trial=trial,
    )
    return nothing_entered(calls)


def nothing_entered(calls: Sequence[Call[Any]]) -> list[RowEntered | Refusal]:
    """What comes of rows that are passed over."""
    return [RowEntered() for _ in calls]


def is_in(job: ImportJob | None, state: ImportState) -> TypeGuard[ImportJob]:
    """Whether there is such a job and it is in this state still."""
    return job is not None and job.state == state


def rows_of(
    session: Session, job: ImportJob, calls: Sequence[Call[Any]], condition: Any
) -> list[tuple[int, bytes, str]]:
    """Those of the rows that are called for of which a condition holds, in order and locked."""
    numbers = [call.item.number for call in calls]
    starts = range(0, len(numbers), TOGETHER)
    return [
        row
        for start in starts
        for row in rows_numbered(session, job.id, numbers[start : start + TOGETHER], condition, lock=True)
    ]


def _all_or_none(session: Session, job: ImportJob, rows: Sequence[Any], caller: Caller) -> list[JudgedRow]:
    """Every row, or those alone that stand in the way, and the job has failed."""
    judged: list[JudgedRow] = []
    with session.begin_nested() as point:
        for start in range(0, len(rows), TOGETHER):
            judged += judge(session, job, rows[start : start + TOGETHER], caller, trial=False)
        if refused := refused_among(judged):
            point.rollback()
    return stopped_by(session, job, refused) if refused else judged


def refused_among(judged: Sequence[JudgedRow]) -> list[JudgedRow]:
    """Those that stand in the way of all others, where all are entered or none."""
    return [each for each in judged if each.result in (RowResult.REJECTED, RowResult.DUPLICATE)]


def stopped_by(session: Session, job: ImportJob, refused: list[JudgedRow]) -> list[JudgedRow]:
    """The job has failed, for the rows that are refused; once what was entered is rolled back."""
    shared_job(session, job.id)
    fail(job, "rows_refused", NOT_ALL)
    return refused


def fail(job: ImportJob, code: str, said: Said) -> None:
    """End a job that cannot go on, with the reason."""
    job.state, job.finished_at = ImportState.FAILED, clock.now()
    job.failure = {"code": code, "zh": said.zh, "en": said.en}
    job.version += 1


def keep(session: Session, job: ImportJob, judged: Collection[JudgedRow], *, trial: bool) -> None:
    """Write what came of rows, and count them beside what others count."""
    own, found = table_of(ImportJob), Counter(each.result.value for each in judged)
    added = {**found, "done": len(judged), "version": 1}
    more: dict[str, Any] = {name: own.c[name] + number for name, number in added.items()}
    if not trial and any(each.registration_id for each in judged):
        more["entered"] = true()
    session.flush()
    session.execute(update(own).where(own.c.id == job.id).values(turn_at=clock.now(), **more))
    session.refresh(job)
    written = [
        {
            "job_id": job.id,
            "number": each.number,
            "tried" if trial else "outcome": each.result.value,
            "problems": each.problems,
            "counts": each.counts,
            "counted": each.counted,
            "before": each.before,
            "registration_id": None if trial else each.registration_id,
        }
        for each in judged
    ]
    update_rows(session, table_of(ImportRow), written, ["job_id", "number"])


def outcome_of(judged: JudgedRow) -> RowEntered | Refusal:
    """What the trail keeps of a row."""
    if judged.refusal is not None:
        return judged.refusal
    result = "awaiting" if judged.result == RowResult.AWAITING else "done"
    return RowEntered(judged.registration_id, judged.version, result)
