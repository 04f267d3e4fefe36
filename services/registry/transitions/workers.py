"""The sweeper: ends what ends by its date. What ran out while it was away is found later, and dated as it ran out."""

import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.registry.programmes.queries import InForce, calendar, in_force
from services.registry.registrations.commands.terms import reckon_term
from services.registry.transitions.commands.expiring import expire, reckon, settle
from services.registry.transitions.queries import deadlines
from services.registry.transitions.rules.revocations import is_over
from shared import clock
from shared.acts import Act
from shared.db import Database
from shared.service import Context

AT_ONCE = 500  # registrations in one transaction
LOOK = 10.0  # seconds between two looks


def sweep(database: Database, record: Any) -> int:
    """Sweep once; how many registrations ended or were settled. Nothing is written while there is nothing to do."""
    with database.reading() as session:
        today, years = clock.today(), calendar(session)
        over = deadlines.run_out(session, in_force(session).programmes, today, AT_ONCE)
        waiting = deadlines.contestable(session, today)
        final = [each.id for each in waiting if each.contest_until and is_over(each.contest_until, today, years)]
    return _in_parts(database, record, expire, over) + _in_parts(database, record, settle, final)


def reckon_all(database: Database) -> None:
    """Reckon every term by the policy in force, which may have another one than when the registration was entered."""
    after: UUID | None = None
    while True:
        with database.reading() as session:
            known = in_force(session).programmes
            found = deadlines.with_term(session, known, after, AT_ONCE)
            session.expunge_all()
        if not found:
            return
        after = found[-1].id
        if moved := [each.id for each in found if reckon_term(each, known[each.programme])]:
            with database.writing() as session:
                reckon(session, moved)


def sweeping(record: Any) -> Callable[[Context], Callable[[], int]]:
    """The worker of a running service; `record` keeps what it does on the trail."""

    def worker(context: Context) -> Callable[[], int]:
        due, reckoned = 0.0, None

        def history_entry() -> int:
            nonlocal due, reckoned
            if time.monotonic() < due:
                return 0
            policy = _policy(context.database)
            if policy is not reckoned:
                reckon_all(context.database)
                reckoned = policy
            done = sweep(context.database, record)
            if done:
                context.published.set()
            else:
                due = time.monotonic() + LOOK
            return done

        return history_entry

    return worker


def _policy(database: Database) -> InForce:
    with database.reading() as session:
        return in_force(session)


def _in_parts(
    database: Database, record: Any, command: Callable[[Session, Sequence[UUID]], list[Act]], ids: Sequence[UUID]
) -> int:
    done = 0
    for start in range(0, len(ids), AT_ONCE):
        with database.writing() as session:
            acts = command(session, ids[start : start + AT_ONCE])
            record(session, acts)
        done += len(acts)
    return done
