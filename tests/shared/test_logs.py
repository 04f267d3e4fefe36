"""Lines of a log: an object each or a sentence for people, who it was about, and nothing that a stranger put there."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from shared.auth import OPEN
from shared.bodies import Router
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.logs import configure_logging
from shared.problems import Said
from shared.service import Context, Service
from shared.traces import Here, standing
from shared.vault import vault
from tests.conftest import NewDatabase, forget
from tests.databases import SQLiteDatabases
from tests.shared.toy import Table

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
WHERE = Here(f"00-{TRACE}-00f067aa0ba902b7-01", "019a0000-0000-7000-8000-000000000001", "e1")
FORGED = "x\n2026-01-01T00:00:00Z registry INFO forged\r\x1b[2K\u2028\u202e\x7f\u0085 名"
log = logging.getLogger("shared.toy")


class Terminal(io.StringIO):
    """A place where people read."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def databases(sqlite_databases: SQLiteDatabases) -> SQLiteDatabases:
    """Lines do not depend on where things are kept."""
    return sqlite_databases


@pytest.fixture
def written(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to a file; the log is as it was before afterwards."""
    yield from logging_into(io.StringIO(), monkeypatch)


def logging_into(place: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    monkeypatch.setattr("sys.stderr", place)
    before = logging.getLogger().handlers[:]
    configure_logging("registry", "relay")
    yield place
    logging.getLogger().handlers[:] = before


def lines(place: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(each) for each in place.getvalue().splitlines()]


def test_a_line_is_an_object_that_says_when_where_and_what_it_is_about(written: io.StringIO) -> None:
    with standing(WHERE):
        log.info("%s arrived", "x")
    log.debug("nobody asked for this")
    (line,) = lines(written)
    assert list(line) == ["time", "level", "service", "process", "event", "request", "event_id", "trace"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "level": "info",
        "service": "registry",
        "process": "relay",
        "event": "x arrived",
        "request": WHERE.request,
        "event_id": "e1",
        "trace": TRACE,
    }


def test_nothing_that_is_told_begins_a_line_or_moves_a_cursor(written: io.StringIO) -> None:
    log.warning("%s", FORGED, extra={"noted": {"code": FORGED}})
    assert len(written.getvalue().splitlines()) == 1
    assert all(each.isprintable() for each in written.getvalue().rstrip("\n"))
    assert lines(written)[0]["event"] == FORGED


def test_people_at_a_terminal_read_sentences(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in logging_into(Terminal(), monkeypatch):
        with standing(WHERE):
            log.error("%s", FORGED)
        plain = re.sub(r"\x1b\[\d*m", "", place.getvalue())
        assert plain.count("\n") == 1
        assert plain.rstrip("\n").isprintable()
        assert f"trace={TRACE}" in plain
        assert not plain.startswith("{")


def test_whoever_says_how_has_it_so(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_LOG_FORMAT", "text")
    monkeypatch.setenv("TALENT_LOG_LEVEL", "debug")
    forget()
    for place in logging_into(io.StringIO(), monkeypatch):
        log.debug("asked for")
        assert re.match(r"\S+Z \[debug *\] asked for", place.getvalue())
    logging.getLogger("shared").setLevel(logging.INFO)


def test_an_error_is_its_kind_and_place_and_not_its_words(written: io.StringIO) -> None:
    try:
        raise ValueError("360101199001010011")
    except ValueError:
        log.exception("it failed")
    (line,) = lines(written)
    assert re.fullmatch(r"ValueError at test_logs\.py:\d+", line["error"])
    assert "360101" not in written.getvalue()


def searching() -> Router:
    router = Router()

    @router.get("/people/{number}", dependencies=[OPEN])
    async def find(number: str) -> str:
        if number == "0":
            raise ValueError("nobody foresaw this")
        return "found"

    return router


def test_a_request_is_one_line_without_what_was_searched_for(
    written: io.StringIO, chosen: Settings, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(chosen, vault("registry"), new_database(Table.metadata), open_bus(chosen))
    production = chosen.model_copy(update={"environment": "production"})
    monkeypatch.setattr("shared.measuring.settings", lambda: production)
    app = Service("toy", Said("玩具", "Toy"), [searching()], Table.metadata, lambda session: ["x"]).app(context)
    with TestClient(app, raise_server_exceptions=False) as client:
        header = {"traceparent": WHERE.traceparent or ""}
        found = client.get("/people/360101199001010011", headers=header)
        client.get("/livez")
        failed = client.get("/people/0")
        client.get("/nowhere%0a{}?number=360101199001010011")
    context.close()
    first, second, error, third = lines(written)
    assert (first["method"], first["route"], first["status"]) == ("GET", "/people/{number}", 200)
    assert (first["trace"], first["request"]) == (TRACE, found.headers["x-request-id"])
    assert (error["level"], second["status"]) == ("error", 500)
    assert error["request"] == second["request"] == failed.json()["instance"]
    assert (third["route"], third["status"]) == ("unknown", 404)
    assert "360101" not in written.getvalue()


def answered_with(status: int, text: str) -> float:
    """How many requests were answered so, as /metrics has it."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "http_requests_total" and sample.labels["status"] == str(status)
    )


def test_an_answer_that_nobody_foresaw_is_measured(chosen: Settings, new_database: NewDatabase) -> None:
    context = Context(chosen, vault("registry"), new_database(Table.metadata), open_bus(chosen))
    app = Service("toy", Said("玩具", "Toy"), [searching()], Table.metadata, lambda session: ["x"]).app(context)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.get("/people/0")
        assert answered_with(500, client.get("/metrics").text) == 1
    context.close()
