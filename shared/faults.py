"""Every error of the web framework as a problem: the field and the reason in the reader's language, never the value."""

import logging
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from shared.db_errors import describe, is_transient
from shared.fields import FORMS
from shared.labels import NUMBERS, label_of
from shared.methods import allowed_methods
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said, Unavailable
from shared.runner import Unexpected
from shared.web import language_of
from shared.writer import RefusedRequest

log = logging.getLogger(__name__)

REASONS: Mapping[str, tuple[str, str]] = {
    "missing": ("必填", "is required"),
    "extra_forbidden": ("不认识的字段，请检查名称", "is not a known field; check its name"),
    "string_type": ("{field}须为文本", "{field} must be text"),
    "string_pattern_mismatch": ("格式不正确", "does not have the right form"),
    "string_unicode": ("含有不完整的字符，请重新输入", "holds half a character; type it again"),
    "bool_type": ("{field}须为“是”或“否”（true 或 false）", "{field} must be true or false"),
    "bool_parsing": ("{field}须为“是”或“否”（true 或 false）", "{field} must be true or false"),
    "int_type": ("{field}须为整数", "{field} must be a whole number"),
    "int_parsing": ("{field}须为整数", "{field} must be a whole number"),
    "int_from_float": ("{field}须为整数", "{field} must be a whole number"),
    "union_tag_not_found": ("缺少用于区分类型的字段", "lacks the field that tells its kind"),
    "uuid_parsing": ("应为 UUID", "should be a UUID"),
    "uuid_type": ("应为 UUID", "should be a UUID"),
    "list_type": ("{field}须为列表，可以只有一项", "{field} must be a list, of one if need be"),
    "dict_type": ("{field}须分项填写", "{field} must be an object with its fields"),
    "model_type": ("{field}须分项填写", "{field} must be an object with its fields"),
    "model_attributes_type": ("{field}须分项填写", "{field} must be an object with its fields"),
}
# Reasons that name a bound of ours; the values allowed are listed as pydantic quotes them.
BOUNDS: Mapping[str, tuple[str, str, str]] = {
    "greater_than_equal": ("ge", "不得小于{}", "should be {} or more"),
    "less_than_equal": ("le", "不得大于{}", "should be {} or less"),
    "greater_than": ("gt", "须大于{}", "should be more than {}"),
    "string_too_short": ("min_length", "至少{}个字符", "should have at least {} characters"),
    "string_too_long": ("max_length", "最多{}个字符", "should have at most {} characters"),
    "too_short": ("min_length", "至少{}项", "should have at least {} items"),
    "too_long": ("max_length", "最多{}项", "should have at most {} items"),
    "enum": ("expected", "请从下列各项中选择：{}", "choose one of: {}"),
    "literal_error": ("expected", "请从下列各项中选择：{}", "choose one of: {}"),
    "union_tag_invalid": ("expected_tags", "请从下列各项中选择：{}", "choose one of: {}"),
}
QUOTED = re.compile(r"'([^']*)'")
SEGMENT = re.compile(r"/[^/]*")
FIELD_NAME = re.compile(r"/([0-9]{1,4}|(?!.*[0-9]{5})[A-Za-z][A-Za-z0-9_-]{0,59})")
BLANK = Said("不得为空白", "may not be blank")
DIGITS_LOST = (
    "{field}须为文本，存成数值会丢失末几位",
    "{field} must be text: kept as a number it loses its last digits",
)
OTHERWISE = ("内容不正确", "is not valid")


def faults_of(errors: Sequence[Any], body: Any = None) -> list[Fault]:
    """What an answer may tell of validation errors: a pointer ends before whatever looks like no field's name.

    What was put where a name belongs is submitted content, and not repeated.
    """
    return [
        Fault("".join(takewhile(is_name, SEGMENT.findall(fault.pointer))), fault.code, fault.said)
        for fault in located(errors, body)
    ]


def located(errors: Sequence[Any], body: Any = None) -> list[Fault]:
    """Faults of validation errors as pydantic reports them; `body` is what was submitted, to tell fields from tags."""
    faults = []
    for error in errors:
        kind = error["type"]
        where = list(error["loc"])
        if where and where[0] in ("body", "query", "path", "header"):
            where = [] if kind == "json_invalid" else where[1:]
        if not where and (tag := error.get("ctx", {}).get("discriminator")):
            where = [tag.strip("'")]  # a body whose kind is not known: the field that tells it
        pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in _fields(where, body))
        faults.append(Fault(pointer, kind, _reason(kind, error["msg"], error.get("ctx") or {}, pointer)))
    return faults


