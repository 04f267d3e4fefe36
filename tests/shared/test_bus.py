from collections.abc import Callable
from pathlib import Path

import pytest

from shared.bus import Bus, Outgoing
from shared.bus.embedded import EmbeddedBus

OpenBus = Callable[[], Bus]


@pytest.fixture(params=["embedded"])
def open_bus(request: pytest.FixtureRequest, tmp_path: Path) -> OpenBus:
    """Opens the same bus again and again, as processes would."""
    return lambda: EmbeddedBus(str(tmp_path / "bus.db"))


def outgoing(*bodies: str, topic: str = "t") -> list[Outgoing]:
    return [Outgoing(topic, "k", body.encode()) for body in bodies]


def bodies(bus: Bus, group: str, *, commit: bool = True, topic: str = "t") -> list[str]:
    subscription = bus.subscribe(group, [topic])
    records = subscription.poll(0.1)
    if commit and records:
        subscription.commit(records)
    subscription.close()
    return [record.body.decode() for record in records]


def test_what_is_published_is_read_in_order(open_bus: OpenBus) -> None:
    open_bus().publish(outgoing("1", "2"))
    open_bus().publish(outgoing("3"))
    assert bodies(open_bus(), "g") == ["1", "2", "3"]


def test_what_was_not_committed_comes_again(open_bus: OpenBus) -> None:
    open_bus().publish(outgoing("1"))
    assert bodies(open_bus(), "g", commit=False) == ["1"]
    assert bodies(open_bus(), "g") == ["1"]


def test_what_was_committed_does_not(open_bus: OpenBus) -> None:
    open_bus().publish(outgoing("1"))
    bodies(open_bus(), "g")
    assert bodies(open_bus(), "g") == []


def test_every_group_reads_everything(open_bus: OpenBus) -> None:
    open_bus().publish(outgoing("1"))
    assert bodies(open_bus(), "g") == bodies(open_bus(), "h") == ["1"]


def test_topics_are_apart(open_bus: OpenBus) -> None:
    open_bus().publish([*outgoing("1"), *outgoing("x", topic="u")])
    assert bodies(open_bus(), "g", topic="u") == ["x"]


def test_rewound_records_come_again_in_the_same_subscription(open_bus: OpenBus) -> None:
    open_bus().publish(outgoing("1", "2"))
    subscription = open_bus().subscribe("g", ["t"])
    first = subscription.poll(0.1)
    subscription.rewind(first)
    assert subscription.poll(0.1) == first


def test_more_than_one_poll_brings_everything_once(open_bus: OpenBus) -> None:
    wanted = [str(n) for n in range(1234)]
    open_bus().publish(outgoing(*wanted))
    subscription = open_bus().subscribe("g", ["t"])
    read: list[str] = []
    while records := subscription.poll(0.1):
        read += [record.body.decode() for record in records]
        subscription.commit(records)
    assert read == wanted
