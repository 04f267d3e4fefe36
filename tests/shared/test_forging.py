"""Whoever reaches the bus, as another service or as nobody, makes nobody count what the registry did not say.

Apache Kafka lets everybody write here: what its ACLs refuse is in `tests/shared/test_kafka_rights.py`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select
from sqlmodel import Session

from shared.bus import Outgoing, Subscription
from shared.bus.embedded import EmbeddedBus
from shared.consumer import Consumer, Handler
from shared.contracts.published import PUBLISHED
from shared.contracts.registration import RegistrationEvent, RegistrationRecognised
from shared.db import Database
from shared.dead_letters import DeadLetters, Replay, ReplayRead
from shared.events import Event, encode
from shared.ids import new_id
from shared.operations import Call
from shared.service_tables import dead_letter, inbox, signed_since
from tests.city import eventually
from tests.quota.given import BUREAU, event
from tests.shared.lines import Line, kafka_line, own
from tests.signing import TRUSTED, outgoing, signed

TOPIC = RegistrationEvent.topic


@pytest.fixture
def topic() -> str:
    """A topic of this test alone."""
    return own(TOPIC)


@pytest.fixture(params=["embedded", "kafka"])
def line(request: pytest.FixtureRequest, tmp_path: Path, topic: str) -> Iterator[Line]:
    """The bus, open to whoever reaches it."""
    if request.param == "embedded":
        opened = Line(lambda: EmbeddedBus(str(tmp_path / "bus.db")))
    else:
        opened = kafka_line(request.getfixturevalue("kafka_url"), topic)
    yield opened
    opened.close()


class Counted:
    """A consumer that counts recognised registrations."""

    def __init__(self, database: Database, subscription: Subscription) -> None:
        self.ids: list[object] = []
        self.database = database
        self.handlers: dict[type[Event], Handler] = {RegistrationRecognised: self._count}
        self._consumer = Consumer("quota", database, subscription, self.handlers, PUBLISHED, TRUSTED)

    def _count(self, session: Session, events: Sequence[Event]) -> None:
        self.ids += [cast(RegistrationEvent, each).registration_id for each in events]

    def all_read(self, records: int) -> None:
        """Read so many."""
        read = 0

        def run() -> int:
            nonlocal read
            read += self._consumer.run_once(0.2)
            return read

        assert eventually(run, lambda found: found >= records) == records

    @property
    def parked(self) -> list[str]:
        """Why events were parked, in the order in which they were."""
        with self.database.reading() as session:
            return sorted(session.execute(select(dead_letter.c.reason)).scalars())


def test_a_registration_event_of_another_service_is_parked_and_never_counted(
    line: Line, topic: str, database: Database
) -> None:
    sound, forged = event(name="sound"), event(name="forged")
    counted = Counted(database, line.subscribe(own("quota"), topic))
    by_quota, by_nobody = *signed(encode(forged), by="/quota"), encode(forged)
    (by_registry,) = signed(encode(sound), by="/registry")
    line.open().publish([Outgoing(topic, forged.key, body) for body in (by_quota, by_nobody, by_registry)])
    counted.all_read(3)
    assert counted.ids == [sound.registration_id]
    assert counted.parked == ["not signed", f"{forged.type}: signed by /quota, which may not say so"]


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[EmbeddedBus]:
    opened = EmbeddedBus(str(tmp_path / "own.db"))
    yield opened
    opened.close()


def test_trying_a_forged_event_again_counts_nothing(bus: EmbeddedBus, database: Database) -> None:
    counted = Counted(database, bus.subscribe("quota", [TOPIC]))
    bus.publish([Outgoing(TOPIC, "k", encode(event()))])
    counted.all_read(1)
    letters = DeadLetters("quota", counted.handlers, PUBLISHED, TRUSTED)
    with database.writing() as session:
        (parked,) = session.execute(select(dead_letter.c.id)).scalars()
        (replayed,) = letters.replay.handler(session, [Call(Replay(id=parked), BUREAU)])
    assert isinstance(replayed, ReplayRead)
    assert (replayed.resolved, replayed.failed) == ([], {parked: "Unreadable"})
    assert counted.ids == []


def took_in_before(database: Database) -> None:
    """A version that did not sign has been at work here."""
    row = {"consumer": "quota", "source": "/registry", "event_id": new_id(), "taken_at": event().time}
    with database.writing() as session:
        session.execute(inbox.insert(), [row])


def test_unsigned_events_of_a_version_before_count_until_its_service_signs(
    bus: EmbeddedBus, database: Database
) -> None:
    """Who reads may be upgraded before who speaks; another's signature is none that ends this."""
    took_in_before(database)
    older, newer = event(name="older"), event(name="newer")
    bus.publish([Outgoing(TOPIC, "k", encode(older))])
    first = Counted(database, bus.subscribe("quota", [TOPIC]))
    first.all_read(1)
    (forged,) = signed(encode(event(name="forged")), by="/quota")
    bus.publish([Outgoing(TOPIC, "k", body) for body in (forged, encode(newer))])
    first.all_read(2)
    assert first.ids == [older.registration_id, newer.registration_id]
    bus.publish([*outgoing(event(name="signed")), Outgoing(TOPIC, "k", encode(event(name="late")))])
    first.all_read(2)
    again = Counted(database, bus.subscribe("quota", [TOPIC]))  # the next start moves nothing
    bus.publish([Outgoing(TOPIC, "k", encode(event(name="latest")))])
    again.all_read(1)
    assert (len(first.ids), again.ids) == (3, [])
    assert again.parked == ["not signed", "not signed", f"{newer.type}: signed by /quota, which may not say so"]


def test_where_nothing_was_taken_in_before_everything_must_be_signed(bus: EmbeddedBus, database: Database) -> None:
    bus.publish([Outgoing(TOPIC, "k", encode(event()))])
    counted = Counted(database, bus.subscribe("quota", [TOPIC]))
    counted.all_read(1)
    assert (counted.ids, counted.parked) == ([], ["not signed"])


def test_on_another_bus_everything_must_be_signed(bus: EmbeddedBus, database: Database) -> None:
    """Whose positions begin anew: what is unsigned there does not slip in below the position of the one before."""
    took_in_before(database)
    with database.writing() as session:
        session.execute(signed_since.insert(), [{"topic": TOPIC, "partition": 0, "position": 5_000}])
    counted = Counted(database, bus.subscribe("quota", [TOPIC]))
    counted.all_read(0)
    bus.publish([Outgoing(TOPIC, "k", encode(event()))])
    counted.all_read(1)
    assert (counted.ids, counted.parked) == ([], ["not signed"])
