"""The flow: what waits for the bus and what is parked, for operators and for an alarm."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from shared import clock
from shared.bus import Outgoing
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.consumer import Consumer
from shared.events import by_type
from shared.metrics import Gauge
from shared.outbox import announce
from shared.problems import Said
from shared.relay import Relay
from shared.service import Context, Service
from shared.service_tables import dead_letter, outbox
from shared.vault import vault
from tests.conftest import NewDatabase
from tests.shared.toy import NoteTaken, Table, of_an_operator
from tests.signing import SIGNERS, TRUSTED

NOTHING = {"unpublished": 0, "oldest_unpublished_at": None, "parked": 0}


@pytest.fixture
def toy(chosen: Settings, new_database: NewDatabase) -> Iterator[tuple[Context, TestClient]]:
    """A service that has told nothing yet."""
    context = Context(chosen, vault("registry"), new_database(Table.metadata), open_bus(chosen))
    gauges = [Gauge("notes", "Notes taken", lambda session: 7)]
    service = Service("toy", Said("玩具", "Toy"), [], Table.metadata, lambda session: ["a pack"], gauges=gauges)
    app = service.app(context)
    with of_an_operator(app) as client:
        yield context, client
    context.close()


def flow(client: TestClient) -> dict[str, Any]:
    return {name: value for name, value in client.get("/v1/flow").json().items() if name != "as_of"}


def gauges(client: TestClient) -> dict[str, float]:
    lines = [line.split('{service="toy"} ') for line in client.get("/metrics").text.splitlines()]
    return {name: float(value) for name, value in (line for line in lines if len(line) == 2)}


def test_what_waits_for_the_bus_is_told_until_it_is_there(toy: tuple[Context, TestClient]) -> None:
    context, client = toy
    assert flow(client) == NOTHING
    assert (
        gauges(client).items()
        >= {"outbox_unpublished": 0, "outbox_oldest_seconds": 0, "dead_letters": 0, "notes": 7}.items()
    )
    with context.database.writing() as session:
        announce(session, NoteTaken(text="a"), NoteTaken(text="b"))
        session.execute(update(outbox).where(outbox.c.id == 1).values(created_at=clock.now() - timedelta(minutes=5)))
    waiting = flow(client)
    assert (waiting["unpublished"], waiting["parked"]) == (2, 0)
    assert waiting["oldest_unpublished_at"].endswith("Z")
    measured = gauges(client)
    assert measured["outbox_unpublished"] == 2
    assert 300 <= measured["outbox_oldest_seconds"] < 360
    assert Relay(context.database, context.bus, SIGNERS["/toy"]).run_once() == 2
    assert flow(client) == NOTHING


def test_what_is_parked_is_told_until_it_is_resolved(toy: tuple[Context, TestClient]) -> None:
    context, client = toy
    context.bus.publish([Outgoing("toy.v1", "k", b"no event")])
    taking = Consumer(
        "toy", context.database, context.bus.subscribe("toy", ["toy.v1"]), {}, by_type([NoteTaken]), TRUSTED
    )
    assert taking.run_once(0) == 1
    taking.close()
    assert flow(client) == NOTHING | {"parked": 1}
    assert gauges(client)["dead_letters"] == 1
    with context.database.writing() as session:
        session.execute(update(dead_letter).values(resolved_at=clock.now()))
    assert flow(client) == NOTHING


def test_metrics_answer_without_a_database(toy: tuple[Context, TestClient]) -> None:
    """What was measured in the process is still told."""
    context, client = toy
    dead_letter.drop(context.database.engine)
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "http_requests_total" in answer.text
    assert "dead_letters" not in answer.text


def test_w08_invented_methods_and_addresses_are_counted_together(toy: tuple[Context, TestClient]) -> None:
    _, client = toy
    for n in range(20):
        client.request(f"WHATEVER{n}", f"/nowhere/{n}")
    lines = [line for line in client.get("/metrics").text.splitlines() if line.startswith("http_requests_total")]
    assert [line for line in lines if 'method="other"' in line] == [
        'http_requests_total{method="other",route="unknown",service="toy",status="404"} 20.0'
    ]
    assert "WHATEVER" not in "".join(lines)


def test_w09_nobody_is_sent_to_another_host(toy: tuple[Context, TestClient]) -> None:
    _, client = toy
    for path in ("/livez/", "/flow/", "//livez"):
        answer = client.get(path, headers={"Host": "evil.example"}, follow_redirects=False)
        assert (answer.status_code, "evil" in str(answer.headers)) == (404, False), path
