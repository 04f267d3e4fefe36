"""Getting imports on: some hundred rows of one job, and then it is the next queue's turn."""

import logging
from collections.abc import Callable

from services.registry.accounts.queries.standing import stands_still
from services.registry.imports.clients import figures_now
from services.registry.imports.commands.forgetting import forget
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
from services.registry.imports.models import ImportJob
from services.registry.imports.queries.columns import remembered_for
from services.registry.imports.queries.jobs import next_job, out_of_date
from services.registry.imports.queries.rows import content_of
from services.registry.imports.queries.wanted import wanted_by
from services.registry.imports.rules.states import KEPT, ImportState, caller_kept
from services.registry.imports.workers.batches import BROKEN, go_on
from services.registry.imports.workers.lanes import Lanes
from services.registry.imports.workers.reading import read_file
from services.registry.registrations.rules import SYSTEM
from shared import clock
from shared.auth import Caller
from shared.memory import give_back
from shared.operations import Recorder
from shared.problems import Said, Unavailable
from shared.runner import Runner
from shared.service import Context

log = logging.getLogger(__name__)

LOST = Said(
    "上传人已无权办理，任务停止；已登记的行保留",
    "Whoever uploaded it may no more: it stopped, and what it entered stays",
)
ACTED_FOR = (ImportState.UNDOING, ImportState.APPROVING)  # by somebody else than the uploader


def importing(record: Recorder) -> Callable[[Context], Callable[[], int]]:
    """The worker of a running service; `record` keeps what it does on the trail."""

    def worker(context: Context) -> Callable[[], int]:
        runner, lanes = context.runner(record), Lanes(context, record)
        return lambda: advance(context, runner, lanes)

    return worker


def advance(context: Context, runner: Runner, lanes: Lanes) -> int:
    """Get the import on whose turn it is; 0 where none moves."""
    with context.database.reading() as session:
        job = next_job(session)
        if job is None:
            lanes.close()
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
        _advance_rows(context, runner, lanes, job, caller)
    give_back()
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
            if pulse := context.settings.pulse_file:
                pulse.touch()  # a large file takes minutes to read: whoever looks after this process need not end it
    except Unavailable:
        raise
    except Exception as error:
        log.error("the file of import %s could not be read: %s", job.id, type(error).__name__)
        runner.run(stop, [Stopped(job.id, "unexpected", BROKEN)], SYSTEM)


def _advance_rows(context: Context, runner: Runner, lanes: Lanes, job: ImportJob, caller: Caller) -> None:
    entered_at_once = job.state == ImportState.READING and not job.dry_run  # without a trial
    if entered_at_once or (lanes.go_on(job) or go_on(context.database, runner, job, caller)) == 0:
        figures = figures_now() if job.figures is None else None
        runner.run(finish_phase, [PhaseOf(job.id, figures)], SYSTEM)
