import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from shared.auth import Caller, Role
from shared.db import Database
from shared.idempotency import Answer, Key, KeyInUse, KeyReused
from shared.operations import Call, Effect, Execution, Operation, operation
from shared.problems import Forbidden, NotFound, Refusal, Unavailable, Unexpected
from shared.runner import Job, Runner
from shared.vault import Vault
from shared.writer import QUIET_TURNS, Writer
from tests.conftest import NewDatabase
from tests.shared.toy import NewNote, Note, Table, TooDull, keep, texts

CALLER = Caller("clerk", Role.INSTITUTION_CLERK)


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    return new_database(Table.metadata)


def one(outcomes: list[Note | Refusal]) -> Answer | Refusal:
    (outcome,) = outcomes
    return outcome if isinstance(outcome, Refusal) else Answer(201, outcome.text.encode())


def every(outcomes: list[Note | Refusal]) -> Answer:
    return Answer(200, ",".join(o.slug if isinstance(o, Refusal) else o.text for o in outcomes).encode())


def ask_all(
    database: Database, vault: Vault, *asks: Callable[[Writer], Awaitable[Answer]]
) -> list[Answer | BaseException]:
    async def go() -> list[Answer | BaseException]:
        writer = Writer(Runner(database, vault), lambda items: None)
        try:
            return await asyncio.gather(*(ask(writer) for ask in asks), return_exceptions=True)
        finally:
            writer.close()

    return asyncio.run(go())


def note(text: str, key: Key | None = None) -> Callable[[Writer], Awaitable[Answer]]:
    return lambda writer: writer.submit(keep, CALLER, [NewNote(text=text)], one, key)


def test_what_was_answered_is_committed(database: Database, vault: Vault) -> None:
    answers = ask_all(database, vault, *(note(f"n{i:03}") for i in range(50)))
    assert [a.status for a in answers if isinstance(a, Answer)] == [201] * 50
    with database.reading() as session:
        assert texts(session) == [f"n{i:03}" for i in range(50)]


def test_many_requests_share_few_commits(database: Database, vault: Vault) -> None:
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    ask_all(database, vault, *(note(f"n{i:03}") for i in range(200)))
    assert len(commits) < 50


def test_a_refused_item_harms_no_other_and_writes_nothing(database: Database, vault: Vault) -> None:
    answers = ask_all(database, vault, note("a"), note("dull"), note("b"))
    assert isinstance(answers[1], TooDull)
    with database.reading() as session:
        assert texts(session) == ["a", "b"]


def test_an_unexpected_error_harms_only_its_own_item(database: Database, vault: Vault) -> None:
    batch = [NewNote(text=text) for text in ("a", "poison", "b", "dull")]
    answers = ask_all(
        database, vault, note("x"), lambda writer: writer.submit(keep, CALLER, batch, every), note("poison"), note("y")
    )
    assert isinstance(answers[1], Answer)
    assert answers[1].body == b"a,unexpected,b,too-dull"
    assert isinstance(answers[2], Unexpected)
    with database.reading() as session:
        assert texts(session) == ["a", "b", "x", "y"]


def test_what_a_failing_item_wrote_before_it_failed_is_undone(database: Database, vault: Vault) -> None:
    batch = [NewNote(text=text) for text in ("a", "half", "b")]
    (answer,) = ask_all(database, vault, lambda writer: writer.submit(keep, CALLER, batch, every))
    assert isinstance(answer, Answer)
    assert answer.body == b"a,unexpected,b"
    with database.reading() as session:
        assert texts(session) == ["a", "b"]


def test_the_same_key_and_body_give_the_stored_answer(database: Database, vault: Vault) -> None:
    key = Key("clerk POST /notes", "k1", "body")
    first = ask_all(database, vault, note("a", key))
    again = ask_all(database, vault, note("a", key))
    assert first == [Answer(201, b"a")]
    assert again == [Answer(201, b"a", replayed=True)]


