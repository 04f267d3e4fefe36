"""Many sign in at once: hashing has workers of its own, and everybody else is answered meanwhile."""

import asyncio
import threading
from collections import Counter

import httpx
import pytest

from services.registry.accounts.commands.hashing import Hashing
from tests.city import TIMEOUT
from tests.registry.conftest import Registry

BURST = 200


def test_while_two_hundred_sign_in_everybody_else_is_answered(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No hash is done before all the others were asked for and answered; were one done elsewhere, nobody would be."""
    begun, go_on, given_up = threading.Event(), threading.Event(), threading.Event()

    def held_up(self: Hashing, password: str, known: str) -> bool:
        begun.set()
        if not go_on.wait(60):  # whoever could let it go on is held up by it
            given_up.set()
            go_on.set()
        return False

    monkeypatch.setattr(Hashing, "_verified", held_up)
    token = {"Authorization": f"Bearer {registry.token('leader')}"}

    async def burst() -> Counter[int]:
        app = httpx.ASGITransport(registry.http.app)
        async with httpx.AsyncClient(transport=app, base_url="http://testserver", timeout=2 * TIMEOUT) as web:
            bodies = [{"login": f"person-{n}", "password": "不是这个口令的口令"} for n in range(BURST)]
            signing_in = [asyncio.create_task(web.post("/v1/sessions", json=body)) for body in bodies]
            await asyncio.to_thread(begun.wait, TIMEOUT)
            assert (await web.get("/livez")).status_code == 200
            assert (await web.get("/v1/programmes", headers=token)).status_code == 200
            assert not any(task.done() for task in signing_in)
            go_on.set()
            return Counter(answer.status_code for answer in await asyncio.gather(*signing_in))

    assert asyncio.run(burst()) == {401: BURST}
    assert not given_up.is_set()
