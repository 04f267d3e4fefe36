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

MOST = 5_000_000  # additions of squares in Python: some 0.2 s, and more where everything takes longer


def additions_in(seconds: float) -> float:
    """How many of them this machine makes now in so much processor time: a measure that no slow day changes."""
    took = []
    for _ in range(5):
        before = time.thread_time()
        sum(n * n for n in range(1_000_000))
        took.append(time.thread_time() - before)
    return seconds / min(took) * 1_000_000


@contextmanager
def measured() -> Iterator[list[float]]:
    """The seconds of every turn that loops of this process take meanwhile."""
    turns: list[float] = []
    run = asyncio.Handle._run

    def timed(handle: Any) -> None:
        before = time.thread_time()
        run(handle)
        turns.append(time.thread_time() - before)

    # What a loop does at once is one call of this; nothing public says how long each took.
    asyncio.Handle._run = timed  # type: ignore[assignment, method-assign]
    try:
        yield turns
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]


def longest_turn(app: FastAPI, ask: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> tuple[float, Any]:
    """The longest turn of the loop in which an application answers, and what came of the asking."""

    async def spent() -> Any:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://testserver", timeout=120
        ) as web:
            await web.get("/livez")
            with measured() as turns:
                await asyncio.sleep(0)  # what follows is a turn of its own
                answer = await ask(web)
                await asyncio.sleep(0)
            return max(turns), answer

    found: tuple[float, Any] = asyncio.run(spent())
    return found
