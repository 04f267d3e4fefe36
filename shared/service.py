"""A service in one expression: its name, routers, tables, and what it reacts to."""

import logging
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version

import anyio.to_thread
from fastapi import FastAPI, Response
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import MetaData
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth import OPEN, KeyFor, PublishedKeys, Stands, TokenReader, everybody_stands
from shared.bodies import Router
from shared.bus import Bus
from shared.bus.opening import open_bus
from shared.config import Settings, settings
from shared.consumer import Handler
from shared.contracts.published import PUBLISHED
from shared.db import Database
from shared.db_engines import READERS
from shared.dead_letters import DeadLetters
from shared.documents import document_problems
from shared.event_keys import trusted_keys
from shared.events import Event
from shared.faults import answer_with_problems
from shared.flow import FlowMetrics
from shared.flow import router as flow
from shared.ids import new_id
from shared.inner import InnerPort
from shared.methods import METHODS, HeadAnswered, LiteralPaths
from shared.operations import Recorder
from shared.problems import Said
from shared.readiness import DocumentNumbers, PolicyPresence, health_router
from shared.resealing import SealedColumn
from shared.rights import rights_of
from shared.runner import Runner
from shared.vault import Vault, vault
from shared.wakeups import WakeUp
from shared.writer import Writer

log = logging.getLogger(__name__)

Work = Callable[[], int]  # what a loop does again and again; how much it found to do


@dataclass(frozen=True)
class Context:
    """What a running service holds: settings, keys, its database and the bus."""

    settings: Settings
    vault: Vault
    database: Database
    bus: Bus
    committed: WakeUp = field(default_factory=WakeUp)  # sent after a commit that others may wait for
    starting: threading.Event = field(default_factory=threading.Event)  # set until the database is as it must be
    stopping: threading.Event = field(default_factory=threading.Event)  # set when open streams should end

    @classmethod
    def of(cls, name: str) -> "Context":
        """The context of a service in this process, from the environment."""
        chosen = settings()
        return cls(chosen, vault(name), Database(chosen.database_url(name)), open_bus(chosen))

    def runner(self, record: Recorder | None) -> Runner:
        """What executes operations here, on the record given; the relay hears at once of what they announce."""
        return Runner(self.database, self.vault, record, self.committed.send)

    def close(self) -> None:
        """Let go of everything held."""
        self.database.close()
        self.bus.close()


@dataclass(frozen=True)
class Service:
    """One service. `handlers` is what it reacts to; `on_start` runs once before it serves; `workers` run beside it.

    `document_numbers` reads which policy documents were applied here, and without one it is not ready. A worker is one
    loop, or several that run beside one another; those that are `prompt` look at once when something was committed,
    those that are `sealing` hold the keys that
    `sealed` columns are sealed with.
    `record` puts what operations do on the audit trail, in their own transactions.
    """

    name: str
    title: Said
    routers: Sequence[Router]
    metadata: MetaData
    document_numbers: DocumentNumbers
    handlers: Mapping[type[Event], Handler] = field(default_factory=dict)
    on_start: Sequence[Callable[[Context], None]] = ()
    workers: Mapping[str, Callable[[Context], Work | Sequence[Work]]] = field(default_factory=dict)
    prompt: Collection[str] = ()
    sealing: Collection[str] = ()
    sealed: Sequence[SealedColumn] = ()
    record: Recorder | None = None
    key_for: Callable[[Context], KeyFor] = lambda context: (
        PublishedKeys(f"{context.settings.url('registry')}/.well-known/jwks.json").key_for
    )
    stands: Callable[[Context], Stands] = lambda context: everybody_stands

    @property
    def topics(self) -> list[str]:
        """The topics it listens to, which are those of the events it handles."""
        return sorted({event.topic for event in self.handlers})

    def app(self, context: Context) -> FastAPI:
        """The HTTP application over a context. Raises KeysUnfit, and Unclassified for a route that is nobody's."""
        context.vault.check()

        @asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[None]:
            anyio.to_thread.current_default_thread_limiter().total_tokens = READERS
            app.state.writer = Writer(context.runner(self.record))
            yield
            app.state.writer.close()

        app = FastAPIOffline(
            redoc_url=None,
            title=self.title.zh,
            summary=self.title.en,
            version=version("talent-registry"),
            lifespan=lifespan,
            redirect_slashes=False,  # to wherever a Host header says
            separate_input_output_schemas=False,
        )
        app.state.context = context
        app.state.tokens = TokenReader(self.key_for(context), context.settings, self.stands(context))
        app.state.policy = PolicyPresence(context.database, self.document_numbers)
        answer_with_problems(app)
        document_problems(app)
        if context.settings.environment == "production":
            app.add_middleware(InnerPort, port=context.settings.inner_port(self.name))
        _serve_metrics(app, self.name, context.database)
        dead_letters: list[Router] = []
        if self.handlers:
            parked = DeadLetters(self.name, self.handlers, PUBLISHED, trusted_keys(context.settings))
            dead_letters.append(parked.router())
        health = health_router(context.starting.is_set, context.database, context.bus)
        routers = [*self.routers, flow, *dead_letters, health]
        # Not included but put side by side: an included router is searched anew for each request.
        routes = [route for router in routers for route in router.routes]
        rights_of([*routes, *app.routes])
        literal = LiteralPaths(route for route in routes if isinstance(route, APIRoute))
        app.router.routes[:0] = [literal, *routes]
        return app


class Measured:
    """ASGI middleware: names each request, measures it, and keeps answers out of caches."""

    def __init__(self, app: ASGIApp, service: str, registry: CollectorRegistry) -> None:
        self._app = app
        labels = ["service", "method", "route", "status"]
        answered = Counter("http_requests", "Requests answered", labels, registry=registry)
        took = Histogram("http_request_seconds", "Time to answer", ["service", "route"], registry=registry)
        self._answered = cache(partial(answered.labels, service))
        self._took = cache(partial(took.labels, service))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                route = getattr(scope.get("route"), "path", "unknown")
                method = scope["method"] if scope["method"] in METHODS else "other"
                self._answered(method, route, message["status"]).inc()
                self._took(route).observe(time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, named)


def _serve_metrics(app: FastAPI, name: str, database: Database) -> None:
    registry = CollectorRegistry()
    together = "PROMETHEUS_MULTIPROC_DIR" in os.environ  # several processes serve this port: shared/together.py
    shown = CollectorRegistry() if together else registry
    if together:
        MultiProcessCollector(shown)  # type: ignore[no-untyped-call]  # this class alone has no types
    shown.register(FlowMetrics(name, database))
    app.add_middleware(Measured, service=name, registry=registry)
    app.add_middleware(HeadAnswered)

    @app.get("/metrics", include_in_schema=False, dependencies=[OPEN])
    def metrics() -> Response:
        return Response(generate_latest(shown), media_type=CONTENT_TYPE_LATEST)
