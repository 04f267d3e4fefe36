"""The runner: executes operations, for requests, workers, imports and the command line alike.

All that is asked for together is one transaction: what an Idempotency-Key answered before, the check of roles, each
handler once with the calls of all that ask for it, the answers kept under their keys, and the audit trail. An
unexpected error rolls everything back, and the items are tried one by one under savepoints, so that one poisonous item
harms nobody. Where another process was in the way, everything is looked at anew and tried again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session

from shared.auth import Caller
from shared.db import Database
from shared.db_errors import describe, is_contended, is_transient, retry_contended
from shared.idempotency import Answer, Key, KeyInUse, keep_answers, kept_answers
from shared.operations import Call, Execution, Operation, Recorder, Replayed
from shared.problems import Forbidden, PersonNeeded, Refusal, Unavailable, Unexpected
from shared.traces import Here, Hop, here, passing
from shared.vault import Vault

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, eq=False)
class Job:
    """What one request or worker asks for: calls of an operation, and how its answer is made from their outcomes."""

    operation: Operation[Any, Any]
    caller: Caller
    items: Sequence[Any]
    respond: Callable[[list[Any]], Any]
    key: Key | None = None
    request: UUID | None = None
    amends: bool = False  # its answer takes the place of the one that was kept under its key
    came_from: Here = field(default_factory=here)

    @property
    def calls(self) -> list[Call[Any]]:
        """Its items, each with the caller."""
        return [Call(item, self.caller, self.came_from.traceparent) for item in self.items]

    @property
    def refusal(self) -> Refusal | None:
        """Why the caller may not ask for the operation at all: not in that role, or not without being a person's."""
        if self.caller.role not in self.operation.roles:
            return Forbidden()
        return PersonNeeded() if self.caller.lacks_person else None


Settled = tuple[Job, Any]  # the job with its answer, or with the exception that stands for it


