"""The portal: pages for people, rendered here from what the three services answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.bulletins.api import router as bulletins
from services.portal.overview.api import language_of, router
from services.portal.overview.pages import CONTENT_SECURITY_POLICY, message
from services.portal.sources import Sources, new_client
from shared.config import Settings
from shared.faults import answer_with_problems
from shared.problems import Said
from shared.service import Measured

TITLE = Said("门户", "Portal")

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# The page of routes starts itself with a script of its own; it shows nothing that a visitor typed.
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)


class Guarded:
    """ASGI middleware: every answer carries the headers that keep a browser from doing what no page here needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)  # a bulletin brings the policy of its own style
                if scope["path"] == "/docs":
                    headers["Content-Security-Policy"] = DOCS_POLICY
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def portal(settings: Settings) -> FastAPI:
    """The application under these settings."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with new_client() as web:
            app.state.sources = Sources(settings, web)
            yield

    app = FastAPIOffline(
        title=TITLE.zh,
        summary=TITLE.en,
        version=version("talent-registry"),
        lifespan=lifespan,
        redoc_url=None,
    )
    answer_with_problems(app)
    _tell_people(app)
    app.add_middleware(Guarded)
    _tell_metrics(app)
    app.include_router(router)
    app.include_router(bulletins)

    @app.get("/livez", tags=["health"])
    @app.get("/readyz", tags=["health"])
    async def health() -> dict[str, str]:
        """Whether the process runs; it holds nothing that could be unready."""
        return {"status": "ok"}

    return app


def _tell_people(app: FastAPI) -> None:
    """A browser gets a page where a program gets a problem."""
    problem = app.exception_handlers[HTTPException]
    unexpected = app.exception_handlers[Exception]

    @app.exception_handler(HTTPException)
    async def not_found(request: Request, error: HTTPException) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return await problem(request, error)  # type: ignore[no-any-return,misc]  # Starlette types handlers loosely
        what = "not_found" if error.status_code == 404 else "broken"
        return HTMLResponse(message(what, language_of(request.cookies.get("lang"))), error.status_code)

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        answer: Response = await unexpected(request, error)  # type: ignore[misc]  # as above; this one tells the log
        if "text/html" not in request.headers.get("accept", ""):
            return answer
        return HTMLResponse(message("broken", language_of(request.cookies.get("lang"))), 500)


def _tell_metrics(app: FastAPI) -> None:
    registry = CollectorRegistry()
    app.add_middleware(Measured, service="portal", registry=registry)

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
