"""Many requests over some connections that stay open, as fast as they are answered."""

import asyncio
import json
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import httpx

CONNECTIONS = 32


class Answered(NamedTuple):
    """How long all took, in seconds, and each answer's status and body."""

    seconds: float
    answers: list[tuple[int, bytes]]


def ask_all(port: int, path: str, tokens: str | Sequence[str], bodies: Sequence[bytes]) -> Answered:
    """POST every body to a path, each over whichever connection is free; several tokens send in turn."""
    senders = cycle([tokens] if isinstance(tokens, str) else tokens)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    waiting = [
        f"{head}Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        for token, body in zip(senders, bodies, strict=False)
    ]
    answers: list[tuple[int, bytes]] = []

    async def ask_on() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            writer.write(waiting.pop())
            answer = await reader.readuntil(b"\r\n\r\n")
            length = int(answer.lower().split(b"content-length: ")[1].split(b"\r")[0])
            answers.append((int(answer.split()[1]), await reader.readexactly(length)))
        writer.close()

    async def on_all() -> None:
        await asyncio.gather(*(ask_on() for _ in range(CONNECTIONS)))

    started = time.perf_counter()
    asyncio.run(on_all())
    return Answered(time.perf_counter() - started, answers)


def token_of(registry: str, folder: Path, name: str) -> str:
    """A token for one of the demo's clients."""
    held = json.loads((folder / "demo-credentials.json").read_text())[name]
    return token_for(registry, held)


def token_for(registry: str, client: dict[str, str]) -> str:
    """A token for a client."""
    form, credentials = {"grant_type": "client_credentials"}, (client["client_id"], client["client_secret"])
    answer = httpx.post(f"{registry}/oauth/token", data=form, auth=credentials, trust_env=False)
    return str(answer.raise_for_status().json()["access_token"])
