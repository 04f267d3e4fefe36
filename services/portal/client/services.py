"""Registry, quota and notify over HTTP, as one visitor may use them."""

import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from services.portal.client.errors import (
    AccessDenied,
    RequestRefused,
    ResourceMissing,
    ServiceDown,
    ServiceError,
    TokenRefused,
)
from services.portal.client.schemas import ProblemAnswer
from services.portal.client.tokens import TokenSource
from shared.config import Settings
from shared.http_client import http_client
from shared.problems import Language

log = logging.getLogger(__name__)

LONGEST_WAIT = httpx.Timeout(5, connect=1)  # seconds; a page does not wait longer for a service that hangs
MOST_PAGES = 10
PASSED_ON = ("content-type", "content-language", "content-disposition", "content-security-policy", "etag")

REFUSED = {401: TokenRefused, 403: AccessDenied, 404: ResourceMissing}

NOTHING: Mapping[str, Any] = {}

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


def new_client() -> httpx.AsyncClient:
    """A client for all visitors, which keeps few connections to each service."""
    return http_client(LONGEST_WAIT, most_connections=20)


async def or_none(answer: Awaitable[T], denied: T | None = None) -> T | None:
    """One part of a page: None where a service did not give it, `denied` where it is not for this visitor.

    Whoever is no longer signed in is not told that a service is away: TokenRefused goes on.
    """
    try:
        return await answer
    except TokenRefused:
        raise
    except AccessDenied:
        return denied
    except ServiceError:
        return None


@dataclass(frozen=True)
class ServedFile:
    """What a service made, with the headers that say what it is and what it may load."""

    body: bytes
    headers: dict[str, str]


class Services:
    """The three services, asked with one visitor's token and in that visitor's language.

    Every method raises a ServiceError: ServiceDown where a service is away, slow or answers otherwise than agreed,
    TokenRefused, AccessDenied, ResourceMissing, and RequestRefused with the problem for any other refusal.
    """

    def __init__(self, settings: Settings, web: httpx.AsyncClient, tokens: TokenSource, language: Language) -> None:
        self._settings = settings
        self._web = web
        self._tokens = tokens
        self._language = language

    async def one(self, service: str, path: str, model: type[M], **query: Any) -> M:
        """One resource."""
        return self._read(service, model, _json(service, await self._send("GET", service, path, query=query)))

    async def all(self, service: str, path: str, model: type[M], **query: Any) -> list[M]:
        """A whole list, page by page."""
        items: list[M] = []
        for _ in range(MOST_PAGES):
            page, following = await self.page(service, path, model, query)
            items += page
            if not following:
                break
            query = {**query, "cursor": following}
        return items

    async def few(self, service: str, path: str, model: type[M], limit: int) -> list[M]:
        """The first page of a list."""
        page, _ = await self.page(service, path, model, {"limit": limit})
        return page

    async def file(self, service: str, path: str) -> ServedFile:
        """A file as the service made it."""
        answer = await self._send("GET", service, path)
        return ServedFile(answer.content, {name: answer.headers[name] for name in PASSED_ON if name in answer.headers})

    async def write(
        self, method: str, service: str, path: str, body: dict[str, Any], model: type[M], form_id: UUID
    ) -> M:
        """What came of a form. It is done once however often it is sent: `form_id` is the Idempotency-Key."""
        answer = await self._send(method, service, path, body=body, headers={"Idempotency-Key": f'"{form_id}"'})
        return self._read(service, model, _json(service, answer))

    async def page(
        self, service: str, path: str, model: type[M], query: Mapping[str, Any]
    ) -> tuple[list[M], str | None]:
        """One page of a list, and the cursor of the one after it; None where it is the last."""
        answer = _json(service, await self._send("GET", service, path, query=query))
        if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
            log.warning("%s%s is no list", service, path)
            raise ServiceDown
        return [self._read(service, model, item) for item in answer["items"]], answer.get("next")

    async def _send(
        self,
        method: str,
        service: str,
        path: str,
        *,
        query: Mapping[str, Any] = NOTHING,
        body: dict[str, Any] | None = None,
        headers: Mapping[str, str] = NOTHING,
    ) -> httpx.Response:
        url = self._settings.url(service) + path
        params = {name: value for name, value in query.items() if value is not None}
        for _ in range(2):  # a token may have been refused because the keys were changed
            token = await self._tokens.token()
            own = {"Authorization": f"Bearer {token}", "Accept-Language": self._language, **headers}
            try:
                answer = await self._web.request(method, url, params=params, json=body, headers=own)
            except httpx.HTTPError as error:
                log.warning("%s%s did not answer: %s", service, path, type(error).__name__)
                raise ServiceDown from None
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                break
            self._tokens.refused(token)
        return _granted(service, path, answer)

    def _read(self, service: str, model: type[M], item: Any) -> M:
        try:
            return model.model_validate(item, context={"language": self._language})
        except ValidationError as error:
            faults = error.error_count()
            log.warning("%s answered otherwise than agreed: %s faults in %s", service, faults, model.__name__)
            raise ServiceDown from None


def _json(service: str, answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        log.warning("%s answered otherwise than agreed: no JSON", service)
        raise ServiceDown from None


def _granted(service: str, path: str, answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    if answer.status_code in REFUSED:
        raise REFUSED[answer.status_code]
    try:
        if answer.is_client_error and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
            raise RequestRefused(ProblemAnswer.model_validate_json(answer.content))
    except ValidationError:
        pass  # a refusal without a problem is not as agreed
    log.warning("%s%s answered %s", service, path, answer.status_code)
    raise ServiceDown
