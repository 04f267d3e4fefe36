"""Some rows of an import: which are next, and what is done with them in one transaction."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from services.registry.imports.commands.acting import NumberedAct, act_on_rows, approve_rows, try_acts
from services.registry.imports.commands.entering import NumberedRow, enter_rows, refuse_rows, try_rows
from services.registry.imports.commands.restoring import undo_acts
from services.registry.imports.commands.stopping import Stopped, stop
from services.registry.imports.commands.undoing import undo_rows
from services.registry.imports.models import ImportJob
from services.registry.imports.queries.rows import awaiting_rows, standing_rows, unentered, untried
from services.registry.imports.rules.states import MOST_LISTED, MOST_TOGETHER, ImportState
from services.registry.imports.workers.places import listed_acts
from services.registry.registrations.rules import SYSTEM
from shared.auth import Caller
from shared.db import Database
from shared.operations import Operation
from shared.problems import Said, Unexpected
from shared.runner import Job, Runner

ROWS = 500  # of one job in one transaction; others who write wait as long as that takes
BROKEN = Said("出现意外错误，任务停止，请联系运维", "Something unexpected happened, and it stopped")


class Phase(NamedTuple):
    """What is done with the rows of a job in a state: which are next, and the operation that is theirs."""

    rows: Callable[[Session, Any, int], Sequence[int]]
    operation: Operation[Any, Any]
    most: int | None = None  # in one transaction, where it is not ROWS


PHASES = {
    "registrations": {
        ImportState.READING: Phase(untried, try_rows),
        ImportState.COMMITTING: Phase(unentered, enter_rows),
        ImportState.UNDOING: Phase(standing_rows, undo_rows),
    },
    # A row of a list may follow on another one: what is rolled back or put back is so all together.
    "transitions": {
        ImportState.READING: Phase(untried, try_acts, MOST_LISTED),
        ImportState.COMMITTING: Phase(unentered, act_on_rows),
        ImportState.APPROVING: Phase(awaiting_rows, approve_rows, MOST_LISTED),
        ImportState.UNDOING: Phase(standing_rows, undo_acts, MOST_LISTED),
    },
}


def go_on(database: Database, runner: Runner, job: ImportJob, caller: Caller) -> int:
    """Do what is to be done with the next rows of a job; how many they were."""
    phase = PHASES[job.kind][ImportState(job.state)]
    with database.reading() as session:
        numbers = phase.rows(session, job.id, MOST_TOGETHER if _together(job) else phase.most or ROWS)
    if numbers:
        done_with(database, runner, job, caller, numbers)
    return len(numbers)


def done_with(database: Database, runner: Runner, job: ImportJob, caller: Caller, numbers: Sequence[int]) -> None:
    """Do it with these rows. Those that fail for no reason of theirs are given up, or the job is, where it must be."""
    phase = PHASES[job.kind][ImportState(job.state)]
    rows = _items(database, job, numbers, caller)
    ((_, outcomes),) = runner.execute([Job(phase.operation, caller, rows, list, request=job.id)])
    if isinstance(outcomes, BaseException):
        raise outcomes
    failed = [
        NumberedRow(job.id, row.number)
        for row, outcome in zip(rows, outcomes, strict=True)
        if isinstance(outcome, Unexpected)
    ]
    if failed and (_together(job) or phase.most == MOST_LISTED or job.state == ImportState.UNDOING):
        runner.run(stop, [Stopped(job.id, "unexpected", BROKEN)], SYSTEM)
    elif failed:
        runner.run(refuse_rows, failed, SYSTEM)


def _together(job: ImportJob) -> bool:
    return job.mode == "all_or_nothing" and job.state == ImportState.COMMITTING


def _items(
    database: Database, job: ImportJob, numbers: Sequence[int], caller: Caller
) -> Sequence[NumberedRow | NumberedAct]:
    if job.kind == "transitions" and job.state != ImportState.UNDOING:
        return listed_acts(database, job, numbers, caller)
    return [NumberedRow(job.id, number) for number in numbers]
