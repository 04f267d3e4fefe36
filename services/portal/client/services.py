"""Registry, quota and notify over HTTP, as one visitor may use them."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
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
from services.portal.client.memory import OF_THE_POLICY, PolicyMemory
from services.portal.client.schemas import ProblemAnswer
from services.portal.client.streams import StreamEvent, events_of
from services.portal.client.tokens import TokenSource
from shared.config import Settings
from shared.http_client import http_client
from shared.problems import Language

log = logging.getLogger(__name__)

LONGEST_WAIT = httpx.Timeout(5, connect=1)  # seconds; a page does not wait longer for a service that hangs
FILE_WAIT = httpx.Timeout(60, connect=1)  # a large file is sealed first; a stream says something every 15 s
MOST_PAGES = 10
PASSED_ON = ("content-type", "content-language", "content-disposition", "content-security-policy", "etag")

OF_THE_ROLE = ("", "about:blank", "/problems/forbidden")
REFUSED = {401: TokenRefused, 403: AccessDenied, 404: ResourceMissing}

NOTHING: Mapping[str, Any] = {}

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


def new_client() -> httpx.AsyncClient:
    """A client for all visitors, which keeps few connections to each service."""
    return http_client(LONGEST_WAIT, most_connections=20)


def new_stream_client() -> httpx.AsyncClient:
    """A client for what stays open: live streams, one for each open page, and files on their way."""
    return http_client(FILE_WAIT, most_connections=2_000)


@dataclass(frozen=True)
class SentFile:
    """A file of a visitor on its way to a service: what it is called, and its content as it comes."""

    name: str
    content: AsyncIterator[bytes]


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

    def __init__(
        self,
        settings: Settings,
        web: httpx.AsyncClient,
        tokens: TokenSource,
        language: Language,
        streams: httpx.AsyncClient,
        memory: PolicyMemory,
    ) -> None:
        self._settings = settings
        self._web = web
        self._streams = streams
        self._memory = memory
        self._tokens = tokens
        self._language = language

    async def one(self, service: str, path: str, model: type[M], **query: Any) -> M:
        """One resource."""

        async def ask() -> M:
            return self._read(service, model, _json(service, await self._send("GET", service, path, query=query)))

        return await self._recalled(ask, service, path, model, query)

    async def all(self, service: str, path: str, model: type[M], **query: Any) -> list[M]:
        """A whole list, page by page."""
        return list(
            await self._recalled(lambda: self._every_page(service, path, model, **query), service, path, model, query)
        )

    async def _every_page(self, service: str, path: str, model: type[M], **query: Any) -> list[M]:
        items: list[M] = []
        for _ in range(MOST_PAGES):
            page, following = await self.page(service, path, model, **query)
            items += page
            if not following:
                break
            query = query | {"cursor": following}
        return items

    async def _recalled(
        self, ask: Callable[[], Awaitable[T]], service: str, path: str, model: type[M], query: Mapping[str, Any]
    ) -> T:
        if (service, path) not in OF_THE_POLICY:
            return await ask()
        key = await self._tokens.token(), self._language, path, model, frozenset(query.items())
        return await self._memory.recall(key, ask)

    async def page(self, service: str, path: str, model: type[M], **query: Any) -> tuple[list[M], str | None]:
        """One page of a list, and the cursor of the next one."""
        answer = _json(service, await self._send("GET", service, path, query=query))
        if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
            log.warning("%s%s is no list", service, path)
            raise ServiceDown
        return [self._read(service, model, item) for item in answer["items"]], answer.get("next")

    async def few(self, service: str, path: str, model: type[M], limit: int) -> list[M]:
        """The first page of a list."""
        return (await self.page(service, path, model, limit=limit))[0]

    async def file(self, service: str, path: str) -> ServedFile:
        """A file as the service made it."""
        answer = await self._send("GET", service, path)
        return ServedFile(answer.content, {name: answer.headers[name] for name in PASSED_ON if name in answer.headers})

    async def write(
        self,
        method: str,
        service: str,
        path: str,
        body: dict[str, Any],
        model: type[M],
        form_id: UUID,
        *,
        version: str | int | None = None,
        patient: bool = False,
        **query: Any,
    ) -> M:
        """What came of a form. It is done once however often it is sent: `form_id` is the Idempotency-Key.

        `version` is that of what the form showed (If-Match): where it is another by now the service refuses with 412.
        `patient` waits for what goes through everything there is. An answer without a body is one without fields.
        """
        headers = {"Idempotency-Key": f'"{form_id}"'} | ({} if version is None else {"If-Match": f'"{version}"'})
        web = self._streams if patient else self._web
        answer = await self._send(method, service, path, query=query, body=body, headers=headers, web=web)
        if path.startswith("/v1/policy"):
            self._memory.forget()
        gone = answer.status_code == httpx.codes.NO_CONTENT
        return self._read(service, model, {} if gone else _json(service, answer))

    async def upload(
        self, service: str, path: str, query: Mapping[str, Any], file: SentFile, model: type[M], form_id: UUID
    ) -> M:
        """What came of a file, as the part named `file`. It is passed on as it comes, so it is sent once only."""
        boundary = form_id.hex
        headers = {"Idempotency-Key": f'"{form_id}"', "Content-Type": f"multipart/form-data; boundary={boundary}"}
        params = {name: value for name, value in query.items() if value is not None}
        token = await self._tokens.token()
        request = self._streams.build_request(
            "POST",
            self._settings.url(service) + path,
            params=params,
            content=_as_part(file, boundary),
            headers=self._own_headers(token) | headers,
        )
        answer = await self._answer(self._streams, service, path, request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.refused(token)
        return self._read(service, model, _json(service, _granted(service, path, answer)))

    async def stream(self, service: str, path: str, after: str = "") -> AsyncGenerator[StreamEvent, None]:
        """What a service tells from now on, or after the event with this id; it ends when the service ends it."""
        token = await self._tokens.token()
        headers = self._own_headers(token) | ({"Last-Event-ID": after} if after else {})
        request = self._streams.build_request("GET", self._settings.url(service) + path, headers=headers)
        answer = await self._answer(self._streams, service, path, request, kept_open=True)
        if answer.is_success:
            return events_of(answer)
        await answer.aread()
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.refused(token)
        _granted(service, path, answer)
        raise ServiceDown  # what is neither granted nor refused, as a redirection

    async def _send(
        self,
        method: str,
        service: str,
        path: str,
        *,
        query: Mapping[str, Any] = NOTHING,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        web: httpx.AsyncClient | None = None,
    ) -> httpx.Response:
        url, web = self._settings.url(service) + path, web or self._web
        params = {name: value for name, value in query.items() if value is not None}
        for _ in range(2):  # a token may have been refused because the keys were changed
            token = await self._tokens.token()
            own = self._own_headers(token) | (headers or {})
            request = web.build_request(method, url, params=params, json=body, headers=own)
            answer = await self._answer(web, service, path, request)
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                break
            self._tokens.refused(token)
        return _granted(service, path, answer)

    def _own_headers(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}", "Accept-Language": self._language}

    async def _answer(
        self, web: httpx.AsyncClient, service: str, path: str, request: httpx.Request, *, kept_open: bool = False
    ) -> httpx.Response:
        try:
            return await web.send(request, stream=kept_open)
        except httpx.HTTPError as error:
            log.warning("%s%s did not answer: %s", service, path, type(error).__name__)
            raise ServiceDown from None

    def _read(self, service: str, model: type[M], item: Any) -> M:
        try:
            return model.model_validate(item, context={"language": self._language})
        except ValidationError as error:
            faults = error.error_count()
            log.warning("%s answered otherwise than agreed: %s faults in %s", service, faults, model.__name__)
            raise ServiceDown from None


async def _as_part(file: SentFile, boundary: str) -> AsyncIterator[bytes]:
    """A file as the body of a form that holds nothing else (RFC 7578)."""
    name = file.name.replace('"', "%22").replace("\r", "").replace("\n", "")
    yield f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    async for piece in file.content:
        yield piece
    yield f"\r\n--{boundary}--\r\n".encode()


def _json(service: str, answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        log.warning("%s answered otherwise than agreed: no JSON", service)
        raise ServiceDown from None


def _granted(service: str, path: str, answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    if answer.status_code in REFUSED and not _says_why(answer):
        raise REFUSED[answer.status_code]
    try:
        # Nobody reads too often: to a page 429 says that the service is busy, to a form that its sender is to wait.
        if answer.is_client_error and (answer.status_code, answer.request.method) != (429, "GET"):
            raise RequestRefused(ProblemAnswer.model_validate_json(answer.content))
    except ValidationError:
        pass  # a refusal without a problem is not as agreed
    log.warning("%s%s answered %s", service, path, answer.status_code)
    raise ServiceDown


def _says_why(answer: httpx.Response) -> bool:
    """Whether 403 is of this act and not of the role: it names a problem of its own, as that nobody posts himself."""
    if answer.status_code != httpx.codes.FORBIDDEN or answer.request.method == "GET":
        return False
    try:
        return ProblemAnswer.model_validate_json(answer.content).type not in OF_THE_ROLE
    except ValidationError:
        return False
