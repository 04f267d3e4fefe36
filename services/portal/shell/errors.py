"""What went wrong as a page in the reader's language that says what to do next; a program gets a problem instead."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.client.errors import RequestRefused, TokenRefused
from services.portal.shell.csrf import FormUntrusted
from services.portal.shell.layout import Layout
from services.portal.shell.session import Visitors
from shared.problems import Refusal


class SignInNeeded(Refusal):
    """请先登录 · Please sign in first."""

    status, slug = 401, "sign-in-needed"


# What a page says by its status: a title by this key, the next step by the same key with `_next`.
SAID_BY_STATUS: Mapping[int, str] = {
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    408: "too_slow",
    413: "too_large",
    422: "not_accepted",
    503: "down",
}
OTHERWISE = "broken"
FORM_UNTRUSTED = "form_untrusted"
METHOD_NOT_ALLOWED = 405
BODY_HEADERS = ("content-type", "content-length")


def show_errors(app: FastAPI) -> None:
    """A browser gets a page wherever a program gets a problem."""
    for kind in (Refusal, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _page_beside(app.exception_handlers[kind]))
    for ended in (SignInNeeded, TokenRefused):
        app.add_exception_handler(ended, _kept_or(app.exception_handlers[Refusal]))


def _page_beside(problem_of: Any) -> Any:
    async def shown(request: Request, error: Exception) -> Response:
        problem: Response = await problem_of(request, error)  # which also writes the log
        if "text/html" not in request.headers.get("accept", ""):
            return problem
        if problem.status_code == METHOD_NOT_ALLOWED and request.method == "GET":
            return RedirectResponse(_above(request), 303)
        page = _page(request, error, problem.status_code)
        page.headers.update({name: value for name, value in problem.headers.items() if name not in BODY_HEADERS})
        return page

    return shown


def _above(request: Request) -> str:
    """The page on which an act is begun, where its answer is asked for once more: in the other language, or anew."""
    path = "/" + request.url.path.rpartition("/")[0].strip("/\\")  # never two slashes, which would lead to another site
    return f"{path}?{request.url.query}" if request.url.query else path


def _kept_or(shown: Any) -> Any:
    """Whose session has ended signs in again, and finds what they typed (登录过期，内容保留)."""

    async def kept(request: Request, error: Exception) -> Response:
        visitors: Visitors = request.app.state.visitors
        typed = getattr(request.state, "typed", None)
        if typed and visitors.keep_form(request, request.url.path, typed):
            return RedirectResponse("/sign-in", 303)
        page: Response = await shown(request, error)
        return page

    return kept


def _page(request: Request, error: Exception, status: int) -> Response:
    layout: Layout = request.app.state.layout
    visitors: Visitors = request.app.state.visitors
    what = FORM_UNTRUSTED if isinstance(error, FormUntrusted) else SAID_BY_STATUS.get(status, OTHERWISE)
    why = error.answer.detail if isinstance(error, RequestRefused) else ""
    return layout.page(request, visitors.of(request), "message.html", status, {"what": what, "why": why})
