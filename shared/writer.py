"""The writer: one thread per process that commits what has gathered, and answers only then (group commit).

Requests hand it items and await the answer. It takes all that is waiting, calls each command once with its items,
commits once, and so pays one disk flush for many registrations. An unexpected error rolls everything back, and the
items are tried one by one, so that one poisonous item harms nobody. Where another process was in the way, everything
is looked at anew and tried again.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlmodel import Session

from shared.acts import Act, Noted, Record, Replayed
from shared.auth import Caller
from shared.db import Database
from shared.idempotency import Answer, Key, KeyInUse, keep_answers, kept_answers
from shared.problems import Refusal, Unavailable
from shared.trouble import contended, in_turn, passing, told
from shared.vault import Vault

log = logging.getLogger(__name__)

MOST_ITEMS = 1_000  # items gathered for one commit, unless a single request brings more

Command = Callable[[Session, Sequence[Any], Caller], list[Any]]


class Unexpected(Refusal):
    """出现意外错误，未作任何改动 · Something unexpected happened; nothing was changed."""

    status, slug = 500, "unexpected"


@dataclass(frozen=True, eq=False)
class Job:
    """What one request asks: items for a command, and how its answer is made from the outcomes."""

    command: Command
    caller: Caller
    items: Sequence[Any]
    answer: Callable[[list[Any]], Answer | Refusal]
    key: Key | None
    request: UUID | None
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Answer]"


Settled = tuple[Job, Answer | BaseException]


class Writer:
    """Owns all writing that requests ask for in this process."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        after_commit: Callable[[], None] = lambda: None,
        record: Record | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._record = record
        self._after_commit = after_commit
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def ask(
        self,
        command: Command,
        caller: Caller,
        items: Sequence[Any],
        answer: Callable[[list[Any]], Answer | Refusal],
        key: Key | None = None,
        request: UUID | None = None,
    ) -> Answer:
        """Do this, and answer once it is committed. Raises the refusal of a request that is refused as a whole."""
        loop = asyncio.get_running_loop()
        job = Job(command, caller, items, answer, key, request, loop, loop.create_future())
        self._waiting.put(job)
        return await job.future

    async def note(self, refusal: Refusal, noted: Noted, caller: Caller, request: UUID) -> None:
        """Keep a refusal that came to no command, if this service keeps a record of acts and has not got it."""

        def refused(session: Session, items: Sequence[Noted], caller: Caller) -> list[Refusal]:
            return [refusal] * len(items)

        if self._record and not refusal.recorded and refusal.status < 500:
            try:
                await self.ask(refused, caller, [noted], lambda outcomes: Answer(204, b""), request=request)
            except Unavailable:
                log.error("a refusal of %s is not on record: the database is away", noted.action)

    def close(self) -> None:
        """Finish what was asked, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._waiting.get()) is not None:
            jobs = [job]
            closing = False
            while sum(len(j.items) for j in jobs) < MOST_ITEMS:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    closing = True
                    break
                jobs.append(more)
            self._tell(self._settle(jobs))
            if closing:
                return

    def _settle(self, jobs: list[Job]) -> list[Settled]:
        try:
            settled = in_turn(lambda: self._commit(jobs, cautious=False))
        except Exception as error:
            if passing(error) and not contended(error):
                # Whether it was committed nobody knows; an Idempotency-Key tells the next time.
                log.error("%s", told(error))
                return [(job, Unavailable()) for job in jobs]
            if len(jobs) > 1:
                return [done for job in jobs for done in self._settle([job])]
            settled = self._settle_cautiously(jobs[0], error)
        self._after_commit()
        return settled

    def _settle_cautiously(self, job: Job, error: Exception) -> list[Settled]:
        """Try a request that failed once more, each item under its own savepoint."""
        log.error("%s failed in a batch: %s", job.command.__name__, type(error).__name__)
        try:
            return in_turn(lambda: self._commit([job], cautious=True))
        except Exception as again:
            return [(job, Unavailable() if passing(again) else again)]

    def _commit(self, jobs: list[Job], *, cautious: bool) -> list[Settled]:
        settled: list[Settled] = []
        acts: list[Act] = []
        with self._database.writing() as session:
            kept = kept_answers(session, [job.key for job in jobs if job.key], self._vault)
            fresh: list[Job] = []
            taken: set[tuple[str, str]] = set()
            for job in jobs:
                if job.key and job.key in kept:
                    settled.append((job, kept[job.key]))
                elif job.key and (job.key.scope, job.key.key) in taken:
                    settled.append((job, KeyInUse()))
                else:
                    fresh.append(job)
                    if job.key:
                        taken.add((job.key.scope, job.key.key))
            acts += [_of_key(job, answer) for job, answer in settled]
            for job, outcomes in _done(session, fresh, cautious=cautious):
                answer = job.answer(outcomes)
                settled.append((job, answer))
                acts += _acts(job, outcomes)
            answers = [(job.key, a) for job, a in settled if job.key and isinstance(a, Answer) and not a.replayed]
            keep_answers(session, answers, self._vault)
            if self._record:
                self._record(session, acts)
        for _, told_back in settled:
            if isinstance(told_back, Refusal):
                told_back.recorded = True
        return settled

    def _tell(self, settled: list[Settled]) -> None:
        """Wake the requests, with one call into each event loop."""
        for loop, group in groupby(settled, key=lambda done: done[0].loop):
            try:
                loop.call_soon_threadsafe(_resolve, list(group))
            except RuntimeError:  # the loop is gone, and with it whoever asked
                log.warning("an answer found nobody waiting")


def _acts(job: Job, outcomes: Sequence[Any]) -> list[Act]:
    return [
        Act(job.command.__name__, item, outcome, job.caller, job.request)
        for item, outcome in zip(job.items, outcomes, strict=True)
    ]


def _of_key(job: Job, answer: Answer | BaseException) -> Act:
    """What an Idempotency-Key settled: the request was answered before, or is refused as a whole."""
    item = job.items[0] if len(job.items) == 1 else None
    outcome = answer if isinstance(answer, Refusal) else Replayed()
    return Act(job.command.__name__, item, outcome, job.caller, job.request)


def _resolve(settled: list[Settled]) -> None:
    for job, answer in settled:
        if job.future.done():  # the client went away; what was committed stays
            continue
        if isinstance(answer, BaseException):
            job.future.set_exception(answer)
        else:
            job.future.set_result(answer)


def _done(session: Session, jobs: list[Job], *, cautious: bool) -> list[tuple[Job, list[Any]]]:
    """Each job with its outcomes, in order; jobs of one command and caller share one call."""
    done: list[tuple[Job, list[Any]]] = []
    for (command, caller), group in groupby(jobs, key=lambda job: (job.command, job.caller)):
        together = list(group)
        items = [item for job in together for item in job.items]
        outcomes = _one_by_one(session, command, items, caller) if cautious else command(session, items, caller)
        if len(outcomes) != len(items):
            raise RuntimeError(f"{command.__name__} answered {len(outcomes)} of {len(items)} items")
        start = 0
        for job in together:
            done.append((job, outcomes[start : start + len(job.items)]))
            start += len(job.items)
    return done


def _one_by_one(session: Session, command: Command, items: Sequence[Any], caller: Caller) -> list[Any]:
    outcomes: list[Any] = []
    for item in items:

        def one(item: Any = item) -> list[Any]:
            with session.begin_nested():
                return command(session, [item], caller)

        try:
            outcomes += in_turn(one)
        except Exception as error:
            if passing(error):
                raise
            log.exception("%s failed for one item: %s", command.__name__, type(error).__name__, exc_info=False)
            outcomes.append(Unexpected())
    return outcomes
