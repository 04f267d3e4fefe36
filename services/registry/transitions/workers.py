"""The sweeper: ends what ends by its date. What ran out while it was away is found later, and dated as it ran out."""

import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from services.registry.programmes.queries import InForce, calendar, in_force
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import SYSTEM
from services.registry.transitions.commands.deadlines import expire, reckon_terms, settle_revocation
from services.registry.transitions.queries import deadlines
from services.registry.transitions.rules.revocations import is_final
from shared import clock
from shared.db import Database
from shared.operations import Operation, Recorder
from shared.runner import Runner
from shared.service import Context

AT_ONCE = 500  # registrations in one transaction
PAUSE = 10.0  # seconds between two looks


def sweep(database: Database, runner: Runner) -> int:
    """Sweep once; how many registrations ended or were settled. Nothing is written while there is nothing to do."""
    with database.reading() as session:
        today, years = clock.today(), calendar(session)
        over = deadlines.run_out(session, in_force(session).programmes, today, AT_ONCE)
        final = [
            each.id
            for each in deadlines.contestable(session, today)
            if is_final(each.revocation_status, each.contest_until, today, years)
        ]
    done = [*_in_parts(runner, expire, over), *_in_parts(runner, settle_revocation, final)]
    return sum(isinstance(each, Registration) for each in done)


def reckon_all(database: Database, runner: Runner) -> None:
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
        changed = [each.id for each in found if reckon_term(each, known[each.programme])]
        _in_parts(runner, reckon_terms, changed)


def sweeping(record: Recorder) -> Callable[[Context], Callable[[], int]]:
    """The worker of a running service; `record` keeps what it does on the trail."""

    def worker(context: Context) -> Callable[[], int]:
        runner = context.runner(record)
        due, reckoned = 0.0, None

        def work() -> int:
            nonlocal due, reckoned
            if time.monotonic() < due:
                return 0
            policy = _policy(context.database)
            if policy is not reckoned:
                reckon_all(context.database, runner)
                reckoned = policy
            done = sweep(context.database, runner)
            if not done:
                due = time.monotonic() + PAUSE
            return done

        return work

    return worker


def _policy(database: Database) -> InForce:
    with database.reading() as session:
        return in_force(session)


def _in_parts(runner: Runner, operation: Operation[UUID, Any], ids: Sequence[UUID]) -> list[Any]:
    outcomes: list[Any] = []
    for start in range(0, len(ids), AT_ONCE):
        outcomes += runner.run(operation, ids[start : start + AT_ONCE], SYSTEM)
    return outcomes
