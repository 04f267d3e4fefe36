from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from shared import relay
from shared.bus import Outgoing
from shared.bus.embedded import EmbeddedBus
from shared.consumer import Consumer, Handler
from shared.db import Database
from shared.db_errors import is_transient
from shared.events import Event, by_type, encode
from shared.outbox import announce
from shared.relay import Relay, waiting
from shared.service_tables import SERVICE_TABLES, dead_letter, inbox, relay_lease
from tests.conftest import NewDatabase
from tests.databases import PostgresDatabases
from tests.shared.toy import Note, NoteTaken, Table, texts
from tests.signing import SIGNERS, TRUSTED, signed

PUBLISHED = by_type([NoteTaken])
SIGNER = SIGNERS["/toy"]


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    return new_database(Table.metadata)


@pytest.fixture
def bus(tmp_path: Path) -> EmbeddedBus:
    return EmbeddedBus(str(tmp_path / "bus.db"))


def note(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        if cast(NoteTaken, event).text == "poison":
            raise RuntimeError("nobody foresaw this")
        session.add(Note(text=cast(NoteTaken, event).text))
    session.flush()


def consumer(database: Database, bus: EmbeddedBus, handler: Handler = note, *then: Callable[[], None]) -> Consumer:
    return Consumer("toy", database, bus.subscribe("toy", ["toy.v1"]), {NoteTaken: handler}, PUBLISHED, TRUSTED, *then)


def publish(bus: EmbeddedBus, *events: NoteTaken | bytes) -> None:
    """Signed, where there is an envelope that could be."""
    bodies = [e if isinstance(e, bytes) else encode(e) for e in events]
    bus.publish([Outgoing("toy.v1", "k", *(signed(body) if body.endswith(b"}") else [body])) for body in bodies])


def published(bus: EmbeddedBus) -> list[bytes]:
    return [record.body for record in bus.subscribe("look", ["toy.v1"]).poll(0)]


def noted(database: Database) -> list[str]:
    with database.reading() as session:
        return texts(session)


def buried(database: Database) -> list[tuple[bytes, str]]:
    with database.reading() as session:
        return [(row.body, row.reason) for row in session.execute(select(dead_letter))]


def test_what_is_announced_is_published_with_the_same_bytes_signed(database: Database, bus: EmbeddedBus) -> None:
    events = [NoteTaken(text=text) for text in "abc"]
    with database.writing() as session:
        announce(session, *events)
    assert waiting(database) == [event.id for event in events]
    assert Relay(database, bus, SIGNER).run_once() == 3
    assert published(bus) == signed(*map(encode, events))
    assert waiting(database) == []


def test_what_was_rolled_back_is_never_published(database: Database, bus: EmbeddedBus) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        announce(session, NoteTaken(text="a"))
        raise RuntimeError
    assert Relay(database, bus, SIGNER).run_once() == 0


def test_what_is_committed_late_is_published_too(postgres_databases: PostgresDatabases, bus: EmbeddedBus) -> None:
    """The lower id is committed after the higher one was published; SQLite's one writer cannot bring that about."""
    late = Database(postgres_databases.like("outbox", lambda made: SERVICE_TABLES.create_all(made.engine)))
    first, second = NoteTaken(text="first"), NoteTaken(text="second")
    relay = Relay(late, bus, SIGNER)
    with late.writing() as slow:
        announce(slow, first)
        with late.writing() as quick:
            announce(quick, second)
        assert relay.run_once() == 1
    assert relay.run_once() == 1
    assert published(bus) == [*signed(encode(second)), *signed(encode(first))]
    late.close()


def test_one_relay_at_a_time(database: Database, bus: EmbeddedBus) -> None:
    first, second = Relay(database, bus, SIGNER), Relay(database, bus, SIGNER)
    for text in "ab":
        with database.writing() as session:
            announce(session, NoteTaken(text=text))
        if text == "b":
            assert second.run_once() == 0
        assert first.run_once() == 1


def test_a_relay_that_takes_over_carries_nothing_that_was_carried_meanwhile(
    database: Database, bus: EmbeddedBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Relay(database, bus, SIGNER), Relay(database, bus, SIGNER)
    hold = second._hold_lease

    def hold_after_the_other() -> int | None:
        assert first.run_once() == 1
        first.release()
        return hold()

    monkeypatch.setattr(second, "_hold_lease", hold_after_the_other)
    with database.writing() as session:
        announce(session, NoteTaken(text="a"))
    assert second.run_once() == 0
    assert len(published(bus)) == 1


def test_a_relay_with_nothing_to_carry_writes_nothing(database: Database, bus: EmbeddedBus) -> None:
    assert Relay(database, bus, SIGNER).run_once() == 0
    with database.reading() as session:
        assert session.execute(select(relay_lease)).all() == []


def test_a_lease_from_under_a_wrong_clock_holds_nobody_up(database: Database, bus: EmbeddedBus) -> None:
    """A relay died that lived an hour ahead; its lease would end an hour from now."""
    died, sound = Relay(database, bus, SIGNER), Relay(database, bus, SIGNER)
    died._hold_lease()
    with database.writing() as session:
        session.execute(update(relay_lease).values(expires_ms=relay_lease.c.expires_ms + 3_600_000))
        announce(session, NoteTaken(text="a"))
    assert sound.run_once() == 1


def test_a_relay_that_was_overtaken_while_publishing_marks_nothing(database: Database, bus: EmbeddedBus) -> None:
    overtaking = Relay(database, bus, SIGNER)

    class SlowBus(EmbeddedBus):
        def publish(self, outgoing: Sequence[Outgoing]) -> None:
            super().publish(outgoing)
            with database.writing() as session:
                session.execute(update(relay_lease).values(expires_ms=0))
            overtaking._hold_lease()

    with database.writing() as session:
        announce(session, NoteTaken(text="a"))
    overtaken = Relay(database, SlowBus(bus.path), SIGNER)
    overtaken.run_once()
    assert len(waiting(database)) == 1
    assert overtaken.run_once() == 0
    assert len(published(bus)) == 1


@pytest.mark.parametrize(("renewed_after", "renewed"), [(7200.0, False), (0.0, True)])
def test_a_lease_is_renewed_now_and_then(
    database: Database, bus: EmbeddedBus, monkeypatch: pytest.MonkeyPatch, renewed_after: float, renewed: bool
) -> None:
    """Not for each window: that would be a disk flush before any of it travels."""
    monkeypatch.setattr(relay, "RENEWED_AFTER", renewed_after)
    carrying = Relay(database, bus, SIGNER)
    for text in "ab":
        with database.writing() as session:
            announce(session, NoteTaken(text=text))
            session.execute(update(relay_lease).values(expires_ms=relay_lease.c.expires_ms - 1_000))
            before = session.execute(select(relay_lease.c.expires_ms)).scalar()
        assert carrying.run_once() == 1
    with database.reading() as session:
        assert (session.execute(select(relay_lease.c.expires_ms)).scalar() != before) is renewed


def test_an_event_that_comes_three_times_has_one_effect(database: Database, bus: EmbeddedBus) -> None:
    event = NoteTaken(text="a")
    publish(bus, event, event)
    taking = consumer(database, bus)
    taking.run_once(0)
    publish(bus, event)
    taking.run_once(0)
    assert noted(database) == ["a"]


def note_and_announce(session: Session, events: Sequence[Event]) -> None:
    note(session, events)
    announce(session, *(NoteTaken(text="again") for event in events if cast(NoteTaken, event).text == "aloud"))


def test_others_are_woken_after_the_commit_and_before_the_bus_is_told(database: Database, bus: EmbeddedBus) -> None:
    """By what was announced, and by nothing else."""
    seen: list[tuple[list[str], int]] = []

    def look() -> None:
        seen.append((noted(database), len(bus.subscribe("toy", ["toy.v1"]).poll(0))))

    for text in ("quietly", "aloud", "and quietly"):
        publish(bus, NoteTaken(text=text))
        consumer(database, bus, note_and_announce, look).run_once(0)
    assert seen == [(["aloud", "quietly"], 1)]
    assert bus.subscribe("toy", ["toy.v1"]).poll(0) == []


def test_a_consumer_that_died_after_its_commit_repeats_nothing(database: Database, bus: EmbeddedBus) -> None:
    publish(bus, NoteTaken(text="a"))
    died = consumer(database, bus)
    died._consume(died._subscription.poll(0))  # its position was never committed
    assert consumer(database, bus).run_once(0) == 1
    assert noted(database) == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{}",
        b'{"specversion":"0.3","id":"0190b7d2-0000-7000-8000-000000000000","source":"/toy"}',
        encode(NoteTaken(text="a")).replace(b"taken.v1", b"taken.v2"),
        encode(NoteTaken(text="a")).replace(b"/toy", b"/boy"),
        encode(NoteTaken(text="a")).replace(b'"text":"a"', b'"text":1'),
        b"x" * 70_000,
    ],
)
def test_what_cannot_be_understood_is_a_dead_letter_and_stops_nobody(
    database: Database, bus: EmbeddedBus, body: bytes
) -> None:
    publish(bus, NoteTaken(text="before"), body, NoteTaken(text="behind"))
    consumer(database, bus).run_once(0)
    assert noted(database) == ["before", "behind"]
    assert [raw.partition(b',"signature"')[0] for raw, _ in buried(database)] == [body.removesuffix(b"}")]


