"""The writer: one thread per process that gathers what requests ask for, and has it executed together (group commit).

Requests hand it items of an operation and await the answer. It takes in all that is waiting, has the runner execute it
in one transaction, and so pays one disk flush for many registrations; nobody is answered before the commit.

It begins when no further request has come for some turns of the event loop: then the two do not fight for the
interpreter, which costs more than all statements together, and twice as many share a commit.
"""

import asyncio
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakSet

from sqlmodel import Session

from shared.auth import Caller, Itself, Role
from shared.idempotency import Answer, Key
from shared.operations import Call, Operation, operation
from shared.problems import Refusal, Unavailable
from shared.runner import Job, Runner

log = logging.getLogger(__name__)

MOST_ITEMS = 1_000  # items gathered for one commit, unless a single request brings more
QUIET_TURNS = 20  # of the event loop without another request, which take a tenth of a millisecond where nothing happens
LATEST = 0.05  # seconds after which the writer begins although requests go on coming


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
    """A job and who awaits it, in which event loop."""

    job: Job
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Answer]"


class Writer:
    """Owns all writing that requests ask for in this process; `measure` is told the number of items of each commit."""

    def __init__(self, runner: Runner, measure: Callable[[float], None]) -> None:
        self._runner = runner
        self._measure = measure
        self._lock = threading.Lock()  # guards the next two
        self._waiting: deque[_Waiting] = deque()
        self._executing = False
        self._counting: WeakSet[asyncio.AbstractEventLoop] = WeakSet()  # each loop looks for itself alone
        self._batches: queue.SimpleQueue[list[_Waiting] | None] = queue.SimpleQueue()
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
        with self._lock:
            self._waiting.append(waiting)
        self._begin(loop)
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
        with self._lock:
            while self._waiting:
                self._batches.put(self._taken())
        self._batches.put(None)
        self._thread.join()

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have what waits executed soon, unless the thread is at something. Called by the event loop itself."""
        if self._waiting and not self._executing and loop not in self._counting:
            self._counting.add(loop)
            self._count_turn(loop, len(self._waiting), 0, loop.time() + LATEST)

    def _count_turn(self, loop: asyncio.AbstractEventLoop, waiting: int, quiet: int, latest: float) -> None:
        """Hand over what waits once no more comes, given how many waited a turn ago and for how many turns so many."""
        quiet = quiet + 1 if len(self._waiting) == waiting else 0
        if quiet <= QUIET_TURNS and loop.time() < latest:
            loop.call_soon(self._count_turn, loop, len(self._waiting), quiet, latest)
            return
        self._counting.discard(loop)
        with self._lock:
            if self._waiting and not self._executing:  # another loop may have been first
                self._executing = True
                self._batches.put(self._taken())

    def _taken(self) -> list[_Waiting]:
        """What waits, as much as one commit takes."""
        batch: list[_Waiting] = []
        items = 0
        while self._waiting and items < MOST_ITEMS:
            batch.append(self._waiting.popleft())
            items += len(batch[-1].job.items)
        return batch

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            answers = dict(self._runner.execute([each.job for each in batch]))
            self._measure(sum(len(each.job.items) for each in batch))
            answered: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Answer], Any]]] = {}
            for each in batch:
                answered.setdefault(each.loop, []).append((each.future, answers[each.job]))
            with self._lock:
                self._executing = False
                for waiting in self._waiting:
                    answered.setdefault(waiting.loop, [])
            for loop, resolved in answered.items():
                try:
                    loop.call_soon_threadsafe(self._answer, loop, resolved)
                except RuntimeError:  # the loop is gone, and with it whoever waited
                    log.warning("an answer found nobody waiting")

    def _answer(
        self, loop: asyncio.AbstractEventLoop, answered: Sequence[tuple["asyncio.Future[Answer]", Any]]
    ) -> None:
        """Wake requests of a batch, and begin with what came meanwhile."""
        for future, answer in answered:
            if future.done():  # the client went away; what was committed stays
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        self._begin(loop)
