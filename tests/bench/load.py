"""Many requests over some connections that stay open, as fast as they are answered."""

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

CONNECTIONS = 32


class Answered(NamedTuple):
    """How long all took, in seconds, and each answer's status and body."""

    seconds: float
    answers: list[tuple[int, bytes]]


def ask_all(port: int, path: str, token: str, bodies: Sequence[bytes]) -> Answered:
    """POST every body to a path, each over whichever connection is free."""
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    waiting = [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]
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
    form, credentials = {"grant_type": "client_credentials"}, (held["client_id"], held["client_secret"])
    answer = httpx.post(f"{registry}/oauth/token", data=form, auth=credentials, trust_env=False)
    return str(answer.raise_for_status().json()["access_token"])
