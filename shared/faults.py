"""Every error of the web framework as a problem."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from shared.db_errors import describe, is_transient
from shared.logs import place_of
from shared.methods import allowed_methods, route_in
from shared.problems import InvalidBody, NotFound, Refusal, Unavailable
from shared.runner import Unexpected
from shared.traces import NOWHERE, standing
from shared.validation import faults_of
from shared.web import language_of
from shared.writer import RefusedRequest

log = logging.getLogger(__name__)


class MethodNotAllowed(Refusal):
    """此地址不接受该方法 · This address does not take that method."""

    status, slug = 405, "method-not-allowed"


class BadRequest(Refusal):
    """请求有误 · The request is not understood."""

    status, slug = 400, "bad-request"


BY_STATUS: dict[int, type[Refusal]] = {404: NotFound, 405: MethodNotAllowed, 422: InvalidBody}


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
        log.error("%s: %s", _route_of(request), describe(error))
        return problem_response(request, Unavailable())

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        with standing(request.scope.get("state", {}).get("here", NOWHERE)):
            log.error("%s: %s at %s", _route_of(request), type(error).__name__, place_of(error))
        return problem_response(request, Unexpected())


def _route_of(request: Request) -> str:
    """What was asked for, without what stood in its address."""
    return f"{request.method} {route_in(request.scope)}"
