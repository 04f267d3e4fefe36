"""Two processes of one service write at once: each thing happens once, and nobody is told of an error."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from shared.auth import Caller, Role
from shared.db import Database
from shared.idempotency import Answer, Key
from shared.problems import Refusal
from shared.runner import Runner
from shared.vault import Vault
from shared.writer import Writer
from tests.at_once import at_once, troubles
from tests.conftest import NewDatabase
from tests.shared.toy import NewNote, Note, Table, offer, texts

CALLER = Caller("clerk", Role.INSTITUTION_CLERK)
UNIQUE_VIOLATION, DEADLOCK = "23505", "40P01"


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    return new_database(Table.metadata)


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The same database, as another process sees it."""
    same = Database(database.url)
    yield same
    same.close()


def every(outcomes: Sequence[Note | Refusal]) -> Answer:
    return Answer(200, ",".join(o.slug if isinstance(o, Refusal) else o.text for o in outcomes).encode())


def ask(database: Database, vault: Vault, words: Sequence[str], key: Key | None = None) -> Answer:
    """One request to a process of its own."""

    async def go() -> Answer:
        writer = Writer(Runner(database, vault), lambda items: None)
        try:
            return await writer.submit(offer, CALLER, [NewNote(text=word) for word in words], every, key)
        finally:
            writer.close()

    return asyncio.run(go())


def noted(database: Database) -> list[str]:
    with database.reading() as session:
        return texts(session)


def test_the_same_key_in_two_processes_runs_once(database: Database, other: Database, vault: Vault) -> None:
    key = Key("clerk POST /notes", "k1", "body")
    with troubles(database, other) as met:
        answers = at_once(
            database, "note", lambda: ask(database, vault, ["a"], key), lambda: ask(other, vault, ["b"], key)
        )
    assert sorted(answer.replayed for answer in answers) == [False, True]
    assert len({answer.body for answer in answers}) == 1
    assert noted(database) == [answers[0].body.decode()]
    assert set(met) == (set() if database.is_sqlite else {UNIQUE_VIOLATION})


def test_what_two_processes_want_at_once_one_of_them_gets(database: Database, other: Database, vault: Vault) -> None:
    with troubles(database, other) as met:
        answers = at_once(
            database, "note", lambda: ask(database, vault, ["a", "b"]), lambda: ask(other, vault, ["a", "c"])
        )
    assert sorted(answer.body for answer in answers) in ([b"a,b", b"taken,c"], [b"a,c", b"taken,b"])
    assert noted(database) == ["a", "b", "c"]
    assert set(met) == (set() if database.is_sqlite else {UNIQUE_VIOLATION})


def test_two_processes_that_wait_in_a_circle_both_get_on(database: Database, other: Database, vault: Vault) -> None:
    words = [f"n{n:03}" for n in range(200)]
    with troubles(database, other) as met:
        answers = at_once(database, "note", lambda: ask(database, vault, words), lambda: ask(other, vault, words[::-1]))
    offered = [answer.body.decode().split(",") for answer in answers]
    assert sorted(word for each in offered for word in each if word != "taken") == words
    assert noted(database) == words
    assert set(met) <= {DEADLOCK, UNIQUE_VIOLATION}
    assert bool(met) != database.is_sqlite
