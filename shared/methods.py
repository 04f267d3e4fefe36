"""Paths and methods (RFC 9110): routes found by their path, HEAD like GET without the body, a 405 with its Allow."""

from collections.abc import Iterable, Sequence

import anyio
from fastapi.routing import APIRoute
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


class LiteralPaths(BaseRoute):
    """The routes without parameters in their path, found by it at once and before all others.

    Their paths are theirs alone: /v1/registrations/batch is no id of a registration, and answers 405 to a GET.
    """

    def __init__(self, routes: Iterable[APIRoute]) -> None:
        self._routes: dict[str, dict[str, APIRoute]] = {}
        for route in routes:
            if not route.param_convertors:
                self._routes.setdefault(route.path, {}).update(dict.fromkeys(route.methods or (), route))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a route has this very path, whatever the method."""
        if scope["type"] != "http" or not (found := self._routes.get(scope["path"])):
            return Match.NONE, {}
        _, child_scope = found.get(scope["method"], next(iter(found.values()))).matches(scope)
        return Match.FULL, child_scope

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the route answer, with 405 where it does not serve the method."""
        await scope["route"].handle(scope, receive, send)


def _literal(routes: Iterable[BaseRoute], path: str) -> list[APIRoute]:
    """The routes that have this very path."""
    return [each for each in routes if isinstance(each, APIRoute) and each.path == path and not each.param_convertors]


def allowed_methods(routes: Sequence[BaseRoute], scope: Scope) -> str:
    """The value of Allow for the path of a request."""
    own = _literal(routes, scope["path"]) or routes
    found = [each for each in METHODS if any(_serves(route, {**scope, "method": each}) for route in own)]
    return ", ".join(["GET", "HEAD", *found[1:]] if "GET" in found else found)


def _serves(route: BaseRoute, scope: Scope) -> bool:
    match, _ = route.matches(scope)
    return match is Match.FULL


def route_in(scope: Scope) -> str:
    """What was asked for, without what stood in its address."""
    return getattr(scope.get("route"), "path", "unknown")
