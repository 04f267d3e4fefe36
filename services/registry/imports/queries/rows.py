"""Named reads of the rows of an import, and of the file they came from."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from services.registry.imports.models import ImportJob, ImportPart, ImportRow
from services.registry.imports.rules.effects import CountedRows
from services.registry.imports.rules.lanes import RowLane
from services.registry.imports.rules.states import RowResult
from shared.among import among
from shared.db import stretches
from shared.vault import vault

REFUSED = (RowResult.DUPLICATE, RowResult.REJECTED)
READ_AT_ONCE = 5_000  # rows


def row_bound_to(job_id: UUID, number: int) -> str:
    """What a row is sealed for."""
    return f"import_row|{job_id}|{number}"


def content_of(session: Session, job_id: UUID) -> bytes:
    """The file as it was uploaded."""
    parts = select(ImportPart.number, ImportPart.sealed).where(ImportPart.job_id == job_id)
    found = session.exec(parts.order_by(col(ImportPart.number)))
    return b"".join(
        vault("registry").unseal(sealed, f"import_part|{job_id}|{number}").encode("latin-1") for number, sealed in found
    )


def said_in(job_id: UUID, number: int, sealed: bytes) -> dict[str, Any]:
    """What a row says: its item, and what is wrong with cells of it."""
    said: dict[str, Any] = json.loads(vault("registry").unseal(sealed, row_bound_to(job_id, number)))
    return said


def untried(session: Session, job_id: UUID, limit: int, lane: RowLane | None = None, after: int = 0) -> Sequence[int]:
    """The numbers of the next rows whose trial is still to come, of a lane and after a row where these are given."""
    return _next(session, job_id, col(ImportRow.tried).is_(None) & _in(lane, after), limit)


def unentered(session: Session, job_id: UUID, limit: int, lane: RowLane | None = None, after: int = 0) -> Sequence[int]:
    """The numbers of the next rows that are still to be entered, of a lane and after a row where these are given."""
    return _next(session, job_id, col(ImportRow.outcome).is_(None) & _in(lane, after), limit)


def _in(lane: RowLane | None, after: int) -> ColumnElement[bool]:
    later = col(ImportRow.number) > after
    return later & func.substr(ImportRow.about, 1, 1).in_([*lane.marks]) if lane else later


def awaiting_rows(session: Session, job_id: UUID, limit: int) -> Sequence[int]:
    """The numbers of the rows that wait for a second officer."""
    return _next(session, job_id, col(ImportRow.outcome) == RowResult.AWAITING, limit)


def actions_of(session: Session, job_id: UUID, numbers: Collection[int]) -> dict[int, str]:
    """Which transition each of these rows of a list is, by its number; "" where it says none."""
    found: dict[int, str] = {}
    for some in stretches(numbers):
        wanted = select(ImportRow.number, ImportRow.action).where(
            ImportRow.job_id == job_id, col(ImportRow.number).in_(some)
        )
        found |= {number: action or "" for number, action in session.exec(wanted)}
    return found


def acts_in(session: Session, job: ImportJob) -> Sequence[tuple[str | None, str | None, int]]:
    """How many rows of a list are which transition and came to what, or would."""
    result = func.coalesce(ImportRow.outcome, ImportRow.tried)
    wanted = select(ImportRow.action, result, func.count()).where(ImportRow.job_id == job.id)
    return session.exec(wanted.group_by(col(ImportRow.action), result).order_by(col(ImportRow.action), result)).all()


def standing_rows(session: Session, job_id: UUID, limit: int) -> Sequence[int]:
    """The numbers of the next rows that were entered, and that an undoing has not looked at."""
    entered = col(ImportRow.registration_id).is_not(None)
    left = entered & col(ImportRow.undone_at).is_(None) & col(ImportRow.kept).is_(None)
    stands = col(ImportRow.outcome).in_((RowResult.ACCEPTED, RowResult.AWAITING))
    return _next(session, job_id, left & stands, limit)


def _next(session: Session, job_id: UUID, condition: Any, limit: int) -> Sequence[int]:
    wanted = select(ImportRow.number).where(ImportRow.job_id == job_id, condition)
    return session.exec(wanted.order_by(col(ImportRow.number)).limit(limit)).all()


def rows_numbered(
    session: Session, job_id: UUID, numbers: Collection[int], condition: Any, *, lock: bool = False
) -> list[tuple[int, bytes, str]]:
    """Number, seal and fingerprint of those of these rows for which a condition holds, in order."""
    number = col(ImportRow.number)
    columns = select(ImportRow.number, ImportRow.sealed, ImportRow.about)
    near = number.between(min(numbers, default=0), max(numbers, default=0))  # or it may look through the whole job
    wanted = columns.where(ImportRow.job_id == job_id, near, among(session, number, numbers), condition)
    ordered = wanted.order_by(number)
    found = session.execute(ordered.with_for_update() if lock else ordered)
    return [(number, sealed, about) for number, sealed, about in found]


def accepted_abouts(session: Session, job_id: UUID, abouts: Collection[str], before: int, *, trial: bool) -> set[str]:
    """Of whom among these an earlier row of the file was accepted already."""
    outcome = col(ImportRow.tried if trial else ImportRow.outcome)
    found: set[str] = set()
    for some in stretches(abouts):
        wanted = select(ImportRow.about).where(
            ImportRow.job_id == job_id,
            among(session, col(ImportRow.about), some),
            col(ImportRow.number) < before,
            outcome == RowResult.ACCEPTED,
        )
        found.update(session.exec(wanted))
    return found


def refused_rows(session: Session, job: ImportJob, limit: int) -> Sequence[tuple[int, Sequence[Any]]]:
    """The first rows that were refused, or whose trial was, with why."""
    wanted = select(ImportRow.number, ImportRow.problems).where(
        ImportRow.job_id == job.id,
        or_(
            col(ImportRow.outcome).in_(REFUSED),
            col(ImportRow.outcome).is_(None) & col(ImportRow.tried).in_(REFUSED),
            col(ImportRow.kept).is_not(None),
        ),
    )
    return session.exec(wanted.order_by(col(ImportRow.number)).limit(limit)).all()


def outcomes_of(session: Session, job: ImportJob) -> Sequence[tuple[int, str | None, str | None, Sequence[Any]]]:
    """Number, trial, outcome and problems of every row, in order."""
    columns = select(ImportRow.number, ImportRow.tried, ImportRow.outcome, ImportRow.problems)
    return session.exec(columns.where(ImportRow.job_id == job.id).order_by(col(ImportRow.number))).all()


def counted_rows(session: Session, job: ImportJob) -> list[CountedRows]:
    """What the accepted rows of a job count as, less what they counted as before, alike ones together.

    Who counts not yet is left out.
    """
    found: dict[str, int] = {}
    for column, sign in ((ImportRow.counts, 1), (ImportRow.counted, -1)):
        for counts in _counts(session, job.id, col(column)):
            key = json.dumps(counts, sort_keys=True)
            found[key] = found.get(key, 0) + sign
    return [_counted(json.loads(key), job.programme or "", rows) for key, rows in found.items() if rows]


def _counts(session: Session, job_id: UUID, column: Any) -> Iterator[Mapping[str, Any]]:
    wanted = select(column).where(ImportRow.job_id == job_id, column.is_not(None))
    for counts in session.exec(wanted.execution_options(yield_per=READ_AT_ONCE)):
        if counts:
            yield counts


def _counted(counts: dict[str, Any], programme: str, rows: int) -> CountedRows:
    return CountedRows(
        counts.get("programme", programme),
        counts["unit"],
        date.fromisoformat(counts["on"]),
        counts["classes"],
        rows,
        counts.get("credited", counts["unit"]),
        counts.get("in_stock", True),
    )
