"""What is for operators alone (运维专用): the documents of the interface and the metrics.

In production they answer on a port of their own (`TALENT_INNER_PORT_BASE`), which nobody outside need reach; without
one, nowhere. In a demo they answer like everything else.
"""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.faults import problem_response
from shared.problems import NotFound

PATHS = ("/docs", "/openapi.json", "/metrics", "/static-offline-docs")  # the last: what the page of /docs loads


class InnerPort:
    """ASGI middleware: these paths are as if absent on any other port."""

    def __init__(self, app: ASGIApp, port: int | None) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_inner(scope["path"]) and not self._came_in_by(scope):
            await problem_response(Request(scope), NotFound())(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_inner(self, path: str) -> bool:
        return path in PATHS or path.startswith(tuple(f"{each}/" for each in PATHS))

    def _came_in_by(self, scope: Scope) -> bool:
        return self._port is not None and (scope.get("server") or ("", None))[1] == self._port


def serve_document(app: FastAPI) -> None:
    """Answer with the OpenAPI document from a thread: making it takes half a second, and others are served meanwhile.

    The framework's own route, in whose place this stands, makes it on the event loop.
    """

    def document(request: Request) -> JSONResponse:
        return JSONResponse(app.openapi())

    app.router.routes = [each for each in app.routes if getattr(each, "path", None) != app.openapi_url]
    app.add_route(str(app.openapi_url), document, include_in_schema=False)
