"""The live stream: alerts as they are raised, from where the reader left off, each reader's own."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import fastapi.routing
import httpx
import pytest

from services.notify.alerts import api
from shared import standing
from shared.auth import Caller, Role
from shared.db import Database
from shared.problems import Unauthenticated
from shared.service import Context
from tests.notify.conftest import consume, consume_singly, reached

As = Callable[..., dict[str, str]]
Event = tuple[str, dict[str, Any]]
READERS = int(os.environ.get("TALENT_TEST_STREAMS", "30"))  # `make faults` opens a thousand


async def nobody_now(request: Any) -> Caller:
    """A token that was good, and is no more."""
    raise Unauthenticated


@contextmanager
def streaming(client: httpx.Client, headers: dict[str, str]) -> Iterator[Iterator[str]]:
    """An open stream, line by line, past its greeting."""
    with client.stream("GET", "/v1/stream", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines).startswith(":")
        yield lines


def next_alert(lines: Iterator[str]) -> Event:
    """The next event: its id and its alert."""
    data: dict[str, Any] = {}
    for line in lines:
        if line.startswith("data: "):
            data = json.loads(line.removeprefix("data: "))
        if line.startswith("id: "):
            return line.removeprefix("id: "), data
    raise AssertionError("the stream ended")


def test_an_alert_appears_as_it_is_raised_and_only_to_its_post(client: httpx.Client, city: Database, as_: As) -> None:
    consume(city, reached(25, 2))
    with streaming(client, as_("leader")) as lines, streaming(client, as_("leader-donghu")) as others:
        consume(city, reached(50, 3))
        consume(city, reached(50, 1, unit="donghu"))
        assert next_alert(lines)[1]["facts"]["percent"] == 50
        assert next_alert(others)[1]["recipient"] == "donghu-leader"


def test_a_reader_who_waits_is_woken(
    client: httpx.Client, context: Context, city: Database, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second alert is raised behind the look that found the first; the next look by itself is hours away."""
    monkeypatch.setattr(api, "LOOK_EVERY", 7200.0)
    with streaming(client, as_("leader")) as lines:
        for percent in (25, 50):
            consume(city, reached(percent, 2))
            context.committed.send()
            assert next_alert(lines)[1]["facts"]["percent"] == percent


def test_a_reader_goes_on_where_it_left_off(client: httpx.Client, city: Database, as_: As) -> None:
    consume_singly(city, *(reached(percent, 5) for percent in (25, 50, 75)))
    with streaming(client, as_("leader", **{"Last-Event-ID": "0"})) as lines:
        first, alert = next_alert(lines)
    assert alert["facts"]["percent"] == 25
    with streaming(client, as_("leader", **{"Last-Event-ID": first, "Accept-Language": "en"})) as lines:
        raised = [next_alert(lines)[1] for _ in range(2)]
    assert [alert["facts"]["percent"] for alert in raised] == [50, 75]
    assert raised[0]["title"] == "Skill master studios (2018): 50% milestone reached"


def test_v03_a_resume_point_of_another_history_is_answered_with_a_word_and_from_now_on(
    client: httpx.Client, city: Database, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restore: beyond the newest, or at a position that another alert has now."""
    consume_singly(city, reached(25, 2), reached(50, 3))
    with streaming(client, as_("leader", **{"Last-Event-ID": "1"})) as lines:
        newest, _ = next_alert(lines)
    position, mark = newest.split("-")
    others = (str(int(position) + 1), f"{'9' * 18}", f"{int(position) + 7}-{mark}", f"{position}-{'0' * 12}")
    with monkeypatch.context() as at_once:  # the stream ends by itself, whatever it says
        at_once.setattr(standing, "caller_of", nobody_now)
        for seen in others:
            assert "event: resumed" in client.get("/v1/stream", headers=as_("leader", **{"Last-Event-ID": seen})).text
    for n, seen in enumerate(others):
        with streaming(client, as_("leader", **{"Last-Event-ID": seen})) as lines:
            assert next(each for each in lines if each.startswith("event")) == "event: resumed"
            id_, said = next_alert(lines)
            assert (id_, said["after"]) == (str(int(position) + n), int(position) + n)
            assert "收件箱" in said["detail"]
            consume(city, reached(75 + n, 4))
            assert next_alert(lines)[1]["facts"]["percent"] == 75 + n
    with streaming(client, as_("leader", **{"Last-Event-ID": others[1], "Accept-Language": "en"})) as lines:
        assert "a backup may have been restored" in next_alert(lines)[1]["detail"]
    with streaming(client, as_("leader", **{"Last-Event-ID": newest})) as lines:
        assert next_alert(lines)[1]["facts"]["percent"] == 75


def test_an_id_that_was_never_given_is_refused(client: httpx.Client, as_: As) -> None:
    for seen in ("x", "-1", "9" * 30, "\xb2", "1-", "1-xyz"):
        headers = {name.encode(): value.encode("latin-1") for name, value in as_("leader").items()}
        seen_before = {b"Last-Event-ID": seen.encode("latin-1")}
        assert client.get("/v1/stream", headers=headers | seen_before).status_code == 422


def test_a_quiet_stream_is_kept_alive(
    client: httpx.Client, city: Database, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastapi.routing, "_PING_INTERVAL", 0.1)
    with streaming(client, as_("leader")) as lines:
        assert ": ping" in [next(lines) for _ in range(6)]


@pytest.mark.parametrize("now", [None, Caller("leader", Role.LEADER, person="deputy")])
def test_w07_a_stream_ends_with_the_token_of_its_reader(
    client: httpx.Client, city: Database, as_: As, monkeypatch: pytest.MonkeyPatch, now: Caller | None
) -> None:
    """It holds no more, or speaks for somebody else by now: what is raised after that is not told."""

    async def read(request: Any) -> Caller:
        return now or await nobody_now(request)

    with streaming(client, as_("leader")) as lines:
        consume(city, reached(25, 2))
        next_alert(lines)
        monkeypatch.setattr(standing, "caller_of", read)
        consume(city, reached(50, 3))
        assert next((line for line in lines if line.startswith("data")), None) is None


def test_many_readers_hold_no_session_and_no_thread(client: httpx.Client, city: Database, as_: As) -> None:
    async def read_all(readers: int) -> list[int]:
        every, base = httpx.Limits(max_connections=readers + 1), client.base_url
        async with httpx.AsyncClient(base_url=base, trust_env=False, verify=False, timeout=60, limits=every) as there:
            begun: set[int] = set()  # who was told that alerts after this are

            async def read(number: int) -> int:
                async with there.stream("GET", "/v1/stream", headers=as_("leader")) as answer:
                    async for line in answer.aiter_lines():
                        begun.add(number)
                        if line.startswith("data: "):
                            return int(json.loads(line.removeprefix("data: "))["facts"]["percent"])
                raise AssertionError("the stream ended")

            reading = [asyncio.create_task(read(number)) for number in range(readers)]
            while len(begun) < readers:
                await asyncio.sleep(0.02)
            assert (await there.get("/v1/alerts", headers=as_("leader"))).status_code == 200
            await asyncio.to_thread(consume, city, reached(100, 5))
            return await asyncio.gather(*reading)

    assert asyncio.run(read_all(READERS)) == [100] * READERS
