"""The portal: pages for people, rendered here from what the three services answer."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI, Response
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from services.portal import pages
from services.portal.client.cities import Cities, read_cities
from services.portal.client.memory import PolicyMemory
from services.portal.client.services import new_client, new_stream_client
from services.portal.shell.assets import SecurityHeaders, serve_scripts
from services.portal.shell.errors import show_errors
from services.portal.shell.groups import find_groups
from services.portal.shell.layout import Layout
from services.portal.shell.one_tap import open_one_tap
from services.portal.shell.session import Visitors
from services.portal.shell.signing_in import open_sign_in
from services.portal.shell.visits import open_to_visitors
from shared.auth import OPEN
from shared.config import Settings
from shared.faults import answer_with_problems
from shared.inner import InnerPort, serve_document
from shared.measuring import Measured
from shared.methods import HeadAnswered
from shared.parameters import only_known_parameters
from shared.problems import Said
from shared.rights import rights_of

TITLE = Said("门户", "Portal")


def portal(settings: Settings) -> FastAPI:
    """The application under these settings. Raises BadCities for a file of cities that cannot be used."""
    groups = [each for each in find_groups(pages) if not each.needs or getattr(settings, each.needs)]
    joined = read_cities(settings.cities)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with new_client() as web, new_stream_client() as streams:
            app.state.web, app.state.streams, app.state.memory = web, streams, PolicyMemory()
            app.state.visitors = Visitors(settings, web)
            app.state.cities = Cities(joined, settings, web)
            yield

    app = FastAPIOffline(
        title=TITLE.zh,
        summary=TITLE.en,
        version=version("talent-registry"),
        lifespan=lifespan,
        redirect_slashes=False,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.layout = Layout(groups)
    app.state.stopping = threading.Event()
    answer_with_problems(app)
    show_errors(app)
    serve_document(app)
    app.add_middleware(SecurityHeaders)
    if settings.environment == "production":
        app.add_middleware(InnerPort, port=settings.inner_port("portal"))
    _add_metrics(app)
    for group in groups:
        open_to_visitors(app, group)
    open_sign_in(app, groups)
    open_one_tap(app)
    serve_scripts(app)
    _add_health(app)

    rights_of(app.routes)  # of what belongs to no group of pages: those name their roles
    return app


def _add_health(app: FastAPI) -> None:
    @app.get("/livez", tags=["health"], dependencies=[OPEN, Depends(only_known_parameters)])
    @app.get("/readyz", tags=["health"], dependencies=[OPEN, Depends(only_known_parameters)])
    async def health() -> dict[str, str]:
        """Whether the process runs; it holds nothing that could be unready."""
        return {"status": "ok"}


def _add_metrics(app: FastAPI) -> None:
    registry = CollectorRegistry()
    app.add_middleware(Measured, service="portal", registry=registry)
    app.add_middleware(HeadAnswered)

    @app.get("/metrics", include_in_schema=False, dependencies=[OPEN])
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
