"""Live streams (server-sent events) that open pages listen to, until the portal is stopped."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from threading import Event

from fastapi import Request

from services.portal.client.streams import StreamEvent

LOOK_EVERY = 1.0  # seconds between two looks at whether the portal is being stopped


async def events_until_stopped(
    events: AsyncGenerator[StreamEvent, None], request: Request
) -> AsyncIterator[StreamEvent]:
    """The events of a service as they come; no open page keeps the portal from being stopped."""
    stopping: Event = request.app.state.stopping
    following: asyncio.Task[StreamEvent | None] | None = None
    try:
        while not stopping.is_set():
            following = following or asyncio.create_task(_next(events))
            await asyncio.wait([following], timeout=LOOK_EVERY)
            if following.done():
                event, following = following.result(), None
                if event is None:
                    return
                yield event
    finally:
        if following:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        await events.aclose()


async def _next(events: AsyncGenerator[StreamEvent, None]) -> StreamEvent | None:
    return await anext(events, None)
