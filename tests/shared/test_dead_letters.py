from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from shared.bus import Outgoing
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.consumer import Consumer
from shared.dead_letters import DeadLetters
from shared.events import Event, by_type, encode
from shared.problems import Said
from shared.service import Context, Service
from shared.vault import vault
from tests.conftest import NewDatabase
from tests.shared.toy import Note, NoteTaken, Table, of_an_operator, texts
from tests.signing import TRUSTED, signed

PUBLISHED = by_type([NoteTaken])


class Moody:
    """A handler that cannot bear one text until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    def __call__(self, session: Session, events: Sequence[Event]) -> None:
        for event in events:
            text = cast(NoteTaken, event).text
            if text.startswith("poison") and not self.mended:
                raise RuntimeError("nobody foresaw this")
            session.add(Note(text=text))
        session.flush()


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
def toy(chosen: Settings, new_database: NewDatabase, moody: Moody) -> Iterator[tuple[Context, TestClient]]:
    """A service that parked two poisonous events and one that is no event at all."""
    context = Context(chosen, vault("registry"), new_database(Table.metadata), open_bus(chosen))
    handlers: dict[type[Event], Any] = {NoteTaken: moody}
    bodies = [encode(NoteTaken(text=text)) for text in ("a", "poison 1", "poison 2")]
    context.bus.publish([Outgoing("toy.v1", "k", body) for body in [*signed(*bodies), b"\xff"]])
    taking = Consumer("toy", context.database, context.bus.subscribe("toy", ["toy.v1"]), handlers, PUBLISHED, TRUSTED)
    assert taking.run_once(0) == 4
    taking.close()
    routers = [DeadLetters("toy", handlers, PUBLISHED, TRUSTED).router()]
    app = Service("toy", Said("玩具", "Toy"), routers, Table.metadata, lambda session: ["a pack"]).app(context)
    with of_an_operator(app) as client:
        yield context, client
    context.close()


def waiting(client: TestClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/v1/dead-letters").json()["items"]
    return items


def noted(context: Context) -> list[str]:
    with context.database.reading() as session:
        return texts(session)


def test_they_are_listed_with_reason_and_fingerprint(toy: tuple[Context, TestClient]) -> None:
    letters = waiting(toy[1])
    reasons = sorted(letter["reason"] for letter in letters)
    assert reasons == ["RuntimeError", "RuntimeError", "not signed"]
    assert len({letter["fingerprint"] for letter in letters}) == 2


def test_one_can_be_looked_at_with_its_bytes(toy: tuple[Context, TestClient]) -> None:
    whole = [toy[1].get(f"/v1/dead-letters/{letter['id']}").json() for letter in waiting(toy[1])]
    assert sorted((each["encoding"], "poison" in each["body"]) for each in whole) == [
        ("hex", False),
        ("utf-8", True),
        ("utf-8", True),
    ]


def test_a_replay_before_the_mending_fails_again_and_changes_nothing(toy: tuple[Context, TestClient]) -> None:
    context, client = toy
    poisonous = next(letter for letter in waiting(client) if letter["reason"] == "RuntimeError")
    answer = client.post("/v1/dead-letters/replay", json={"id": poisonous["id"]}).json()
    assert answer == {"dry_run": False, "resolved": [], "failed": {poisonous["id"]: "RuntimeError"}}
    assert len(waiting(client)) == 3
    assert noted(context) == ["a"]


def test_a_dry_run_tells_and_changes_nothing(toy: tuple[Context, TestClient], moody: Moody) -> None:
    context, client = toy
    moody.mended = True
    fingerprint = next(letter["fingerprint"] for letter in waiting(client) if letter["reason"] == "RuntimeError")
    answer = client.post("/v1/dead-letters/replay", json={"fingerprint": fingerprint, "dry_run": True}).json()
    assert len(answer["resolved"]) == 2
    assert len(waiting(client)) == 3
    assert noted(context) == ["a"]


def test_all_of_a_fingerprint_are_replayed_once_it_is_mended(toy: tuple[Context, TestClient], moody: Moody) -> None:
    context, client = toy
    moody.mended = True
    fingerprint = next(letter["fingerprint"] for letter in waiting(client) if letter["reason"] == "RuntimeError")
    client.post("/v1/dead-letters/replay", json={"fingerprint": fingerprint})
    assert noted(context) == ["a", "poison 1", "poison 2"]
    assert len(waiting(client)) == 1
    assert client.post("/v1/dead-letters/replay", json={"fingerprint": fingerprint}).status_code == 404
    assert noted(context) == ["a", "poison 1", "poison 2"]


def test_what_an_older_version_did_not_know_the_next_takes_in(
    chosen: Settings, new_database: NewDatabase, moody: Moody
) -> None:
    database = new_database(Table.metadata)
    with closing(open_bus(chosen)) as bus:
        bus.publish([Outgoing("toy.v1", "k", *signed(encode(NoteTaken(text=text)))) for text in ("new", "poison")])
        older = Consumer("toy", database, bus.subscribe("toy", ["toy.v1"]), {}, {}, TRUSTED)
        assert older.run_once(0) == 2
    handlers: dict[type[Event], Any] = {NoteTaken: moody}
    assert DeadLetters("toy", handlers, {}, TRUSTED).replay_known(database) == 0
    known = DeadLetters("toy", handlers, PUBLISHED, TRUSTED)
    assert [known.replay_known(database) for _ in range(2)] == [1, 0]
    with database.reading() as session:
        assert texts(session) == ["new"]


def test_those_that_are_given_up_say_why_and_are_never_taken_in(toy: tuple[Context, TestClient], moody: Moody) -> None:
    context, client = toy
    moody.mended = True
    one = next(letter for letter in waiting(client) if letter["reason"] == "RuntimeError")
    path, reason = "/v1/dead-letters/drop", "已在登记系统重新录入"
    assert client.post(path, json={"id": one["id"]}).status_code == 422
    assert client.post(path, json={"id": one["id"], "reason": reason}).json() == {"dropped": [one["id"]]}
    again = client.post(path, json={"id": one["id"], "reason": reason})
    assert (again.status_code, len(waiting(client))) == (404, 2)
    client.post("/v1/dead-letters/replay", json={"fingerprint": one["fingerprint"]})
    kept = next(
        each for each in client.get("/v1/dead-letters?resolved=true").json()["items"] if each["id"] == one["id"]
    )
    assert (kept["drop_reason"], bool(kept["dropped_by"]), bool(kept["resolved_at"])) == (reason, True, True)
    assert len(noted(context)) == 2


@pytest.mark.parametrize("body", [{}, {"id": "x"}, {"fingerprint": "x"}, {"id": None, "fingerprint": None}])
def test_a_replay_says_which(toy: tuple[Context, TestClient], body: dict[str, Any]) -> None:
    assert toy[1].post("/v1/dead-letters/replay", json=body).status_code == 422
