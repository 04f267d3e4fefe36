"""The audit trail (审计记录) of a service, in its own database: added to with each act and refusal, read and paged.

Every execution of an operation has an entry in its own transaction, refused and replayed ones included: who, as what,
the operation's code, the object and its version, what came of it, and a stated purpose. Entries are only ever added,
numbered without a gap, and chained by hashes (shared.contracts.audit); the trail has one end, which whoever adds to it
holds until the transaction ends, and so adds last.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import Query
from sqlalchemy import Row, func, select, update
from sqlmodel import Session

from shared import clock
from shared.auth import Itself, Role, allow
from shared.bodies import Router
from shared.contracts.audit import BEGINNING, AuditEntry, content_of, digest_of
from shared.db import insert_ignoring, insert_rows
from shared.fields import Day, Line, WrittenFlag
from shared.operations import Execution
from shared.service_tables import audit_entries, audit_head
from shared.web import LongPageDep, Page, ReadingDep

CARRIED_OUT = ("done", "replayed")


def record(session: Session, executions: Sequence[Execution]) -> None:
    """Add what operations did to the trail (留痕), in their transaction: both are kept or neither is.

    Locks the trail's one end until the transaction ends, and so is called last: who holds it keeps the others waiting.
    Writes an entry for each execution, chained by its hash to the one before, and the new end.
    """
    if not executions:
        return
    entries = [_entry(each) for each in executions]
    contents = [content_of(entry) for entry in entries]
    sequence, hash_ = _end(session)
    at = clock.now()
    for entry, content in zip(entries, contents, strict=True):
        sequence += 1
        hash_ = digest_of(hash_, sequence, at, content)
        entry |= {"sequence": sequence, "at": at, "hash": hash_}
    insert_rows(session, audit_entries, entries)
    session.execute(update(audit_head).values(sequence=sequence, hash=hash_))


def record_from_outside(session: Session, executions: Sequence[Execution]) -> None:
    """As `record`, but without what another service asked for by itself and was given, which stands on that one's
    trail with whoever caused it; what it was refused is kept.
    """
    record(session, [each for each in executions if each.caller.role not in Itself or each.result not in CARRIED_OUT])


def _entry(execution: Execution) -> dict[str, object]:
    """An entry but for its place."""
    caller = execution.caller
    return {
        "by": caller.actor,
        "role": caller.role.value,
        "institution_id": caller.institution_id,
        "action": execution.code,
        "object": execution.object,
        "version": execution.version,
        "outcome": execution.result,
        "purpose": execution.purpose and execution.purpose[:500],
        "request": execution.request,
    }


def _end(session: Session) -> tuple[int, str]:
    """The end of the trail, held until the transaction ends."""
    found = session.execute(_HELD_END).one_or_none()
    if found is None:  # nobody has done anything here yet
        insert_ignoring(session, audit_head, [{"id": 1, "sequence": 0, "hash": BEGINNING}], ["id"])
        found = session.execute(_HELD_END).one()
    return found.sequence, found.hash


_HELD_END = select(audit_head.c.sequence, audit_head.c.hash).with_for_update()


def head(session: Session) -> tuple[int, str]:
    """Where the trail stands: the number and hash of its last entry; 0 and the beginning's hash while it is empty."""
    found = session.execute(select(audit_head.c.sequence, audit_head.c.hash)).one_or_none()
    return (found.sequence, found.hash) if found else (0, BEGINNING)


class TrailFilter(NamedTuple):
    """Which entries are wanted: by one client, of one action, about one object, of some days, both included."""

    by: str | None = None
    action: str | None = None
    object: str | None = None
    day_from: date | None = None
    day_to: date | None = None


def entries(
    session: Session, filter_: TrailFilter, after: int, limit: int, *, newest: bool = False
) -> Sequence[Row[Any]]:
    """Entries of the trail (审计记录) in their order, or with `newest` the last one first, at most `limit`.

    `after` is the sequence number that the page before ended with, 0 at the beginning.
    """
    number = audit_entries.c.sequence
    wanted = select(audit_entries).order_by(number.desc() if newest else number).limit(limit)
    if after:
        wanted = wanted.where(number < after if newest else number > after)
    if filter_.day_from:
        wanted = wanted.where(number > _last_before(session, clock.first_instant(filter_.day_from)))
    if filter_.day_to:
        wanted = wanted.where(number <= _last_before(session, clock.first_instant(filter_.day_to + timedelta(1))))
    for column, value in (
        (audit_entries.c.by, filter_.by),
        (audit_entries.c.action, filter_.action),
        (audit_entries.c.object, filter_.object),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    return session.execute(wanted).all()


def _last_before(session: Session, instant: datetime) -> int:
    """The number of the last entry before an instant, 0 where there is none; found by halves, since `at` has no index.

    The trail has one end, so its numbers are in the order of time, but for what the clocks of two machines differ by.
    """
    low, high = 0, session.execute(select(func.max(audit_entries.c.sequence))).scalar() or 0
    while low < high:
        middle = (low + high + 1) // 2
        at = session.execute(
            select(audit_entries.c.at)
            .where(audit_entries.c.sequence >= middle)
            .order_by(audit_entries.c.sequence)
            .limit(1)
        )
        if at.scalar_one() < instant:
            low = middle
        else:
            high = middle - 1
    return low


router = Router(tags=["audit"], dependencies=[allow(Role.AUDITOR)])


@router.get("/v1/audit")
def audit(
    database: ReadingDep,
    paging: LongPageDep,
    by: Line | None = None,
    action: Line | None = None,
    object: Line | None = None,
    day_from: Day | None = None,
    day_to: Day | None = None,
    newest: Annotated[WrittenFlag, Query(description="the last entry first")] = False,
) -> Page[AuditEntry]:
    """The trail from its beginning, or what one client did, or to one object, or on some days (审计记录)."""
    wanted = TrailFilter(by, action, object, day_from, day_to)
    with database.reading() as session:
        rows = entries(session, wanted, paging.after_number, paging.limit + 1, newest=newest)
    return paging.page(rows, AuditEntry.model_validate, lambda row: [row.sequence])
