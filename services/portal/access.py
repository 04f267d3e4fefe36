"""The portal's own credentials: a token of the registry, kept until shortly before it expires."""

import asyncio
import json
import time
from dataclasses import dataclass

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.config import Settings

EARLY = 60.0  # seconds before its end at which a token is no longer used


class NoAccess(Exception):
    """The portal has no token: no credentials, or the registry does not answer or refuses them."""


class Token(BaseModel):
    """What the token endpoint answers (RFC 6749, 5.1)."""

    model_config = ConfigDict(extra="ignore")

    access_token: str
    expires_in: int


@dataclass(frozen=True)
class Credentials:
    """A client of the registry."""

    client_id: str
    client_secret: str


def credentials(settings: Settings) -> Credentials | None:
    """Those that the operator set; in a demo, those of the leader."""
    if settings.portal_client_id:
        return Credentials(settings.portal_client_id, settings.portal_client_secret)
    if settings.environment != "demo":
        return None
    try:
        leader = json.loads(settings.credentials_path.read_text())["leader"]
        return Credentials(leader["client_id"], leader["client_secret"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Access:
    """Fetches a token when there is none that still holds; many requests at once fetch it once."""

    def __init__(self, settings: Settings, web: httpx.AsyncClient) -> None:
        self._settings = settings
        self._web = web
        self._one_at_a_time = asyncio.Lock()
        self._token = ""
        self._ends_at = float("-inf")

    async def token(self) -> str:
        """A token that holds. Raises NoAccess."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._ends_at:
                fetched = await self._fetch()
                self._token = fetched.access_token
                self._ends_at = time.monotonic() + max(fetched.expires_in - EARLY, 0)
            return self._token

    def refused(self, token: str) -> None:
        """This token was refused: the next one is fetched."""
        if token == self._token:
            self._ends_at = float("-inf")

    async def _fetch(self) -> Token:
        known = credentials(self._settings)
        if known is None:
            raise NoAccess("no credentials")
        try:
            answer = await self._web.post(
                f"{self._settings.url('registry')}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(known.client_id, known.client_secret),
            )
            answer.raise_for_status()
            return Token.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise NoAccess(type(error).__name__) from None
