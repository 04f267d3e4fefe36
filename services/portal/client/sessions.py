"""Signing in at the registry, and the tokens of somebody who has: fetched anew before they end, until they are out."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from services.portal.client.errors import ServiceDown, TokenRefused
from services.portal.client.schemas import FaultAnswer
from services.portal.client.services import LONGEST_WAIT
from services.portal.client.tokens import EARLY
from shared.auth import Role
from shared.config import Settings

ISSUER_AWAY = "/problems/issuer-away"
# After many refusals the registry holds an attempt before it looks at it, and it hashes behind whoever else waits.
SIGN_IN_WAIT = httpx.Timeout(30, connect=1)

M = TypeVar("M", bound=BaseModel)


class StartedSession(BaseModel):
    """What the registry answers to a sign-in, and to each refresh."""

    model_config = ConfigDict(extra="ignore")

    access_token: str
    expires_in: int
    refresh_token: str
    scope: Role
    login: str


class BegunVisit(BaseModel):
    """Where a browser goes to sign in at the issuer, and what it keeps meanwhile, for so many seconds."""

    model_config = ConfigDict(extra="ignore")

    authorization_url: str
    visit: str
    expires_in: int


class RefusedSession(BaseModel):
    """Why it lets somebody not in, in the reader's language; `type` says what is missing."""

    model_config = ConfigDict(extra="ignore")

    type: str = ""
    title: str = ""
    detail: str = ""
    otpauth_uri: str | None = None
    errors: list[FaultAnswer] = []

    @property
    def missing(self) -> str:
        """Which problem it is."""
        return self.type.removeprefix("/problems/")


class SessionTokens:
    """The tokens of one session, kept here and shown to no browser; many requests at once refresh them once."""

    def __init__(self, registry: "RegistrySessions", started: StartedSession) -> None:
        self._registry = registry
        self._one_at_a_time = asyncio.Lock()
        self.ended = False
        self._keep(started)

    def _keep(self, started: StartedSession) -> None:
        self._token, self._refresh_token = started.access_token, started.refresh_token
        self._fresh_until = time.monotonic() + max(started.expires_in - EARLY, 0)

    async def token(self) -> str:
        """The kept token while it holds, else a new one. Raises TokenRefused once the session has ended."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._fresh_until:
                await self._refresh()
            return self._token

    async def _refresh(self) -> None:
        try:
            self._keep(await self._registry.refresh(self._refresh_token))
        except TokenRefused:
            self.ended = True
            raise

    def refused(self, token: str) -> None:
        """Use it no longer, unless another one has come meanwhile."""
        if token == self._token:
            self._fresh_until = float("-inf")


class RegistrySessions:
    """Where people sign in and out: the registry. Every method raises ServiceDown where it does not answer."""

    def __init__(self, settings: Settings, web: httpx.AsyncClient) -> None:
        self._settings, self._web = settings, web

    async def sign_in(self, form: Mapping[str, str], language: str, address: str) -> StartedSession | RefusedSession:
        """A session for who knows login, password and code; `address` is where they come from."""
        wanted = {name: form[name] for name in ("login", "password", "code", "new_password") if form.get(name)}
        headers = {"Accept-Language": language, "X-Forwarded-For": address}
        answer = await self._post("/v1/sessions", {"login": "", "password": ""} | wanted, headers, SIGN_IN_WAIT)
        return _read(StartedSession, answer) if answer.is_success else _read(RefusedSession, answer)

    async def visit_issuer(self, language: str) -> BegunVisit | RefusedSession:
        """The way to the issuer; refused where that does not answer."""
        answer = await self._post("/v1/sessions/issuer", None, {"Accept-Language": language})
        return _read(BegunVisit, answer) if answer.is_success else _read(RefusedSession, answer)

    async def return_from_issuer(
        self, returned: Mapping[str, str], language: str, address: str
    ) -> StartedSession | RefusedSession:
        """A session for whom the issuer vouches for."""
        headers = {"Accept-Language": language, "X-Forwarded-For": address}
        answer = await self._post("/v1/sessions/issuer/return", dict(returned), headers)
        return _read(StartedSession, answer) if answer.is_success else _read(RefusedSession, answer)

    async def refresh(self, refresh_token: str) -> StartedSession:
        """The next tokens. Raises TokenRefused once the session has ended."""
        answer = await self._post("/v1/sessions/refresh", {"refresh_token": refresh_token})
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise TokenRefused
        return _read(StartedSession, answer)

    async def sign_out(self, tokens: SessionTokens) -> None:
        """End a session there too; one that has ended already is none."""
        try:
            headers = {"Authorization": f"Bearer {await tokens.token()}"}
            await self._web.delete(f"{self._settings.url('registry')}/v1/sessions/current", headers=headers)
        except (httpx.HTTPError, TokenRefused, ServiceDown):
            return

    async def _post(
        self, path: str, body: Any, headers: Mapping[str, str] | None = None, wait: httpx.Timeout = LONGEST_WAIT
    ) -> httpx.Response:
        try:
            url = f"{self._settings.url('registry')}{path}"
            answer = await self._web.post(url, json=body, headers=headers, timeout=wait)
        except httpx.HTTPError:
            raise ServiceDown from None
        if answer.is_server_error and not _is_issuer_away(answer):
            raise ServiceDown
        return answer


def _is_issuer_away(answer: httpx.Response) -> bool:
    """Whether the registry answers, and the issuer does not."""
    return answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and ISSUER_AWAY in answer.text


def _read(model: type[M], answer: httpx.Response) -> M:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError:
        raise ServiceDown from None