class Runner:
    """Executes the operations of one service against its database; safe to be used from several threads."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        record: Recorder | None = None,
        after_commit: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._after_commit = after_commit
        self.record = record

    def run(
        self, operation: Operation[Item, Outcome], items: Sequence[Item], caller: Caller
    ) -> list[Outcome | Refusal]:
        """Execute an operation on items, in one transaction of its own; one outcome per item, in their order.

        Raises Unavailable where the database does not answer, and whatever a handler raises that fails alone too.
        """
        job = Job(operation, caller, items, list)
        ((_, outcomes),) = self.execute([job])
        if isinstance(outcomes, BaseException):
            raise outcomes
        found: list[Outcome | Refusal] = outcomes
        return found

    def execute(self, jobs: Sequence[Job]) -> list[Settled]:
        """Execute jobs in one transaction; each with its answer once it is committed, or with its exception."""
        with passing("internal", [Hop(f"commit {job.operation.name}", job.came_from) for job in jobs]):
            return self._execute(jobs)

    def _execute(self, jobs: Sequence[Job]) -> list[Settled]:
        try:
            settled = retry_contended(lambda: self._commit(jobs, cautious=False))
        except Exception as error:
            if is_transient(error) and not is_contended(error):
                # Whether it was committed nobody knows; an Idempotency-Key tells the next time.
                log.error("%s", describe(error))
                return [(job, Unavailable()) for job in jobs]
            if len(jobs) > 1:
                return [done for job in jobs for done in self.execute([job])]
            settled = self._execute_cautiously(jobs[0], error)
        self._after_commit()
        return settled

    def _execute_cautiously(self, job: Job, error: Exception) -> list[Settled]:
        """Try a request that failed once more, each item under its own savepoint."""
        log.error("%s failed in a batch: %s", job.operation.name, type(error).__name__)
        try:
            return retry_contended(lambda: self._commit([job], cautious=True))
        except Exception as again:
            return [(job, Unavailable() if is_transient(again) else again)]

    def _commit(self, jobs: Sequence[Job], *, cautious: bool) -> list[Settled]:
        with self._database.writing() as session:
            settled, fresh = self._answered_before(session, jobs)
            executions = [_of_whole(job, answer) for job, answer in settled]
            for job, outcomes in _outcomes(session, fresh, cautious=cautious):
                settled.append((job, job.respond(outcomes)))
                executions += _executions(job, outcomes)
            for amends in (False, True):
                answers = [(job.key, a) for job, a in settled if job.amends is amends and job.key and _is_new(a)]
                keep_answers(session, answers, self._vault, amends=amends)
            if self.record:
                self.record(session, [each for each in executions if each])
        for _, answer in settled:
            if isinstance(answer, Refusal):
                answer.recorded = True
        return settled

    def _answered_before(self, session: Session, jobs: Sequence[Job]) -> tuple[list[Settled], list[Job]]:
        """The jobs whose Idempotency-Key has an answer already, with it, and those that are to be executed."""
        kept = kept_answers(session, [job.key for job in jobs if job.key and not job.amends], self._vault)
        settled: list[Settled] = []
        fresh: list[Job] = []
        in_use: set[tuple[str, str]] = set()
        for job in jobs:
            if job.amends:
                fresh.append(job)
            elif job.key and job.key in kept:
                settled.append((job, kept[job.key]))
            elif job.key and (job.key.scope, job.key.key) in in_use:
                settled.append((job, KeyInUse()))
            else:
                fresh.append(job)
                if job.key:
                    in_use.add((job.key.scope, job.key.key))
        return settled, fresh


def _executions(job: Job, outcomes: Sequence[Any]) -> list[Execution | None]:
    return [
        job.operation.execution(call, job.caller, outcome, job.request)
        for call, outcome in zip(job.calls, outcomes, strict=True)
    ]


def _is_new(answer: Any) -> bool:
    return isinstance(answer, Answer) and not answer.replayed


def _of_whole(job: Job, answer: Answer | Refusal) -> Execution | None:
    """What an Idempotency-Key settled: the request was answered before, or is refused as a whole."""
    call = Call(job.items[0], job.caller) if len(job.items) == 1 else None
    outcome = answer if isinstance(answer, Refusal) else Replayed()
    return job.operation.execution(call, job.caller, outcome, job.request)


def _outcomes(session: Session, jobs: Sequence[Job], *, cautious: bool) -> list[tuple[Job, list[Any]]]:
    """Each job with its outcomes, in order; jobs of one handler share one call of it, whoever asks."""
    sharing: dict[Any, list[Job]] = {}
    refused = {job: refusal for job in jobs if (refusal := job.refusal)}
    for job in jobs:
        if job not in refused:
            sharing.setdefault(job.operation.handler, []).append(job)
    found: dict[Job, list[Any]] = {}
    for handler, together in sharing.items():
        calls = [call for job in together for call in job.calls]
        done = iter(_one_by_one(session, handler, calls) if cautious else _all(session, handler, calls))
        found |= {job: [next(done) for _ in job.items] for job in together}
    return [(job, [refused[job] for _ in job.items] if job in refused else found[job]) for job in jobs]


def _all(session: Session, handler: Any, calls: Sequence[Call[Any]]) -> list[Any]:
    outcomes: list[Any] = handler(session, calls) if calls else []
    if len(outcomes) != len(calls):
        raise RuntimeError(f"{handler.__name__} answered {len(outcomes)} of {len(calls)} items")
    return outcomes


def _one_by_one(session: Session, handler: Any, calls: Sequence[Call[Any]]) -> list[Any]:
    outcomes: list[Any] = []
    for call in calls:

        def one(call: Call[Any] = call) -> list[Any]:
            with session.begin_nested():
                return _all(session, handler, [call])

        try:
            outcomes += retry_contended(one)
        except Exception as error:
            if is_transient(error):
                raise
            log.exception("%s failed for one item: %s", handler.__name__, type(error).__name__, exc_info=False)
            outcomes.append(Unexpected())
    return outcomes