def test_a_poisonous_event_is_a_dead_letter_without_its_content(database: Database, bus: EmbeddedBus) -> None:
    poison = NoteTaken(text="poison")
    publish(bus, NoteTaken(text="a"), poison, NoteTaken(text="b"))
    consumer(database, bus).run_once(0)
    assert noted(database) == ["a", "b"]
    assert buried(database) == [(*signed(encode(poison)), "RuntimeError")]


def test_a_database_that_does_not_answer_stops_the_reading_and_loses_nothing(
    database: Database, bus: EmbeddedBus
) -> None:
    away = [True]

    def sometimes(session: Session, events: Sequence[Event]) -> None:
        if away.pop() if away else False:
            raise OperationalError("", {}, Exception())
        note(session, events)

    publish(bus, NoteTaken(text="a"))
    taking = consumer(database, bus, sometimes)
    with pytest.raises(OperationalError):
        taking.run_once(0)
    assert taking.run_once(0) == 1
    assert noted(database) == ["a"]
    assert buried(database) == []


def test_what_failed_comes_again_to_the_process_that_follows(database: Database, bus: EmbeddedBus) -> None:
    def away(session: Session, events: Sequence[Event]) -> None:
        raise OperationalError("", {}, Exception())

    publish(bus, NoteTaken(text="a"))
    died = consumer(database, bus, away)
    with pytest.raises(OperationalError):
        died.run_once(0)
    died.close()
    assert consumer(database, bus).run_once(0) == 1
    assert noted(database) == ["a"]


def test_a_schema_that_is_behind_stops_the_reading_and_buries_nothing(database: Database, bus: EmbeddedBus) -> None:
    publish(bus, NoteTaken(text="a"))
    taking = consumer(database, bus)
    Table.metadata.drop_all(database.engine)
    with pytest.raises(DBAPIError) as stopped:
        taking.run_once(0)
    assert is_transient(stopped.value)
    Table.metadata.create_all(database.engine)
    assert taking.run_once(0) == 1
    assert noted(database) == ["a"]
    assert buried(database) == []


def test_events_of_others_are_passed_over(database: Database, bus: EmbeddedBus) -> None:
    publish(bus, NoteTaken(text="a"))
    deaf = Consumer("deaf", database, bus.subscribe("deaf", ["toy.v1"]), {}, PUBLISHED, TRUSTED)
    assert deaf.run_once(0) == 1
    with database.reading() as session:
        assert session.execute(select(inbox)).all() == []
