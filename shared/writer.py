"""The writer: one thread per process that gathers what requests ask for, and has it executed together (group commit).

Requests hand it items of an operation and await the answer. It takes in all that is waiting, has the runner execute it
in one transaction, and so pays one disk flush for many registrations; nobody is answered before the commit.
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

from shared.auth import Caller, Itself, Role
from shared.idempotency import Answer, Key
from shared.operations import Call, Operation, operation
from shared.problems import Refusal, Unavailable
from shared.runner import Job, Runner

log = logging.getLogger(__name__)

MOST_ITEMS = 1_000  # items gathered for one commit, unless a single request brings more


@dataclass(frozen=True)
class RefusedRequest:
    """A request that came to no operation: the route's word, the object it named, and why it was refused."""

    route: str
    object: str | None
    refusal: Refusal


@operation(lambda refused: refused.route, roles=(*Role, *Itself), target=lambda refused: refused.object)
def keep_refusal(session: Session, calls: Sequence[Call[RefusedRequest]]) -> list[Any]:
    """Put refused requests on the audit trail; nothing else is written, and nothing refused."""
    return [call.item.refusal for call in calls]


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A job and who awaits it."""

    job: Job
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Answer]"


class Writer:
    """Owns all writing that requests ask for in this process; `measure` is told the number of items of each commit."""

    def __init__(self, runner: Runner, measure: Callable[[float], None]) -> None:
        self._runner = runner
        self._measure = measure
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def submit(
        self,
        operation: Operation[Any, Any],
        caller: Caller,
        items: Sequence[Any],
        respond: Callable[[list[Any]], Answer | Refusal],
        key: Key | None = None,
        request: UUID | None = None,
        *,
        amends: bool = False,
    ) -> Answer:
        """Have an operation executed, and answer once it is committed.

        `respond` makes the answer of the outcomes; if it `amends`, in place of the one kept under the key. Raises the
        refusal of a request that is refused as a whole.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(Job(operation, caller, items, respond, key, request, amends), loop, loop.create_future())
        self._queue.put(waiting)
        return await waiting.future

    async def note(self, refused: RefusedRequest, caller: Caller, request: UUID) -> None:
        """Keep a refusal that came to no operation, if this service keeps an audit trail and has not got it."""
        refusal = refused.refusal
        if self._runner.record and not refusal.recorded and refusal.status < 500:
            try:
                await self.submit(keep_refusal, caller, [refused], lambda _: Answer(204, b""), request=request)
            except Unavailable:
                log.error("a refusal of %s is not on record: the database is away", refused.route)

    def close(self) -> None:
        """Finish what was submitted, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            gathered = [first]
            closing = False
            while sum(len(each.job.items) for each in gathered) < MOST_ITEMS:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    closing = True
                    break
                gathered.append(more)
            self._execute(gathered)
            if closing:
                return

    def _execute(self, gathered: Sequence[_Waiting]) -> None:
        """Execute what was gathered, and wake the requests with one call into each event loop."""
        answers = dict(self._runner.execute([each.job for each in gathered]))
        self._measure(sum(len(each.job.items) for each in gathered))
        for loop, group in groupby(gathered, key=lambda each: each.loop):
            try:
                loop.call_soon_threadsafe(_resolve, [(each.future, answers[each.job]) for each in group])
            except RuntimeError:  # the loop is gone, and with it whoever waited
                log.warning("an answer found nobody waiting")


def _resolve(answered: Sequence[tuple["asyncio.Future[Answer]", Any]]) -> None:
    for future, answer in answered:
        if future.done():  # the client went away; what was committed stays
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
