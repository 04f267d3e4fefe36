"""Methods (RFC 9110): HEAD is answered like GET, without the body; a 405 lists every method of its path."""

from collections.abc import Iterable, Iterator, Sequence

import anyio
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class HeadAnswered:
    """ASGI middleware: a HEAD is a GET of which only the head is sent; what would still come is not waited for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        with anyio.CancelScope() as answering:

            async def head_only(message: Message) -> None:
                if message["type"] == "http.response.start":
                    await send(message)
                    await send({"type": "http.response.body", "body": b""})
                    answering.cancel()

            await self._app({**scope, "method": "GET"}, receive, head_only)


async def only_own_paths(request: Request) -> None:
    """Refuse with 405 a path that another route has as it is: /v1/registrations/batch is no id of a registration."""
    if request.scope["route"].param_convertors and _literal(request.app.routes, request.scope["path"]):
        raise HTTPException(405)


def api_routes(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """The routes of an application, those of its routers included."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from api_routes(inner.routes)


def _literal(routes: Iterable[BaseRoute], path: str) -> list[APIRoute]:
    """The routes that have this very path."""
    return [route for route in api_routes(routes) if route.path == path and not route.param_convertors]


def allowed_methods(routes: Sequence[BaseRoute], scope: Scope) -> str:
    """The value of Allow for the path of a request."""
    own = _literal(routes, scope["path"]) or routes
    found = [each for each in METHODS if any(_serves(route, {**scope, "method": each}) for route in own)]
    return ", ".join(["GET", "HEAD", *found[1:]] if "GET" in found else found)


def _serves(route: BaseRoute, scope: Scope) -> bool:
    match, _ = route.matches(scope)
    return match is Match.FULL