def _reason(kind: str, message: str, about: Mapping[str, Any], pointer: str) -> Said:
    """What is wrong, in both languages, with the field as forms name it; nothing comes from what was submitted."""
    if own := about.get("zh"):  # our own validators say it in both languages
        return Said(own, message)
    if form := FORMS.get(about.get("pattern", "")):
        return form
    if kind == "string_too_short" and about.get("min_length") == 1:
        return BLANK
    name, zh, en = BOUNDS.get(kind, ("", "", ""))
    if name in about:
        bound = str(about[name])
        listed = QUOTED.findall(bound)
        return Said(zh.format("、".join(listed) or bound), en.format(", ".join(listed) or bound))
    lost = kind == "string_type" and pointer.rpartition("/")[2] in NUMBERS
    zh, en = DIGITS_LOST if lost else REASONS.get(kind, OTHERWISE)
    field = label_of(pointer)
    return Said(zh.format(field=field.zh), en.format(field=field.en))


def _fields(where: Sequence[int | str], body: Any) -> list[int | str]:
    """The place of an error without the tags that pydantic puts between a union and its fields."""
    fields: list[int | str] = []
    for position, part in enumerate(where):
        last = position == len(where) - 1
        if isinstance(body, dict) and part not in body and not last:
            continue
        fields.append(part)
        try:
            body = body[part]
        except (KeyError, IndexError, TypeError):
            body = None
    return fields


def is_name(segment: str) -> bool:
    return FIELD_NAME.fullmatch(segment) is not None


class MethodNotAllowed(Refusal):
    """此地址不接受该方法 · This address does not take that method."""

    status, slug = 405, "method-not-allowed"


class TooLarge(Refusal):
    """提交的内容过大 · The submitted content is too large."""

    status, slug = 413, "too-large"


class BadRequest(Refusal):
    """请求有误 · The request is not understood."""

    status, slug = 400, "bad-request"


BY_STATUS: dict[int, type[Refusal]] = {404: NotFound, 405: MethodNotAllowed, 413: TooLarge, 422: InvalidBody}


def problem_response(request: Request, refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that tells of a refusal (application/problem+json)."""
    body = refusal.problem(language_of(request), getattr(request.state, "request_id", None))
    more = {**refusal.headers, **(headers or {})}
    if refusal.status == 401:
        more["WWW-Authenticate"] = "Bearer"
    if refusal.status == 503:
        more["Retry-After"] = "5"
    return JSONResponse(body, refusal.status, more, media_type="application/problem+json")


async def _note(request: Request, refusal: Refusal) -> None:
    """Put on the audit trail what was refused to somebody we know; a stranger could fill it."""
    caller = getattr(request.state, "caller", None)
    if caller:
        named = next(filter(_is_id, map(str, request.path_params.values())), None)
        refused = RefusedRequest(word_of(request.scope["route"]), named, refusal)
        await request.app.state.writer.note(refused, caller, UUID(request.state.request_id))


def word_of(route: Any) -> str:
    """The audit trail's word for what a route does: that of its operation, or its name where it only reads."""
    admitting = (getattr(each.dependency, "operation", None) for each in route.dependencies)
    return next((each.word for each in admitting if each), str(route.name))


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def answer_with_problems(app: FastAPI) -> None:
    """Answer every error of this application with a problem."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        await _note(request, refusal)
        return problem_response(request, refusal)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return await refused(request, InvalidBody(*faults_of(error.errors(), error.body)))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = allowed_methods(request.app.routes, request.scope)
        return problem_response(request, BY_STATUS.get(error.status_code, BadRequest)(), headers)

    @app.exception_handler(SQLAlchemyError)
    async def unavailable(request: Request, error: SQLAlchemyError) -> Response:
        if not is_transient(error):
            return await unexpected(request, error)
        log.error("%s %s: %s", request.method, request.url.path, describe(error))
        return problem_response(request, Unavailable())

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("%s %s: %s", request.method, request.url.path, type(error).__name__)
        return problem_response(request, Unexpected())
