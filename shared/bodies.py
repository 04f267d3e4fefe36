"""Requests before anybody reads them: query parameters; size, media type, coding, characters and depth of a body.

The web framework parses a body before it asks who sends it; the routes of this router look first, and parse it once.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import lru_cache, partial
from itertools import accumulate, takewhile
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request, Response, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator
from starlette.requests import ClientDisconnect

from shared.auth import caller_of
from shared.parameters import asks_who, declared_parameters, refuse_unfit_parameters
from shared.problems import Fault, InvalidBody, Refusal, Said
from shared.validation import is_name

LARGEST_BODY = 256 * 1024  # bytes; a registration has about 500
BODY_WITHIN = 60.0  # seconds from its head to its last byte
FILE_WITHIN = 600.0  # of a body that is larger than LARGE: 64 MB by a line of one megabit a second
LONG = 64 * 1024  # bytes; what is longer is parsed beside the event loop, which answers others meanwhile
MOST_DEPTH = 32  # objects and lists within one another; a policy pack has eight
MOST_FIELDS = 1000  # of one object
MANY = 3000  # objects: of more, the first fault of each list is told, since to find every one takes seconds

# Of a route that takes up to a thousand items, or a policy pack: 1,000 registrations are about 500 kB.
LARGE = 2 * 1024 * 1024
LARGE_BODY = {"x-largest-body": LARGE}
JSON_TYPE, FORM_TYPE, FILES_TYPE = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
CHARSETS = ("utf-8", "utf8", "us-ascii")

_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_DEEPER = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class TooLarge(Refusal):
    """提交的内容过大，请分次提交 · The submitted content is too large; send it in parts."""

    status, slug = 413, "too-large"


class TooSlow(Refusal):
    """提交的内容未能及时收全，请重试 · The submitted content did not arrive in time; try again."""

    status, slug = 408, "too-slow"


class Interrupted(Refusal):
    """提交的内容中途断开 · The content broke off on its way."""

    status, slug = 400, "interrupted"


class UnsupportedMedia(Refusal):
    """不支持这种内容类型或编码 · The content is of a media type or coding that is not supported."""

    status, slug = 415, "unsupported-media-type"


class UnsupportedCoding(UnsupportedMedia):
    """不支持压缩的内容 · Compressed content is not supported."""

    headers = {"Accept-Encoding": "identity"}


class _Twice(Exception):
    """A key stands twice in one object."""


class CheckedRoute(APIRoute):
    """A route whose query and body are looked at first; who must say who it is, does so before it is refused."""

    def get_route_handler(self) -> Handler:
        """The handler of the framework, given parameters that the route declares and a body that is in order."""
        answer, check_body = super().get_route_handler(), self._body_check()
        declared = declared_parameters(self.dependant)
        largest = (self.openapi_extra or {}).get("x-largest-body", LARGEST_BODY)

        async def checked(request: Request) -> Response:
            try:
                refuse_unfit_parameters(request, declared)
                if request.method != "GET":
                    if largest > LARGE:  # nobody fills memory without a name
                        await caller_of(request)
                    await receive_body(request, largest)
                    await check_body(request)
            except Refusal:
                if asks_who(self.dependant):
                    await caller_of(request)
                raise
            return await answer(request)

        return checked

    def _body_check(self) -> Callable[[Request], Coroutine[Any, Any, None]]:
        if self.body_field is None:
            return _nothing
        if not isinstance(self.body_field.field_info, params.Form):
            return partial(_parse, look=quick_look(self.body_field.field_info.annotation))
        media = FILES_TYPE if isinstance(self.body_field.field_info, params.File) else FORM_TYPE
        return partial(_check_sent, media=media)


class Router(APIRouter):
    """A router of such routes."""

    def __init__(self, **more: Any) -> None:
        super().__init__(route_class=CheckedRoute, **more)


async def _nothing(request: Request) -> None:
    """A route without a body has nothing to look at."""


async def _check_sent(request: Request, media: str) -> None:
    if request.headers.get("content-length") != "0" and "content-type" in request.headers:
        check_media(request, media)


async def _parse(request: Request, look: Callable[[Any], None]) -> None:
    if body := await request.body():
        check_media(request, JSON_TYPE)
        parsed = await anyio.to_thread.run_sync(read_json, body) if len(body) > LONG else read_json(body)
        if body.count(b"{") > MANY:
            await anyio.to_thread.run_sync(look, parsed)
        request._json = parsed  # where the framework finds what was parsed already


async def receive_body(request: Request, largest: int) -> None:
    """Receive a body of so many bytes at the most. Raises TooLarge, and TooSlow for one that does not get on."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(FILE_WITHIN if largest > LARGE else BODY_WITHIN):
            async for part in request.stream():
                size += len(part)
                if size > largest:
                    raise TooLarge
                parts.append(part)
    except TimeoutError:
        raise TooSlow from None
    except ClientDisconnect:
        raise Interrupted from None
    whole = await anyio.to_thread.run_sync(b"".join, parts) if size > LARGE else b"".join(parts)
    request._body = whole  # where the framework finds what was received already


