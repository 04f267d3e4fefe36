"""HTTP until told to stop, and then an end in good order."""

import os
import signal
import socket
import threading
from types import FrameType

import uvicorn
from fastapi import FastAPI

from shared.config import settings

SHARED_PORT = "TALENT_SHARED_PORT"  # in the environment of a process that serves one port beside others


class _Server(uvicorn.Server):
    """Tells open streams to end as soon as it is told to stop; uvicorn would wait for them."""

    def __init__(self, config: uvicorn.Config, stopping: threading.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.set()
        super().handle_exit(sig, frame)


def serve_http(name: str, app: FastAPI, stopping: threading.Event) -> None:
    """Serve a service on its port until SIGTERM or SIGINT, which sets `stopping`; requests under way are answered."""
    config = uvicorn.Config(
        app,
        host=settings().host,
        port=settings().port(name),
        log_level="warning",
        access_log=False,  # addresses may hold what a reader searched for
        timeout_graceful_shutdown=5,
    )
    server = _Server(config, stopping)
    # When it is done, uvicorn sends itself the signal that stopped it. Left to the system, that would end the process
    # here, with the lease still held and the bus still open.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.handle_exit)
    server.run(sockets=[_shared(config)] if os.environ.get(SHARED_PORT) else None)


def is_taken(host: str, port: int) -> bool:
    """Whether anybody listens on a port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _shared(config: uvicorn.Config) -> socket.socket:
    """A socket of our own on a port that others listen on as well: who dies leaves new connections to them."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    return socket.create_server((config.host, config.port), family=family, backlog=config.backlog, reuse_port=True)
