"""How long an event loop does nothing but one thing, in processor time of its thread: whatever else the machine does.

A loop that is held up answers nobody, `/livez` included. What a worker thread does meanwhile is not counted.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI

MOST = 0.1  # seconds


@contextmanager
def measured() -> Iterator[list[float]]:
    """The seconds of every step that loops of this process take meanwhile."""
    steps: list[float] = []
    run = asyncio.Handle._run

    def timed(handle: Any) -> None:
        before = time.thread_time()
        run(handle)
        steps.append(time.thread_time() - before)

    asyncio.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield steps
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]


def longest_step(app: FastAPI, ask: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> tuple[float, Any]:
    """The longest step of the loop in which an application answers, and what came of the asking."""

    async def asked() -> Any:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://testserver", timeout=120
        ) as web:
            await web.get("/livez")
            with measured() as steps:
                await asyncio.sleep(0)  # what follows is a step of its own
                answer = await ask(web)
                await asyncio.sleep(0)
            return max(steps), answer

    found: tuple[float, Any] = asyncio.run(asked())
    return found
