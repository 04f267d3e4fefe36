"""What every bus promises, whichever adapter carries it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.bus import LARGEST_BODY, Broken, EventTooLarge, Outgoing, Record
from shared.bus.embedded import EmbeddedBus
from shared.bus.opening import open_bus
from shared.bus.reaching import BadBusUrl
from shared.config import Settings
from tests.faults.unwritable import HOW, unwritable
from tests.needs import need
from tests.shared.lines import Line, kafka_line, own, receive, texts


@pytest.fixture
def t() -> str:
    """A topic."""
    return own("t")


@pytest.fixture
def group() -> str:
    """Readers of one test: one that was slow to leave would have those of the next wait."""
    return own("g")


@pytest.fixture
def u() -> str:
    """Another topic."""
    return own("u")


@pytest.fixture(params=["embedded", "kafka"])
def line(request: pytest.FixtureRequest, tmp_path: Path, t: str, u: str) -> Iterator[Line]:
    """The same bus, opened as often as a test likes."""
    if request.param == "embedded":
        opened = Line(lambda: EmbeddedBus(str(tmp_path / "bus.db")))
    else:
        opened = kafka_line(request.getfixturevalue("kafka_url"), t, u)
    yield opened
    opened.close()


def test_a_file_that_came_up_read_only_ends_the_process(tmp_path: Path) -> None:
    """The next process opens it anew; this one never could write to it."""
    path = tmp_path / "bus.db"
    EmbeddedBus(str(path)).close()
    with unwritable([path]) as so:
        need("a file that cannot be written", so, HOW)
        with closing(EmbeddedBus(str(path))) as bus, pytest.raises(Broken, match="could not be written"):
            bus.publish([Outgoing("t", "k", b"1")])


def test_it_answers(line: Line) -> None:
    line.open().answers()


def test_the_lag_of_a_group_is_what_it_has_not_committed(line: Line, t: str, u: str, group: str) -> None:
    fresh = own("g")
    line.publish("1", "2", "3", topic=t)
    line.publish("4", topic=u)
    reader = line.subscribe(group, t)
    reader.commit(receive(reader, 3)[:2])
    bus = line.open()
    assert (bus.lag(group, [t]), bus.lag(group, [t, u]), bus.lag(fresh, [t, u])) == (1, 2, 4)


def test_what_is_published_is_read_in_order(line: Line, t: str, group: str) -> None:
    line.publish("1", "2", topic=t)
    line.publish("3", topic=t)
    assert texts(receive(line.subscribe(group, t), 3)) == ["1", "2", "3"]


def test_what_was_not_committed_comes_again(line: Line, t: str, group: str) -> None:
    line.publish("1", topic=t)
    first = line.subscribe(group, t)
    assert texts(receive(first, 1)) == ["1"]
    line.leave(first)
    assert texts(receive(line.subscribe(group, t), 1)) == ["1"]


def test_what_was_committed_does_not(line: Line, t: str, group: str) -> None:
    line.publish("1", topic=t)
    first = line.subscribe(group, t)
    receive(first, 1, commit=True)
    line.leave(first)
    line.publish("2", topic=t)
    assert texts(receive(line.subscribe(group, t), 1)) == ["2"]


def test_every_group_reads_everything(line: Line, t: str, group: str) -> None:
    line.publish("1", topic=t)
    assert texts(receive(line.subscribe(group, t), 1, commit=True)) == ["1"]
    assert texts(receive(line.subscribe("h", t), 1, commit=True)) == ["1"]


def test_topics_are_apart(line: Line, t: str, u: str, group: str) -> None:
    line.publish("1", topic=t)
    line.publish("x", topic=u)
    line.publish("2", topic=t)
    line.publish("y", topic=u)
    assert texts(receive(line.subscribe(group, u), 2)) == ["x", "y"]


def test_rewound_records_come_again_in_the_same_subscription(line: Line, t: str, group: str) -> None:
    line.publish("1", "2", topic=t)
    subscription = line.subscribe(group, t)
    first = receive(subscription, 2)
    subscription.rewind(first)
    assert receive(subscription, 2) == first


def test_more_than_one_poll_brings_everything_once(line: Line, t: str, group: str) -> None:
    wanted = [str(n) for n in range(1234)]
    line.publish(*wanted, topic=t)
    line.publish("last", topic=t)
    assert texts(receive(line.subscribe(group, t), 1235, commit=True)) == [*wanted, "last"]


def test_an_oversized_record_is_refused_with_all_of_its_window(line: Line, t: str, group: str) -> None:
    with pytest.raises(EventTooLarge, match=f"{t} has 900001 bytes, more than {LARGEST_BODY}"):
        line.publish("1", "x" * (LARGEST_BODY + 1), topic=t)
    line.publish("x" * LARGEST_BODY, topic=t)
    (only,) = receive(line.subscribe(group, t), 1)
    assert len(only.body) == LARGEST_BODY


@pytest.mark.parametrize(
    "url", ["", "kafka", "kafka:", "kafka://", "kafka:a:1", "kafka://a", "kafka://a:1,", "amqp://a:1", "kafka://a:b"]
)
def test_a_wrong_url_is_named(url: str) -> None:
    with pytest.raises(BadBusUrl, match="TALENT_BUS_URL"):
        open_bus(Settings(bus_url=url))


@pytest.mark.timeout(60)  # instead of two hours
def test_who_publishes_wakes_whoever_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is published right behind a look that found nothing, and the next look by itself would be hours away."""
    path = str(tmp_path / "bus.db")
    with closing(EmbeddedBus(path)) as bus, closing(EmbeddedBus(path)) as other:
        reading = bus.subscribe("g", ["t"])
        look, looks = reading._read, iter([lambda: other.publish([Outgoing("t", "k", b"1")])])

        def look_and_miss() -> list[Record]:
            found = look()
            next(looks, lambda: None)()
            return found

        monkeypatch.setattr(reading, "_read", look_and_miss)
        assert [each.body for each in reading.poll(7200)] == [b"1"]
        reading.close()


def test_a_reader_that_died_is_in_nobodys_way(tmp_path: Path) -> None:
    with closing(EmbeddedBus(str(tmp_path / "bus.db"))) as bus:
        for n in range(3):
            reading = bus.subscribe("g", ["t"])
            assert len(reading.poll(0)) == n
            reading.close()
            bus.publish([Outgoing("t", "k", b"1")])


def test_v03_a_group_that_stands_beyond_the_end_begins_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A log that was replaced by one with less in it: nobody waits for ever, and it is said."""
    bus = EmbeddedBus(str(tmp_path / "bus.db"))
    bus.publish([Outgoing("t", "k", b"1"), Outgoing("t", "k", b"2")])
    with closing(bus.subscribe("g", ["t"])) as reading:
        reading.commit(reading.poll(0))
        reading.commit([Record("t", 0, 9, "k", b"of the log before")])
    with closing(bus.subscribe("g", ["t"])) as reading:
        assert [each.body for each in reading.poll(0)] == [b"1", b"2"]
    assert "g stood beyond the end of ['t']" in caplog.text
    bus.close()
