"""HTTP until told to stop, and then an end in good order."""

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from httptools import HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.config import settings
from shared.ports import is_taken

SHARED_PORT = "TALENT_SHARED_PORT"  # in the environment of a process that serves one port beside others
HEAD_WITHIN = 20.0  # seconds until the head of a request is there, from the connection or from its first byte
LOOK_AGAIN = 0.5  # seconds between two looks at whether we are supervised still
IDLE_FOR = 65  # seconds; longer than clients keep a connection (httpx 5, nginx 60), or a request could meet its end
LEAVES_WITHIN = 2.0  # seconds in which whoever keeps a connection is told to take another, if they ask for anything
LARGEST_HEAD = 64 * 1024  # bytes
OFFERING = (b"upgrade", b"connection", b"http2-settings")  # headers of an offer to go on in another protocol


class _Patient(HttpToolsProtocol):
    """Waits for the head of a request for so long and no longer, and takes no more of it than a head needs.

    An offer to go on in another protocol is not taken up (RFC 9110, 7.8): the request is read as if it had made none.
    Java's own client makes one with every request; uvicorn would lose the body of such a request.
    """

    _given_up: asyncio.TimerHandle | None = None
    _head = 0  # bytes of it so far
    _read = b""  # what the parser is given now
    _unread = b""  # what follows an offer in it

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the class above
        super().connection_made(transport)
        self._await_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._leave_head()
        if not self._is_offer():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self._is_offer():
            super().on_message_complete()

    def _is_offer(self) -> bool:
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"

    def _unsupported_upgrade_warning(self) -> None:
        """uvicorn calls this while it handles an HttpParserUpgrade, which says how far the head reached."""
        offer = sys.exception()
        if offer is None or not self._is_offer():
            self.send_400_response("Nothing is connected to by this server.")
            return
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)]
        lines += [b"%b: %b" % header for header in self.headers if header[0] not in OFFERING]
        self.parser = HttpRequestParser(self)
        self.parser.feed_data(b"\r\n".join([*lines, b"", b""]))
        self._unread = self._read[offer.args[0] :]

    def data_received(self, data: bytes) -> None:
        self._unread = data
        while self._unread:
            self._read, self._unread = self._unread, b""
            super().data_received(self._read)
        if self._given_up:
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self.send_400_response("The head of the request is too large.")

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave_head()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._leave_head()
        self._given_up = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    def _leave_head(self) -> None:
        if self._given_up:
            self._given_up.cancel()
        self._given_up, self._head = None, 0


class _Server(uvicorn.Server):
    """Tells open streams to end as soon as it is told to stop; uvicorn would wait for them.

    Who has connected already is answered, and where another process serves the port by then, so is whoever keeps a
    connection, until it is told to connect anew: to them the one process takes the other's place without a gap.
    """

    def __init__(self, config: uvicorn.Config, stopping: threading.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.set()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        kept = [each.dup() for each in sockets or []]  # or the system would reset what waits to be accepted
        for server in self.servers:
            server.close()
        for each in sockets or []:
            each.close()
        for each in kept:
            with each:
                await self._accept_all(each)
        if is_taken(self.config.host, self.config.port):
            until = time.monotonic() + LEAVES_WITHIN
            while self.server_state.connections and time.monotonic() < until:
                await asyncio.sleep(0.05)
        await super().shutdown(sockets)

    async def _accept_all(self, listening: socket.socket) -> None:
        """Take the connections that wait to be accepted, as uvicorn's own listener would."""
        loop, config = asyncio.get_running_loop(), self.config
        listening.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                accepted, _ = listening.accept()
                await loop.connect_accepted_socket(self._protocol, accepted, ssl=config.ssl)

    def _protocol(self) -> asyncio.Protocol:
        kind: Any = self.config.http_protocol_class
        made: asyncio.Protocol = kind(self.config, self.server_state, self.lifespan.state)
        return made


def end_with_supervisor() -> None:
    """Stop in good order when `talent up` is gone, even if it was killed: then it is our parent no more."""

    def watch() -> None:
        while os.getppid() == int(supervisor):
            time.sleep(LOOK_AGAIN)
        os.kill(os.getpid(), signal.SIGTERM)

    if supervisor := os.environ.get("TALENT_SUPERVISOR", ""):
        threading.Thread(target=watch, name="supervisor", daemon=True).start()


def serve_http(name: str, app: FastAPI, stopping: threading.Event, *, beside: bool = False) -> None:
    """Serve a service on its port until SIGTERM or SIGINT, which sets `stopping`; requests under way are answered.

    `beside`: also where another process of the same user serves it already. Raises OSError for a port that is taken.
    """
    config = listening(app, settings().port(name))
    try:
        config.load()
    except OSError as unfit:
        raise SystemExit(f"TALENT_TLS_CERTIFICATE_FILE {config.ssl_certfile}: {unfit.strerror or unfit}") from None
    server = _Server(config, stopping)
    # When it is done, uvicorn sends itself the signal that stopped it. Left to the system, that would end the process
    # here, with the lease still held and the bus still open.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.handle_exit)
    server.run(_sockets(name, config, beside=beside or bool(os.environ.get(SHARED_PORT))))


def listening(app: FastAPI, port: int) -> uvicorn.Config:
    """How an application is served on a port of this machine."""
    return uvicorn.Config(
        app,
        host=settings().host,
        port=port,
        http=_Patient,
        ws="none",
        ssl_certfile=settings().tls_certificate_file,
        log_config=None,  # its lines go the way of ours
        log_level="warning",
        access_log=False,  # addresses may hold what a reader searched for: shared/metrics.py has the lines
        server_header=False,
        proxy_headers=bool(settings().trusted_proxies),  # else whoever asks could say from where
        forwarded_allow_ips=settings().trusted_proxies,
        timeout_keep_alive=IDLE_FOR,
        timeout_graceful_shutdown=5,
    )


def _sockets(name: str, config: uvicorn.Config, *, beside: bool) -> list[socket.socket]:
    """Where a service listens: on its port, and on the inner one where there is one.

    Where several processes share these ports, each has sockets of its own: who dies leaves new connections to the rest.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    ports = [config.port, settings().inner_port(name)]
    made = [
        socket.create_server((config.host, port), family=family, backlog=config.backlog, reuse_port=beside)
        for port in ports
        if port is not None
    ]
    for each in made:  # a port that was taken is refused by now; from here on a successor may listen beside us
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return made
