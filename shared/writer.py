"""The writer: gathers what the requests of a process ask for, and has it executed together (group commit).

Requests hand it items of an operation and await the answer. It takes in all that is waiting, has the runner execute it
in one transaction, and so pays one disk flush for many registrations; nobody is answered before the commit.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlmodel import Session

from shared.auth import Caller, Itself, Role
from shared.db import Database
from shared.idempotency import Answer, Key
from shared.operations import Call, Operation, operation
from shared.problems import Refusal, Unavailable
from shared.runner import Job, Runner

log = logging.getLogger(__name__)

MOST_ITEMS = 1_000  # items gathered for one commit, unless a single request brings more


def threads_for(database: Database) -> int:
    """How many threads write at once: SQLite has one writer whatever we do, and a third brings nothing (measured)."""
    return 1 if database.is_sqlite else 2


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
    """Owns all writing that requests ask for in this process; `measure` is told the number of items of each commit.

    Of two `threads` one executes while the other waits for the database. It begins once half as many requests wait as
    the other took, so that commits stay few; or when the other is done, so that nobody waits longer than for one.
    """

    def __init__(self, runner: Runner, measure: Callable[[float], None], threads: int = 1) -> None:
        self._runner = runner
        self._measure = measure
        self._changed = threading.Condition()  # guards all below
        self._waiting: deque[_Waiting] = deque()
        self._enough = 1  # requests for which a thread begins
        self._executing = 0
        self._closing = False
        self._threads = [threading.Thread(target=self._run, name="writer", daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

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
        with self._changed:
            self._waiting.append(waiting)
            if len(self._waiting) >= self._enough:
                self._changed.notify()
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
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while gathered := self._gathered():
            self._execute(gathered)
            with self._changed:
                self._executing -= 1
                if not self._executing:
                    self._enough = 1

    def _gathered(self) -> list[_Waiting]:
        """What waits, once it is enough; nothing when the writer is to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or len(self._waiting) >= self._enough)
            taken: list[_Waiting] = []
            items = 0
            while self._waiting and items < MOST_ITEMS:
                taken.append(self._waiting.popleft())
                items += len(taken[-1].job.items)
            self._executing += 1
            self._enough = max(1, len(taken) // 2)
            return taken

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
