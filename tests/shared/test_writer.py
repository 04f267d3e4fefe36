import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import event

from shared.auth import Caller, Role
from shared.db import Database
from shared.idempotency import Answer, Key, KeyInUse, KeyReused
from shared.problems import Refusal
from shared.vault import Vault
from shared.writer import Unexpected, Writer
from tests.conftest import NewDatabase
from tests.shared.toy import NewNote, Note, Table, TooDull, take, texts

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
        writer = Writer(database, vault)
        try:
            return await asyncio.gather(*(ask(writer) for ask in asks), return_exceptions=True)
        finally:
            writer.close()

    return asyncio.run(go())


def note(text: str, key: Key | None = None) -> Callable[[Writer], Awaitable[Answer]]:
    return lambda writer: writer.ask(take, CALLER, [NewNote(text=text)], one, key)


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
        database, vault, note("x"), lambda writer: writer.ask(take, CALLER, batch, every), note("poison"), note("y")
    )
    assert isinstance(answers[1], Answer)
    assert answers[1].body == b"a,unexpected,b,too-dull"
    assert isinstance(answers[2], Unexpected)
    with database.reading() as session:
        assert texts(session) == ["a", "b", "x", "y"]


def test_what_a_failing_item_wrote_before_it_failed_is_undone(database: Database, vault: Vault) -> None:
    batch = [NewNote(text=text) for text in ("a", "half", "b")]
    (answer,) = ask_all(database, vault, lambda writer: writer.ask(take, CALLER, batch, every))
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
        writer = Writer(database, vault)
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
