"""What a server does with connections that are no good: it waits for none, keeps nothing of them, and says little."""

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from shared import serving
from shared.auth import OPEN
from shared.bodies import Router
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.logs import configure_logging
from shared.problems import Said
from shared.service import Context, Service
from shared.vault import vault
from tests.city import TIMEOUT, eventually, free_ports
from tests.conftest import NewDatabase
from tests.shared.toy import Table

NUMBER = "360101199001010011"
HEAD = b"POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def notes() -> Router:
    router = Router()

    @router.post("/notes", dependencies=[OPEN])
    async def keep(note: dict[str, str]) -> str:
        raise ValueError(note["number"])

    @router.post("/length", dependencies=[OPEN])
    async def length(note: dict[str, str]) -> int:
        return len(note["number"])

    @router.get("/from", dependencies=[OPEN])
    async def address(request: Request) -> str:
        return request.client.host if request.client else ""

    return router


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, chosen: Settings, new_database: NewDatabase) -> Iterator[int]:
    """Of a small service that trips over what it reads, served as services are."""
    monkeypatch.setattr(serving, "HEAD_WITHIN", 1.0)
    configure_logging("toy")
    context = Context(chosen, vault("registry"), new_database(Table.metadata), open_bus(chosen))
    app = Service("toy", Said("玩具", "Toy"), [notes()], Table.metadata, lambda session: ["a pack"]).app(context)
    server = uvicorn.Server(serving.listening(app, 0))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert eventually(lambda: server.started, bool)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()
    context.close()


def answer_to(port: int, *sent: bytes) -> bytes:
    """All that comes until the server closes the connection."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        for part in sent:
            connection.sendall(part)
        found = b""
        while part := connection.recv(65_536):
            found += part
        return found


@pytest.mark.parametrize("begun", [b"", b"GET /livez HTTP/1.1\r\nHost: x\r\n"])
def test_w08_half_a_head_is_not_waited_for(port: int, begun: bytes) -> None:
    assert answer_to(port, begun) == b""


def test_w08_half_a_head_after_a_whole_request_is_not_waited_for(port: int) -> None:
    whole = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = answer_to(port, whole, whole[:-2])
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"200 OK" in answer


def test_w08_a_head_without_end_is_not_kept(port: int) -> None:
    answer = answer_to(port, b"GET /livez HTTP/1.1\r\nX: ", b"x" * 100_000)
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("broken", [b"zz\r\n{}\r\n0\r\n\r\n", b"-1\r\n", b"2\r\n{}zz"])
def test_w08_a_chunk_that_is_none_is_one_line_a_minute(
    port: int, broken: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert answer_to(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + broken).startswith(b"HTTP/1.1 400 ")
    assert httpx.get(f"http://127.0.0.1:{port}/livez", trust_env=False, verify=False).status_code == 200
    assert len([each for each in caplog.records if each.name == "uvicorn.error"]) <= 1
    assert "Traceback" not in caplog.text


def test_a_body_whose_end_is_told_in_two_ways_is_refused(port: int) -> None:
    """RFC 9112, 6.3: else we and a proxy before us could take one message for two (request smuggling)."""
    chunked, length = b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n"
    following = b"\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    for head in (length + chunked, chunked + length, length + b"Content-Length: 6\r\n", b"Content-Length: +5\r\n",
                 b"Transfer-Encoding: chunked, identity\r\n"):  # fmt: skip
        answer = answer_to(port, HEAD + head + following)
        assert (answer.startswith(b"HTTP/1.1 400 "), answer.count(b"HTTP/1.1 ")) == (True, 1), head


def test_an_error_is_one_line_that_says_where_and_nothing_of_what_was_sent(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = httpx.post(f"http://127.0.0.1:{port}/notes", json={"number": NUMBER}, trust_env=False, verify=False)
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/unexpected")
    (line,) = [each.getMessage() for each in caplog.records]
    assert line.startswith("POST /notes: ValueError at test_serving.py:")
    assert NUMBER not in caplog.text


def seen_from(port: int) -> str:
    """What a server takes for the address of somebody who says they come from elsewhere."""
    answer = httpx.get(
        f"http://127.0.0.1:{port}/from", headers={"X-Forwarded-For": "192.0.2.7"}, trust_env=False, verify=False
    )
    return str(answer.json())


def test_w08_nobody_says_from_where_they_come_but_a_proxy_that_is_trusted(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seen_from(port) == "127.0.0.1"
    monkeypatch.setattr(serving, "settings", lambda: Settings(environment="demo", trusted_proxies="127.0.0.1"))
    assert serving.listening(FastAPI(), 0).forwarded_allow_ips == "127.0.0.1"


@pytest.mark.parametrize(
    "body",
    [
        b'Content-Length: 17\r\n\r\n{"number":"1234"}',
        b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"num\r\nc\r\nber":"1234"}\r\n0\r\n\r\n',
    ],
)
def test_an_offer_of_another_protocol_is_not_taken_up_and_loses_nothing(port: int, body: bytes) -> None:
    """Java's own client offers HTTP/2 with every request (RFC 9110, 7.8); the next request follows as ever."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n"
    following = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    sent = HEAD.replace(b"/notes", b"/length") + offer + body
    for parts in ([sent + following], [sent[:-4], sent[-4:], following]):
        answer = answer_to(port, *parts)
        assert answer.count(b"HTTP/1.1 200 OK") == 2
        assert b"\r\n\r\n4HTTP/1.1" in answer


