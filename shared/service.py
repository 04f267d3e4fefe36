"""A service in one expression: its name, routers, tables, and what it reacts to."""

import logging
import threading
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version

import anyio.to_thread
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from sqlalchemy import MetaData

from shared.auth import KeyFor, PublishedKeys, Stands, TokenReader, everybody_stands
from shared.bodies import Router
from shared.bus import Bus
from shared.bus.opening import open_bus
from shared.config import Settings, settings
from shared.consumer import Handler
from shared.contracts.published import PUBLISHED
from shared.db import Database
from shared.db_clock import Clocks
from shared.db_engines import READERS
from shared.db_faults import answer_beside_a_database
from shared.dead_letters import DeadLetters
from shared.documents import document_problems
from shared.event_keys import trusted_keys
from shared.events import Event
from shared.flow import router as flow
from shared.inner import InnerPort, serve_document
from shared.methods import LiteralPaths
from shared.metrics import Gauge, serve_metrics
from shared.operations import Recorder
from shared.problems import Said
from shared.readiness import DocumentNumbers, PolicyPresence, health_router
from shared.resealing import SealedColumn
from shared.rights import rights_of
from shared.runner import Runner
from shared.self_checks import said_of
from shared.standing import asks_registry, everybody_may_write
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
    `gauges` are what it measures of itself beside the flow of events.
    `asks_who_stands`: it keeps no clients, and asks the registry before it writes for one.
    `hourly` runs beside the relay. `record` puts what operations do on the audit trail, in their own transactions.
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
    gauges: Sequence[Gauge] = ()
    hourly: Sequence[Callable[[Database], int]] = ()
    record: Recorder | None = None
    key_for: Callable[[Context], KeyFor] = lambda context: (
        PublishedKeys(f"{context.settings.url('registry')}/.well-known/jwks.json").key_for
    )
    stands: Callable[[Context], Stands] = lambda context: everybody_stands
    asks_who_stands: bool = False

    @property
    def topics(self) -> list[str]:
        """The topics it listens to, which are those of the events it handles."""
        return sorted({event.topic for event in self.handlers})

    def dead_letters(self, context: Context) -> DeadLetters:
        """What this service could not take in. Raises KeysUnfit where a process may not read the keys of events."""
        return DeadLetters(self.name, self.handlers, PUBLISHED, trusted_keys(context.settings))

    def app(self, context: Context) -> FastAPI:
        """The HTTP application over a context. Raises KeysUnfit, and Unclassified for a route that is nobody's."""
        context.vault.check()

        @asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[None]:
            anyio.to_thread.current_default_thread_limiter().total_tokens = READERS
            app.state.writer = Writer(context.runner(self.record), writing)
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
        app.state.standing = asks_registry(context.settings) if self.asks_who_stands else everybody_may_write
        app.state.clocks = Clocks(context.database)
        app.state.policy = PolicyPresence(context.database, self.document_numbers)
        answer_beside_a_database(app)
        document_problems(app)
        serve_document(app)
        if context.settings.environment == "production":
            app.add_middleware(InnerPort, port=context.settings.inner_port(self.name))
        writing = serve_metrics(app, self.name, self.gauges, context.database, context.bus, self.topics)
        routers = [*self.routers, flow]
        if self.handlers:
            routers.append(self.dead_letters(context).router())
        routers.append(self._health(context))
        # Not included but put side by side: an included router is searched anew for each request.
        routes = [route for router in routers for route in router.routes]
        rights_of([*routes, *app.routes])
        app.router.routes[:0] = [LiteralPaths(each for each in routes if isinstance(each, APIRoute)), *routes]
        return app

    def _health(self, context: Context) -> Router:
        self_check = partial(said_of, gauges=self.gauges)
        return health_router(context.starting.is_set, context.database, context.bus, self_check)
