"""Whether whoever shows a token may still come (即时失效): asked of the registry before another service writes, and of
the token itself while a stream is read.
"""

import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated

import httpx
from cachetools import TTLCache
from fastapi import Depends, Request

from shared.auth import MOST_TOKENS, REMEMBERED_FOR, CallerDep, caller_of
from shared.config import Settings
from shared.http_client import http_client
from shared.logs import log_once
from shared.problems import Refusal, Unauthenticated

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(2, connect=1)  # seconds
OWN_SESSIONS = "/v1/sessions?limit=1"  # which everybody may read while they may come at all

Standing = Callable[[str], Awaitable[None]]  # raises Unauthenticated for the token of whoever may come no more


class StandingAtRegistry:
    """Asks the registry of each token, and remembers for five seconds what it said in its favour.

    While the registry does not answer a token is good until it expires, and nobody is given another.
    """

    def __init__(self, registry: str) -> None:
        self._url = registry + OWN_SESSIONS
        self._stood: TTLCache[bytes, bool] = TTLCache(MOST_TOKENS, REMEMBERED_FOR)

    async def check(self, token: str) -> None:
        """Raise Unauthenticated for a token whose client, person, session or institution may come no more."""
        digest = sha256(token.encode()).digest()
        if digest in self._stood:
            return
        try:
            async with http_client(TIMEOUT, {"Authorization": f"Bearer {token}"}) as web:
                answer = await web.get(self._url)
        except httpx.HTTPError:
            log_once(log, "the registry does not say who may still come; tokens are good until they expire")
            return
        if answer.status_code == Unauthenticated.status:
            raise Unauthenticated
        self._stood[digest] = True


def asks_registry(chosen: Settings) -> Standing:
    """How a service that keeps no clients knows whose token ended before it expires."""
    return StandingAtRegistry(chosen.url("registry")).check


async def everybody_may_write(token: str) -> None:
    """What the registry says itself, which has read the token against the client that stands."""


async def _goes_on(request: Request, caller: CallerDep) -> Callable[[], Awaitable[bool]]:
    async def goes_on() -> bool:
        try:
            return await caller_of(request) == caller
        except Refusal:
            return False

    return goes_on


# Asks whether who began to read a stream may still: their token holds, and speaks for whom it did.
GoesOnDep = Annotated[Callable[[], Awaitable[bool]], Depends(_goes_on)]
