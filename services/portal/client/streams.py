"""What a service tells as it happens (server-sent events), read line by line."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class StreamEvent:
    """One event: its name, what it says (JSON), and the id by which one goes on after it."""

    name: str
    data: str
    id: str


async def events_of(answer: httpx.Response) -> AsyncGenerator[StreamEvent, None]:
    """The events of an answer until it ends or breaks off; the connection is given back in either case."""
    fields: dict[str, str] = {}
    try:
        async for line in answer.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            elif fields:
                if "data" in fields:
                    yield StreamEvent(fields.get("event", ""), fields["data"], fields.get("id", ""))
                fields = {}
    except httpx.HTTPError:
        return  # the browser asks anew
    finally:
        await answer.aclose()
