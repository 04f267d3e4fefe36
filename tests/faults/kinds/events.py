"""Events that come again, late, in another order, or are none; and months that pass."""

from contextlib import closing
from datetime import timedelta
from functools import partial
from json import dumps, loads
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, func, select, update
from sqlmodel import Session

from shared import clock
from shared.bus import Outgoing, Record
from shared.bus.opening import open_bus
from shared.db import Database
from shared.event_keys import event_signer
from shared.ids import new_id
from shared.relay import KEPT_INBOX
from shared.service_tables import idempotency_key, inbox, outbox
from tests.faults.kinds.processes import restart
from tests.faults.scene import Scene
from tests.faults.town import SERVICES, Town, eventually

TOPICS = ["talent.registry.v1", "talent.quota.v1"]
NOISE = "rig"  # the key of what is no event
SOME = 5
SURELY_READ = timedelta(seconds=20)  # by then the position on the bus is behind it


def echo(scene: Scene) -> None:
    """Events of the past come again, in any order: somebody set a position back, or a relay died before its mark."""
    records = read(scene.town, scene.lots.choice(TOPICS), SOME)
    publish(scene.town, [again(each) for each in scene.lots.sample(records, len(records))])


def reorder(scene: Scene) -> None:
    """Events reach the readers newest first: the relays died, and before another may go on, somebody publishes."""
    for name in scene.town.running("registry", "relay"):
        restart(scene.town, name)
    with closing(scene.town.database("registry")) as database:
        ahead = eventually(lambda: unpublished(database), lambda rows: len(rows) >= SOME)
    assert len(ahead) >= SOME
    publish(scene.town, signed(scene.town, ahead[::-1]))


def late(scene: Scene) -> None:
    """What was said first of all comes after everything else, under ids that no inbox knows."""
    bodies = [without_signature(each.body) | {"id": str(new_id())} for each in read(scene.town, TOPICS[0], SOME)]
    unsigned = [Outgoing(TOPICS[0], each["partitionkey"], dumps(each).encode()) for each in bodies]
    publish(scene.town, signed(scene.town, unsigned))
    came = select(func.count()).where(inbox.c.event_id.in_([UUID(each["id"]) for each in bodies]))
    with closing(scene.town.database("quota")) as database:
        assert eventually(lambda: ask(database, came), lambda found: found == len(bodies)) == len(bodies)


def noise(scene: Scene) -> None:
    """Things that are no events: malformed, unknown, oversized."""
    bodies = [
        scene.lots.randbytes(40),
        b'{"specversion":"1.0"}',
        b'{"specversion":"1.0","id":"0190b7d2-0000-7000-8000-000000000000","source":"/registry",'
        b'"type":"registry.registration.recognised.v9","time":"2019-07-01T00:00:00Z","data":{}}',
        b" " * 70_000,
        b"\xff" * 890_000,
    ]
    publish(scene.town, [Outgoing(TOPICS[0], NOISE, body) for body in bodies])
    scene.ledger.garbage += len(bodies)


def months_pass(scene: Scene) -> None:
    """What happened so far is months ago, and the hourly job of each service removes it when it next runs."""
    for service in SERVICES:
        with closing(scene.town.database(service)) as database:
            with database.writing() as session:
                there = grow_old(session, scene.ledger.settled)
            restart(scene.town, scene.town.running(service, "relay")[0])
            left = eventually(partial(old, database), lambda rows: rows == 0)
            assert there > left == 0, f"{service}: {there} old rows, of which {left} were never removed"


def grow_old(session: Session, keys: list[str]) -> int:
    """Date back what is done with; how many rows."""
    then = clock.now() - KEPT_INBOX - timedelta(days=1)
    done: list[Update] = [
        update(outbox).where(outbox.c.published_at.is_not(None)).values(published_at=then),
        update(inbox).where(inbox.c.taken_at < clock.now() - SURELY_READ).values(taken_at=then),
        *(
            update(idempotency_key).where(idempotency_key.c.key.in_(keys[start : start + 500])).values(created_at=then)
            for start in range(0, len(keys), 500)
        ),
    ]
    return sum(session.execute(each).rowcount for each in done)  # type: ignore[attr-defined]


def old(database: Database) -> int:
    """How many rows are left of months ago."""
    limit = clock.now() - KEPT_INBOX
    columns = (outbox.c.published_at, inbox.c.taken_at, idempotency_key.c.created_at)
    return sum(ask(database, select(func.count()).where(each < limit)) for each in columns)


def unpublished(database: Database) -> list[Outgoing]:
    """What waits for a relay, in its order."""
    waiting = select(outbox.c.topic, outbox.c.key, outbox.c.body).where(outbox.c.published_at.is_(None))
    with database.reading() as session:
        return [Outgoing(*row) for row in session.execute(waiting.order_by(outbox.c.id))]


def ask(database: Database, count: Select[Any]) -> int:
    """A number."""
    with database.reading() as session:
        return int(session.execute(count).scalar_one())


def read(town: Town, topic: str, count: int) -> list[Record]:
    """The oldest events on the bus: at least so many."""
    found: list[Record] = []
    with closing(open_bus(town.settings())) as bus, closing(bus.subscribe(f"rig-{new_id()}", [topic])) as reading:

        def poll() -> int:
            found.extend(each for each in reading.poll(0.5) if each.key != NOISE)
            return len(found)

        assert eventually(poll, lambda there: there >= count) >= count
    return found


def publish(town: Town, outgoing: list[Outgoing]) -> None:
    """Put this on the bus."""
    with closing(open_bus(town.settings())) as bus:
        bus.publish(outgoing)


def signed(town: Town, outgoing: list[Outgoing]) -> list[Outgoing]:
    """As the registry's relay would carry them."""
    bodies = event_signer(town.settings(), "registry").sign([each.body for each in outgoing])
    return [each._replace(body=body) for each, body in zip(outgoing, bodies, strict=True)]


def without_signature(body: bytes) -> dict[str, Any]:
    """What an envelope says."""
    return {name: value for name, value in loads(body).items() if name != "signature"}


def again(record: Record) -> Outgoing:
    """The same, once more."""
    return Outgoing(record.topic, record.key or "", record.body)