def test_the_same_key_with_another_body_is_refused(database: Database, vault: Vault) -> None:
    ask_all(database, vault, note("a", Key("s", "k1", "body")))
    (answer,) = ask_all(database, vault, note("b", Key("s", "k1", "other")))
    assert isinstance(answer, KeyReused)
    with database.reading() as session:
        assert texts(session) == ["a"]


def test_the_same_key_twice_at_once_runs_once(database: Database, vault: Vault) -> None:
    key = Key("s", "k1", "body")

    async def go() -> list[Answer | BaseException]:
        writer = Writer(Runner(database, vault), lambda items: None)
        with database.writing():  # holds the writer back until both wait
            asks = [asyncio.ensure_future(note(text, key)(writer)) for text in ("first", "a", "a")]
            await asyncio.sleep(0.05)
        answers = await asyncio.gather(*asks, return_exceptions=True)
        writer.close()
        return answers

    answers = asyncio.run(go())
    assert answers[0] == Answer(201, b"first")
    assert all(a == Answer(201, b"first", replayed=True) or isinstance(a, KeyInUse) for a in answers[1:])


def test_a_refusal_is_not_kept_so_that_a_later_try_may_succeed(database: Database, vault: Vault) -> None:
    key = Key("s", "k1", "body")
    (refused,) = ask_all(database, vault, note("dull", key))
    (granted,) = ask_all(database, vault, note("better", key))
    assert isinstance(refused, TooDull)
    assert granted == Answer(201, b"better")


def test_a_database_that_fails_fails_the_request_and_not_the_writer(database: Database, vault: Vault) -> None:
    (refused,) = ask_all(database, vault, note("a"))
    (twice,) = ask_all(database, vault, note("a"))  # the table's own constraint
    (fine,) = ask_all(database, vault, note("b"))
    assert refused == Answer(201, b"a")
    assert isinstance(twice, Unexpected)
    assert fine == Answer(201, b"b")


def test_a_database_that_lacks_a_table_is_not_the_fault_of_the_request(database: Database, vault: Vault) -> None:
    Table.metadata.drop_all(database.engine)
    answers = ask_all(database, vault, note("a"), note("b"))
    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]
    Table.metadata.create_all(database.engine)
    assert ask_all(database, vault, note("a")) == [Answer(201, b"a")]


def test_what_many_callers_want_is_one_call_of_the_handler(database: Database, vault: Vault) -> None:
    batches: list[list[str]] = []

    @operation("count", roles=list(Role))
    def count(session: Session, calls: Sequence[Call[str]]) -> list[str | Refusal]:
        batches.append([call.caller.sub for call in calls])
        return [call.item for call in calls]

    @operation("pause", roles=list(Role))
    def pause(session: Session, calls: Sequence[Call[str]]) -> list[str | Refusal]:
        return [call.item for call in calls]

    def job(of: Operation[str, str], sub: str) -> Job:
        return Job(of, Caller(sub, Role.INSTITUTION_CLERK), [sub], list)

    jobs = [job(count, "a"), job(pause, "p"), job(count, "b"), job(count, "c")]
    assert [outcome for _, outcome in Runner(database, vault).execute(jobs)] == [["a"], ["p"], ["b"], ["c"]]
    assert batches == [["a", "b", "c"]]


def test_whoever_may_not_is_refused_by_the_runner_whatever_way_they_came(database: Database, vault: Vault) -> None:
    @operation("decide", roles=[Role.BUREAU_OFFICER])
    def decide(session: Session, calls: Sequence[Call[str]]) -> list[str | Refusal]:
        return [call.item for call in calls]

    runner = Runner(database, vault)
    assert runner.run(decide, ["a"], Caller("officer", Role.BUREAU_OFFICER, person="officer")) == ["a"]
    outcomes = runner.run(decide, ["a", "b"], CALLER)
    assert [type(outcome) for outcome in outcomes] == [Forbidden, Forbidden]


