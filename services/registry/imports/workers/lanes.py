"""Processes beside the worker (分道进程), as many as there are cores, for as long as a large import lasts.

One process fills one core, and gives up the interpreter to nobody: where requests are served beside it, they wait. Each
of these has a lane of the rows. The worker goes round with them as it does alone: some rows, and it is the next queue's
turn. Whatever becomes of one, what it committed stands with the rows, and the next turn goes on from there.

A lane is a pool of one process: a larger pool starts a process whenever one is wanted, and where another died in that
moment it waits for the new one for ever (CPython 3.11, `terminate_broken`).
"""

import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import cache
from uuid import UUID

from services.registry.imports.models import ImportJob, ImportRow
from services.registry.imports.queries.rows import unentered, untried
from services.registry.imports.rules.lanes import LARGE, RowLane
from services.registry.imports.rules.states import ImportState, caller_kept
from services.registry.imports.workers import batches
from services.registry.registrations.models import Registration
from services.registry.subjects.models.people import IdentityDocument, Person, PersonKey
from shared.config import settings
from shared.db import Database, table_of
from shared.db_statistics import look_again
from shared.logs import configure_logging
from shared.memory import give_back, tune_allocator
from shared.operations import Recorder
from shared.runner import Runner
from shared.service import Context
from shared.vault import vault

log = logging.getLogger(__name__)

MOST_LANES = 4
GIVE_WAY = 5  # by so much, as `nice` counts, to whatever answers requests on the same machine
A_TURN = 4  # transactions of a lane, before the next queue's turn

FILLED = [table_of(each) for each in (ImportRow, Person, IdentityDocument, PersonKey, Registration)]

NEXT = {ImportState.READING: untried, ImportState.COMMITTING: unentered}


class Lanes:
    """The processes of one worker: begun when a large import needs them, ended when none does."""

    def __init__(self, context: Context, record: Recorder) -> None:
        self._record = record
        self._database, self._committed = context.database, context.committed
        self._count = 1 if context.database.is_sqlite else min(MOST_LANES, len(os.sched_getaffinity(0)))
        self._pools: list[ProcessPoolExecutor] = []

    def go_on(self, job: ImportJob) -> int:
        """Enter or try the next rows of a large import in every lane at once; how many, 0 where that is not for lanes.

        Raises what a lane raises, Unavailable where the database does not answer.
        """
        # Once they are there they go on to the end: it takes long to find the last rows of all among half a million.
        large = self._count > 1 and (job.total or 0) - job.done > (0 if self._pools else LARGE)
        if not large or job.kind != "registrations" or job.mode != "accept_good" or job.state not in NEXT:
            return 0
        lanes = zip(self._begun(), RowLane.all_of(self._count), strict=True)
        try:
            turns = [pool.submit(a_turn, job.id, lane, self._record) for pool, lane in lanes]
            rows = sum(each.result() for each in turns)
        except BrokenProcessPool:
            log.error("a process of import %s ended in the midst of it; what it had committed stands", job.id)
            self.close()
            return 0
        finally:
            self._committed.send()
        if not job.done:  # with so many rows the tables are other ones than they were
            look_again(self._database, FILLED, job.total or 0)
        return rows

    def close(self) -> None:
        """End the processes."""
        for pool in self._pools:
            pool.shutdown()
        self._pools = []

    def _begun(self) -> list[ProcessPoolExecutor]:
        if not self._pools:
            apart = multiprocessing.get_context("forkserver")
            apart.set_forkserver_preload([__name__])
            ready = dict(os.environ)
            self._pools = [ProcessPoolExecutor(1, apart, _begin, (ready,)) for _ in range(self._count)]
        return self._pools


def _begin(environment: Mapping[str, str]) -> None:
    """Make a process ready; it gives way to others, and ends with the worker, even if that was killed."""
    gc.freeze()  # what it has in common with the others stays so
    tune_allocator()
    os.environ.clear()
    os.environ.update(environment)
    configure_logging("registry", "imports")
    os.nice(GIVE_WAY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker's to answer
    worker = multiprocessing.parent_process()

    def end_with() -> None:
        if worker:
            worker.join()
        os._exit(os.EX_OK)

    threading.Thread(target=end_with, daemon=True).start()


@cache
def _database() -> Database:
    return Database(settings().database_url("registry"))


PhaseOfJob = tuple[UUID, datetime | None]  # a job, and since when it is in its state
_came_to: dict[PhaseOfJob, dict[RowLane, int]] = {}  # up to which row this process is through, of one phase


def a_turn(job_id: UUID, lane: RowLane, record: Recorder) -> int:
    """Do some transactions of a lane, in the order of its rows; how many rows they were."""
    database = _database()
    with database.reading() as session:
        job = session.get_one(ImportJob, job_id)
        if job.state not in NEXT:
            return 0
        phase, next_rows = (job.id, job.phase_at), NEXT[ImportState(job.state)]
        came_to = _came_to.get(phase, {})
        numbers = next_rows(session, job.id, A_TURN * batches.ROWS, lane, came_to.get(lane, 0))
    runner, caller = Runner(database, vault("registry"), record), caller_kept(job.uploader)
    for start in range(0, len(numbers), batches.ROWS):
        some = numbers[start : start + batches.ROWS]
        batches.done_with(database, runner, job, caller, some)
        came_to[lane] = some[-1]
    give_back()
    _came_to.clear()
    _came_to[phase] = came_to
    return len(numbers)
