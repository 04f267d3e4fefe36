"""Before a service can work: its database is reached, at the newest schema, and holds what the service begins with."""

import logging
import os
import threading
from collections.abc import Callable

from shared.db_clock import refuse_apart, seconds_ahead
from shared.key_rings import KeysUnfit
from shared.migrations import NewerSchema, behind, migrate, refuse_newer
from shared.service import Context, Service

log = logging.getLogger(__name__)


class Behind(Exception):
    """The schema is not the one that this program needs."""


def at_newest_schema(name: str, context: Context) -> None:
    """See to a service's schema. Raises Behind in production on PostgreSQL, where who serves may change no tables.

    There `migrate` is a command of its own, with a role of its own. A demo, or a SQLite file, is migrated right here.
    """
    engine = context.database.engine
    try:
        refuse_newer(name, engine)
    except NewerSchema as newer:
        raise Behind(str(newer)) from None
    if context.settings.environment == "demo" or context.database.is_sqlite:
        migrate(name, engine)
    elif difference := behind(name, engine):
        raise Behind(f"the schema is {difference}: run python -m services.{name} migrate")


def prepare(service: Service, context: Context) -> None:
    """Get ready to serve. Raises ClocksApart under a wrong clock: what is kept now would bear a wrong time for good."""
    at_newest_schema(service.name, context)
    with context.database.reading() as session:
        refuse_apart(seconds_ahead(session))
    for each in service.on_start:
        each(context)


class Preparing:
    """Gets a service ready, sooner or later: a database that is away delays it and never ends the process."""

    def __init__(self, service: Service, context: Context, then: Callable[[], None]) -> None:
        self._service = service
        self._context = context
        self._then = then
        self.done = threading.Event()
        context.starting.set()

    def run_once(self) -> int:
        """Try once. Raises what may pass by itself; what never will ends the process."""
        try:
            prepare(self._service, self._context)
        except KeysUnfit as unfit:
            log.critical("%s: %s", self._service.name, unfit)
            os._exit(os.EX_CONFIG)
        self._context.starting.clear()
        self._then()
        self.done.set()
        return 1
