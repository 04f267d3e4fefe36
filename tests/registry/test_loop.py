"""Whatever is sent, nothing that the event loop does at once takes long: `/livez` is answered meanwhile."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

import pytest

from tests.loop_time import MOST, additions_in, longest_turn
from tests.registry.conftest import Registry
from tests.registry.subjects import person
from tests.registry.test_inputs import app_of

BATCH, IMPORT = "/v1/registrations/batch", "/v1/imports?programme=nope"
JSON, FILES = {"Content-Type": "application/json"}, {"Content-Type": "multipart/form-data; boundary=b"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
MB, PIECE = 1024 * 1024, 64 * 1024


async def arriving(content: bytes) -> AsyncIterator[bytes]:
    """A body as the network brings it."""
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]
        await asyncio.sleep(0)


def file_of(content: bytes) -> bytes:
    return PART + content + b"\r\n--b--\r\n"


# Who sends what where, and how it is answered: as large, as deep and as wrong as it may be.
LARGE: Mapping[str, tuple[str, str, str, bytes, Mapping[str, str], int]] = {
    "a whole batch": (
        "institution-a-clerk",
        "POST",
        BATCH,
        json.dumps({"items": [person()] * 1000}).encode(),
        JSON,
        200,
    ),
    "a batch of nothing": ("institution-a-clerk", "POST", BATCH, b'{"items":[' + b"{}," * 600_000 + b"{}]}", JSON, 422),
    "a deep one": ("institution-a-clerk", "POST", BATCH, b'{"items":' + b"[" * (MB - 99) + b"]" * (MB - 99), JSON, 422),
    "a pack of nothing": ("bureau", "PUT", "/v1/policy", json.dumps({"quotas": [{}] * 100_000}).encode(), JSON, 422),
    "a file": ("institution-a-clerk", "POST", IMPORT, file_of(b"0" * 16 * MB), FILES, 422),
    "line breaks": ("institution-a-clerk", "POST", IMPORT, file_of(b"\r\n--c" * (6 * MB)), FILES, 422),
    "a form": ("bureau", "POST", "/oauth/token", b"&" * 250_000, FORM, 400),
}


@pytest.mark.parametrize("what", LARGE)
def test_w03_no_body_holds_the_loop(registry: Registry, what: str) -> None:
    by, method, path, content, media, status = LARGE[what]
    headers = {"Authorization": f"Bearer {registry.token(by)}", "Idempotency-Key": what, **media}
    longest, answer = longest_turn(
        app_of(registry), lambda web: web.request(method, path, content=arriving(content), headers=headers)
    )
    assert (answer.status_code, additions_in(longest) < MOST) == (status, True), longest
