"""The three services, asked over HTTP. The portal owns no truth: what one of them does not answer is not shown."""

import logging
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.portal.access import Access, NoAccess
from shared.config import Settings
from shared.problems import Language

log = logging.getLogger(__name__)

PATIENCE = httpx.Timeout(5, connect=1)  # seconds; a page does not wait longer for a service that hangs
MOST_PAGES = 10

M = TypeVar("M", bound=BaseModel)


PASSED_ON = ("content-type", "content-language", "content-disposition", "content-security-policy", "etag")


@dataclass(frozen=True)
class File:
    """What a service made, with the headers that say what it is and what it may load."""

    body: bytes
    headers: dict[str, str]


class Unavailable(Exception):
    """A service did not answer, or not as agreed."""


class Sources:
    """Reads of the services on behalf of one kind of visitor."""

    def __init__(self, settings: Settings, web: httpx.AsyncClient) -> None:
        self._settings = settings
        self._web = web
        self._access = Access(settings, web)

    async def one(self, service: str, path: str, model: type[M], language: Language, **asked: Any) -> M | None:
        """One resource, None where there is none. Raises Unavailable."""
        answer = await self._ask(service, path, language, asked)
        return None if answer is None else _read(service, model, answer, language)

    async def all(self, service: str, path: str, model: type[M], language: Language, **asked: Any) -> list[M]:
        """A whole list, page by page. Raises Unavailable."""
        items: list[M] = []
        for _ in range(MOST_PAGES):
            answer = await self._ask(service, path, language, asked)
            if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
                raise Unavailable(service)
            items += [_read(service, model, item, language) for item in answer["items"]]
            if not answer.get("next"):
                break
            asked = asked | {"cursor": answer["next"]}
        return items

    async def few(self, service: str, path: str, model: type[M], language: Language, limit: int) -> list[M]:
        """The first page of a list. Raises Unavailable."""
        answer = await self._ask(service, path, language, {"limit": limit})
        if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
            raise Unavailable(service)
        return [_read(service, model, item, language) for item in answer["items"]]

    async def file(self, service: str, path: str, language: Language) -> File | None:
        """A file as a service made it, None where there is none. Raises Unavailable."""
        answer = await self._get(service, path, language, {})
        if answer is None:
            return None
        return File(answer.content, {name: answer.headers[name] for name in PASSED_ON if name in answer.headers})

    async def _ask(self, service: str, path: str, language: Language, asked: dict[str, Any]) -> Any:
        answer = await self._get(service, path, language, asked)
        try:
            return None if answer is None else answer.json()
        except ValueError:
            log.warning("%s%s did not answer: ValueError", service, path)
            raise Unavailable(service) from None

    async def _get(self, service: str, path: str, language: Language, asked: dict[str, Any]) -> httpx.Response | None:
        params = {name: value for name, value in asked.items() if value is not None}
        url = self._settings.url(service) + path
        try:
            for _ in range(2):  # a token may have been refused because the keys were changed
                token = await self._access.token()
                headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
                answer = await self._web.get(url, params=params, headers=headers)
                if answer.status_code != httpx.codes.UNAUTHORIZED:
                    break
                self._access.refused(token)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            return answer.raise_for_status()
        except (httpx.HTTPError, NoAccess) as error:
            log.warning("%s%s did not answer: %s", service, path, type(error).__name__)
            raise Unavailable(service) from None


def _read(service: str, model: type[M], item: Any, language: Language) -> M:
    try:
        return model.model_validate(item, context={"language": language})
    except ValidationError as error:
        log.warning("%s answered otherwise than agreed: %s faults in %s", service, error.error_count(), model.__name__)
        raise Unavailable(service) from None


def new_client() -> httpx.AsyncClient:
    """A client that goes straight to the services, whatever proxies the environment names."""
    return httpx.AsyncClient(trust_env=False, timeout=PATIENCE, limits=httpx.Limits(max_connections=20))