def test_the_record_has_each_call_in_the_words_of_its_operation(database: Database, vault: Vault) -> None:
    kept: list[Execution] = []

    @operation(
        lambda item: f"{item}_it",
        roles=list(Role),
        target=lambda item: f"target {item}",
        effect=lambda outcome: Effect(outcome, 2) if outcome else None,
        purpose=lambda item: item,
    )
    def do(session: Session, calls: Sequence[Call[str]]) -> list[str | Refusal]:
        return [NotFound() if call.item == "lose" else "" if call.item == "idle" else call.item for call in calls]

    runner = Runner(database, vault, lambda session, executions: kept.extend(executions))
    runner.run(do, ["do", "lose", "idle"], CALLER)
    assert kept == [
        Execution("do_it", CALLER, None, "do", 2, "done", "do"),
        Execution("lose_it", CALLER, None, "target lose", None, "not-found", "lose"),
    ]


class HeldRunner(Runner):
    """Keeps what it is to execute; the first batch is held until it is let go."""

    def __init__(self) -> None:
        self.batches: list[str] = []
        self.let_go = threading.Event()

    def execute(self, jobs: Sequence[Job]) -> list[tuple[Job, Any]]:
        """Answer each job."""
        self.batches.append("".join(job.items[0] for job in jobs))
        self.let_go.wait()
        return [(job, Answer(200, b"")) for job in jobs]


def batches_of(apart: int, words: str, runner: HeldRunner, sizes: list[float]) -> None:
    """Ask for each word so many turns of the event loop after the one before, and let the first batch go at last."""

    async def go() -> None:
        writer = Writer(runner, sizes.append)

        async def ask(word: str, turns: int) -> Answer:
            for _ in range(turns):
                await asyncio.sleep(0)
            return await writer.submit(keep, CALLER, [word], lambda _: Answer(200, b""))

        requests = [asyncio.ensure_future(ask(word, apart * place)) for place, word in enumerate(words)]
        for _ in range(apart * len(words) + 2 * QUIET_TURNS):
            await asyncio.sleep(0)
        runner.let_go.set()
        await asyncio.gather(*requests)
        writer.close()

    asyncio.run(go())


@pytest.mark.parametrize(
    ("apart", "batches"), [(QUIET_TURNS // 2, ["abcdef"]), (QUIET_TURNS * 2, ["a", "bcdef"])], ids=["near", "far"]
)
def test_requests_that_come_one_after_the_other_share_a_commit(
    apart: int, batches: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.writer.LATEST", 600.0)
    runner, sizes = HeldRunner(), list[float]()
    batches_of(apart, "abcdef", runner, sizes)
    assert (runner.batches, sizes) == (batches, [len(each) for each in batches])


def test_nobody_waits_for_ever_for_those_who_go_on_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.writer.LATEST", 0.0)
    runner, sizes = HeldRunner(), list[float]()
    batches_of(QUIET_TURNS // 2, "abcdef", runner, sizes)
    assert runner.batches == ["a", "bcdef"]


def test_a_writer_that_stops_finishes_what_was_submitted(database: Database, vault: Vault) -> None:
    async def go() -> list[Answer]:
        writer = Writer(Runner(database, vault), lambda items: None)
        requests = [asyncio.ensure_future(note(f"n{i:02}")(writer)) for i in range(40)]
        await asyncio.sleep(0)  # all are submitted, none is handed over
        writer.close()
        return await asyncio.gather(*requests)

    assert [answer.status for answer in asyncio.run(go())] == [201] * 40


def test_requests_of_several_event_loops_are_answered_each_in_its_own(database: Database, vault: Vault) -> None:
    writer = Writer(Runner(database, vault), lambda items: None)

    def loop_of(n: int) -> list[int]:
        async def go() -> list[Answer]:
            return await asyncio.gather(*(note(f"l{n}n{i:02}")(writer) for i in range(20)))

        return [answer.status for answer in asyncio.run(go())]

    with ThreadPoolExecutor(4) as loops:
        assert list(loops.map(loop_of, range(4))) == [[201] * 20] * 4
    writer.close()
