"""Getting imports on: some hundred rows of one job, and then it is the next queue's turn."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from services.registry.accounts.queries.standing import stands_still
from services.registry.imports.clients import figures_now
from services.registry.imports.commands.acting import NumberedAct, act_on_rows, approve_rows, try_acts
from services.registry.imports.commands.entering import NumberedRow, enter_rows, refuse_rows, try_rows
from services.registry.imports.commands.forgetting import forget
from services.registry.imports.commands.restoring import undo_acts
from services.registry.imports.commands.staging import (
    STOPPED,
    PhaseOf,
    StagedFile,
    begin_reading,
    finish_phase,
    finish_reading,
    stage,
)
from services.registry.imports.commands.stopping import Stopped, stop
from services.registry.imports.commands.undoing import undo_rows
from services.registry.imports.models import ImportJob
from services.registry.imports.queries.columns import remembered_for
from services.registry.imports.queries.jobs import next_job, out_of_date
from services.registry.imports.queries.rows import (
    awaiting_rows,
    content_of,
    standing_rows,
    unentered,
    untried,
)
from services.registry.imports.queries.wanted import wanted_by
from services.registry.imports.rules.states import KEPT, MOST_LISTED, MOST_TOGETHER, ImportState, caller_kept
from services.registry.imports.workers.places import listed_acts
from services.registry.imports.workers.reading import read_file
from services.registry.registrations.rules import SYSTEM
from shared import clock
from shared.auth import Caller
from shared.operations import Operation, Recorder
from shared.problems import Said, Unavailable
from shared.runner import Job, Runner, Unexpected
from shared.service import Context

log = logging.getLogger(__name__)

ROWS = 500  # of one job in one transaction; others who write wait as long as that takes
LOST = Said(
    "上传人已无权办理，任务停止；已登记的行保留",
    "Whoever uploaded it may no more: it stopped, and what it entered stays",
)
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
ACTED_FOR = (ImportState.UNDOING, ImportState.APPROVING)  # by somebody else than the uploader


def importing(record: Recorder) -> Callable[[Context], Callable[[], int]]:
    """The worker of a running service; `record` keeps what it does on the trail."""

    def worker(context: Context) -> Callable[[], int]:
        runner = context.runner(record)
        return lambda: advance(context, runner)

    return worker


def advance(context: Context, runner: Runner) -> int:
    """Get the import on whose turn it is; 0 where none moves."""
    with context.database.reading() as session:
        job = next_job(session)
        if job is None:
            return _forget(context, runner)
        kept = job.acting if job.state in ACTED_FOR and job.acting else job.uploader
        caller = caller_kept(kept)
        stands = stands_still(session, caller, signed_in=kept["signed_in"])
    if not stands:
        runner.run(stop, [Stopped(job.id, "uploader_lost_rights", LOST)], SYSTEM)
    elif job.state == ImportState.QUEUED:
        runner.run(begin_reading, [PhaseOf(job.id)], SYSTEM)
    elif job.total is None:
        _read(context, runner, job)
    else:
        _advance_rows(context, runner, job, caller)
    return 1


def _forget(context: Context, runner: Runner) -> int:
    """Take away what is kept no longer, when nothing else is to be done; how many imports."""
    with context.database.reading() as session:
        over = out_of_date(session, clock.now() - KEPT)
    runner.run(forget, over, SYSTEM)
    return len(over)


def _read(context: Context, runner: Runner, job: ImportJob) -> None:
    """Put the rows of its file aside; interrupted, from the first one on again."""
    with context.database.reading() as session:
        content, wanted = content_of(session, job.id), wanted_by(session, job)
        remembered = remembered_for(session, job)
    try:
        for each in read_file(job, content, wanted, remembered):
            if isinstance(each, StagedFile):
                runner.run(finish_reading, [each], SYSTEM)
            elif runner.run(stage, [each], SYSTEM) == [STOPPED]:
                return
    except Unavailable:
        raise
    except Exception as error:
        log.error("the file of import %s could not be read: %s", job.id, type(error).__name__)
        runner.run(stop, [Stopped(job.id, "unexpected", BROKEN)], SYSTEM)


def _advance_rows(context: Context, runner: Runner, job: ImportJob, caller: Caller) -> None:
    phase = PHASES[job.kind][ImportState(job.state)]
    together = job.mode == "all_or_nothing" and job.state == ImportState.COMMITTING
    with context.database.reading() as session:
        through = job.state == ImportState.READING and not job.dry_run  # entered at once, without a trial
        numbers = [] if through else phase.rows(session, job.id, MOST_TOGETHER if together else phase.most or ROWS)
    if not numbers:
        figures = figures_now() if job.figures is None else None
        runner.run(finish_phase, [PhaseOf(job.id, figures)], SYSTEM)
        return
    rows = _items(context, job, numbers, caller)
    ((_, outcomes),) = runner.execute([Job(phase.operation, caller, rows, list, request=job.id)])
    if isinstance(outcomes, BaseException):
        raise outcomes
    failed = [
        NumberedRow(job.id, row.number)
        for row, outcome in zip(rows, outcomes, strict=True)
        if isinstance(outcome, Unexpected)
    ]
    if failed and (together or phase.most == MOST_LISTED or job.state == ImportState.UNDOING):
        runner.run(stop, [Stopped(job.id, "unexpected", BROKEN)], SYSTEM)
    elif failed:
        runner.run(refuse_rows, failed, SYSTEM)


def _items(
    context: Context, job: ImportJob, numbers: Sequence[int], caller: Caller
) -> Sequence[NumberedRow | NumberedAct]:
    if job.kind == "transitions" and job.state != ImportState.UNDOING:
        return listed_acts(context.database, job, numbers, caller)
    return [NumberedRow(job.id, number) for number in numbers]
