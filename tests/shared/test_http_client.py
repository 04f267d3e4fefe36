"""Whoever asks another service hears of every lost connection in one way, at whatever moment it was lost."""

import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle

import httpx
import pytest
import uvloop

from shared.http_client import http_client
from tests.receivers import receiver

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: what is closed is reset, as when its process was killed
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
BEGINNINGS = (b"", b"", b"", HEAD, HEAD + b"half")  # of the answer


@pytest.fixture
def resetting() -> Iterator[str]:
    """The address of a server that resets every connection: at once, or in the middle of its answer."""

    def serve() -> None:
        for beginning in cycle(BEGINNINGS):
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with closing(connection):
                if beginning:
                    connection.recv(65_536)
                    connection.sendall(beginning)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_connection_that_is_reset_at_any_moment_is_an_error_of_http(resetting: str) -> None:
    async def ask() -> Counter[str]:
        seen: Counter[str] = Counter()
        async with http_client(timeout=10) as web:
            for _ in range(100):
                try:
                    await web.post(resetting, json={"wanted": "a place"})
                except httpx.HTTPError as error:
                    seen[type(error).__name__] += 1
        return seen

    seen = uvloop.run(ask())
    assert seen.total() == 100, seen


def test_nobody_is_led_elsewhere() -> None:
    """A redirection is an answer like any other; what was sent, a token with it, goes to nobody else."""

    async def ask(url: str) -> int:
        async with http_client(timeout=10) as web:
            return (await web.post(url, json={})).status_code

    with receiver() as other:
        other.answers = [(307, {"Location": f"{other.url}/elsewhere"}, b"")]
        assert (uvloop.run(ask(other.url)), len(other.received)) == (307, 1)
