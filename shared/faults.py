"""Every error of the web framework as a problem."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.languages import language_of
from shared.logs import place_of
from shared.methods import allowed_methods, route_in
from shared.problems import InvalidBody, NotFound, Refusal, Unexpected
from shared.traces import NOWHERE, standing
from shared.validation import faults_of

log = logging.getLogger(__name__)

Note = Callable[[Request, Refusal], Awaitable[None]]


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


async def _nowhere(request: Request, refusal: Refusal) -> None:
    """What is refused goes on no trail."""


def answer_with_problems(app: FastAPI, note: Note = _nowhere) -> None:
    """Answer every error of this application with a problem, once what it refuses is noted."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        await note(request, refusal)
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

    app.exception_handler(Exception)(unexpected)


async def unexpected(request: Request, error: Exception) -> Response:
    """The answer to a mistake of ours, which is logged."""
    with standing(request.scope.get("state", {}).get("here", NOWHERE)):
        log.error("%s: %s at %s", route_of(request), type(error).__name__, place_of(error))
    return problem_response(request, Unexpected())


def route_of(request: Request) -> str:
    """What was asked for, without what stood in its address."""
    return f"{request.method} {route_in(request.scope)}"
