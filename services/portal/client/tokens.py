"""Tokens that the services ask for: whoever they speak for, a client here only needs the next one that holds."""

import asyncio
import json
import logging
import time
from dataclasses import dataclass
from typing import Protocol

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from services.portal.client.errors import ServiceDown
from shared.config import Settings

log = logging.getLogger(__name__)

EARLY = 60.0  # seconds before its end at which a token is no longer used


class TokenSource(Protocol):
    """Where the token of one visitor comes from."""

    async def token(self) -> str:
        """A token that holds. Raises ServiceDown where there is none to be had."""

    def refused(self, token: str) -> None:
        """A service refused this token: the next one is another."""


class IssuedToken(BaseModel):
    """What the token endpoint answers (RFC 6749, 5.1)."""

    model_config = ConfigDict(extra="ignore")

    access_token: str
    expires_in: int


@dataclass(frozen=True)
class ClientCredentials:
    """A client of the registry."""

    client_id: str
    client_secret: str


def credentials(settings: Settings) -> ClientCredentials | None:
    """Those that the operator set; in a demo, those of the leader."""
    if settings.portal_client_id:
        return ClientCredentials(settings.portal_client_id, settings.portal_client_secret)
    if settings.environment != "demo":
        return None
    try:
        leader = json.loads(settings.credentials_path.read_text())["leader"]
        return ClientCredentials(leader["client_id"], leader["client_secret"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


class ClientTokens:
    """Tokens of the portal's own client, kept until shortly before they end; many requests at once fetch one."""

    def __init__(self, settings: Settings, web: httpx.AsyncClient) -> None:
        self._settings = settings
        self._web = web
        self._one_at_a_time = asyncio.Lock()
        self._token = ""
        self._ends_at = float("-inf")

    async def token(self) -> str:
        """The kept token while it holds, else a new one of the registry."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._ends_at:
                fetched = await self._fetch()
                self._token = fetched.access_token
                self._ends_at = time.monotonic() + max(fetched.expires_in - EARLY, 0)
            return self._token

    def refused(self, token: str) -> None:
        """Keep it no longer, unless another one has come meanwhile."""
        if token == self._token:
            self._ends_at = float("-inf")

    async def _fetch(self) -> IssuedToken:
        known = credentials(self._settings)
        if known is None:
            log.warning("no token: the portal has no credentials")
            raise ServiceDown
        try:
            answer = await self._web.post(
                f"{self._settings.url('registry')}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(known.client_id, known.client_secret),
            )
            answer.raise_for_status()
            return IssuedToken.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            log.warning("no token: %s", type(error).__name__)
            raise ServiceDown from None
