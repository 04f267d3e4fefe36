"""HTTP until told to stop, and then an end in good order."""

import signal
import threading
from types import FrameType

import uvicorn
from fastapi import FastAPI

from shared.config import settings


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
    server.run()