def check_media(request: Request, wanted: str) -> None:
    """Raise UnsupportedMedia for content of another media type, in other characters, or compressed."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
        said = Said("请发送未压缩的内容（不带 Content-Encoding）", "Send it uncompressed, without Content-Encoding")
        raise UnsupportedCoding(Fault("", "content_encoding", said))
    media, *about = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    if media != wanted:
        said = Said(f"请设置 Content-Type: {wanted}", f"Set Content-Type: {wanted}")
        raise UnsupportedMedia(Fault("", "media_type", said))
    charset = next((each[8:].strip("\"' ") for each in about if each.startswith("charset=")), "utf-8")
    if charset not in CHARSETS:
        raise UnsupportedMedia(Fault("", "charset", Said("内容须为 UTF-8 编码", "The content must be UTF-8")))


def read_json(body: bytes) -> Any:
    """What a JSON text says. Raises InvalidBody for what is none, is no UTF-8, lies too deep, or has a key twice."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _broken("not_utf8", "不是 UTF-8 编码，须为 UTF-8 编码的 JSON", "is no UTF-8; send UTF-8 JSON") from None
    brackets = body.count(b"[") + body.count(b"{")
    if brackets > MOST_DEPTH and _depth(body) > MOST_DEPTH and _depth(_without_texts(text)) > MOST_DEPTH:
        raise _broken("too_deep", f"嵌套超过{MOST_DEPTH}层", f"is nested more than {MOST_DEPTH} levels deep")
    try:
        return _ONCE.decode(text)
    except _Twice:
        raise InvalidBody(Fault(_place_of_twice(text), "duplicate_key", TWICE)) from None
    except json.JSONDecodeError as error:
        at = f"（第{error.lineno}行第{error.colno}列）", f" (line {error.lineno}, column {error.colno})"
        raise _broken("json_invalid", f"不是有效的 JSON{at[0]}", f"is not valid JSON{at[1]}") from None
    except ValueError:  # Python reads no number of thousands of digits
        raise _broken("number_too_long", "含有过长的数字", "holds a number that is too long") from None


TWICE = Said("同一对象中此项出现了两次，请只保留一次", "stands twice in one object; keep one of them")


def _broken(code: str, zh: str, en: str) -> InvalidBody:
    return InvalidBody(Fault("", code, Said(zh, en)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_FIELDS:
        raise _broken(
            "too_many_fields", f"一个对象超过{MOST_FIELDS}项", f"has an object of more than {MOST_FIELDS} fields"
        )
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _no_number(name: str) -> Any:
    raise _broken("json_invalid", f"{name} 不是 JSON 的数字", f"{name} is no number of JSON")


_ONCE = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def _depth(text: bytes) -> int:
    """How deep brackets lie within one another, those in texts included."""
    return max(accumulate(map(_DEEPER.__getitem__, text.translate(None, _NOT_BRACKETS))), default=0)


def _without_texts(text: str) -> bytes:
    """The JSON without what stands in quotes."""
    parts = text.replace("\\\\", "").replace('\\"', "").split('"')
    return "".join(parts[::2]).encode(errors="replace")


def _first_twice(names: Iterable[str]) -> str | None:
    found: set[str] = set()
    for name in names:
        if name in found:
            return name
        found.add(name)
    return None


class _Marked(dict[str, Any]):
    """An object in which a key stands twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice = _first_twice(name for name, _ in pairs)


def _place_of_twice(text: str) -> str:
    """The pointer to a key that stands twice; it ends before whatever looks like no field's name."""
    waiting: list[tuple[list[str], Any]] = [([], json.loads(text, object_pairs_hook=_Marked))]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _Marked) and value.twice is not None:
            return "".join(takewhile(is_name, [*path, f"/{value.twice}"]))
        named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [([*path, f"/{name}"], each) for name, each in named]
    return ""


def quick_look(annotation: Any) -> Callable[[Any], None]:
    """A look at a body that ends with the first fault of each list; it raises RequestValidationError."""

    @lru_cache(maxsize=1)
    def validator() -> SchemaValidator:
        # models have validators of their own, which would be taken in place of what is built here
        return SchemaValidator(_failing_fast(TypeAdapter(annotation).core_schema), _use_prebuilt=False)

    def look(body: Any) -> None:
        try:
            validator().validate_python(body)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            raise RequestValidationError(
                [{**each, "loc": ("body", *each["loc"])} for each in found], body=body
            ) from None

    return look


def _failing_fast(schema: Any) -> Any:
    """A schema of pydantic's, each of whose lists is read as far as its first fault."""
    if isinstance(schema, Mapping):
        fast = {"fail_fast": True} if schema.get("type") == "list" and "items_schema" in schema else {}
        return {name: _failing_fast(each) for name, each in schema.items()} | fast
    return [_failing_fast(each) for each in schema] if isinstance(schema, list) else schema