def test_a_thousand_offers_in_one_packet_are_as_many_requests(port: int) -> None:
    """However many stand behind one another: none is read within another's."""
    offer = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
    sent = b"GET /livez HTTP/1.1\r\nHost: x\r\n" + offer + b"\r\n"
    last = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert answer_to(port, sent * 1_100 + last).count(b"HTTP/1.1 200 OK") == 1_101


def test_nothing_is_connected_to(port: int) -> None:
    answer = answer_to(port, b"CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 405 ", b"HTTP/1.1 404 "))


def test_a_connection_is_let_go_later_than_by_who_asks() -> None:
    """Else a request is sent on it in the moment it ends, and nobody knows whether it was carried out."""
    asks = httpx.Limits(max_connections=1).keepalive_expiry
    assert asks is not None
    assert serving.listening(FastAPI(), 0).timeout_keep_alive > asks


def test_who_has_connected_is_answered_by_a_server_that_another_takes_over_from(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also who still waits to be accepted; who keeps a connection is answered, and told to take another.

    Nothing else runs between the second connection and the end, so that the server cannot have accepted it.
    """
    monkeypatch.setattr(serving, "LEAVES_WITHIN", TIMEOUT)
    app = FastAPI()
    app.get("/")(lambda: "here")
    config = serving.listening(app, free_ports(1))
    sockets = serving._sockets("registry", config, beside=False)
    request, place = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", (config.host, config.port)

    async def until_the_end() -> tuple[bytes, bytes]:
        server = serving._Server(config, threading.Event())
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets)
        reader, writer = await asyncio.open_connection(*place)
        writer.write(request)
        assert b"connection: close" not in await reader.readuntil(b"here")

        async def ask_again() -> bytes:
            await asyncio.sleep(0.2)
            writer.write(request)
            said = await reader.read()
            writer.close()
            return said

        asking = asyncio.create_task(ask_again())
        with socket.create_connection(place, 20) as waits, socket.create_server(place, reuse_port=True):
            waits.sendall(request)
            await server.shutdown(sockets)
            return await asking, waits.recv(65_536)

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        for answer in runner.run(until_the_end()):
            assert (answer.count(b"200 OK"), answer.count(b"connection: close")) == (1, 1)


def test_a_port_is_shared_with_whoever_says_so_alone(chosen: Settings) -> None:
    config = serving.listening(FastAPI(), free_ports(1))
    with ExitStack() as open_now:
        for each in serving._sockets("registry", config, beside=True):  # where nobody serves yet, too
            open_now.enter_context(each)
        with pytest.raises(OSError, match="in use"):
            serving._sockets("registry", config, beside=False)
        for each in serving._sockets("registry", config, beside=True):
            open_now.enter_context(each)
