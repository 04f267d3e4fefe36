"""Methods (RFC 9110): HEAD is answered like GET, without the body; a 405 lists every method of its path."""

from collections.abc import Sequence

import anyio
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


def allowed_methods(routes: Sequence[BaseRoute], scope: Scope) -> str:
    """The value of Allow for the path of a request."""
    found = [each for each in METHODS if any(_serves(route, {**scope, "method": each}) for route in routes)]
    return ", ".join(["GET", "HEAD", *found[1:]] if "GET" in found else found)


def _serves(route: BaseRoute, scope: Scope) -> bool:
    match, _ = route.matches(scope)
    return match is Match.FULL
