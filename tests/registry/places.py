"""A quota in this process for the registry to ask for places, over HTTP as it is asked in a city."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from services.quota.main import service
from services.quota.policy.commands import applying as policy
from services.quota.policy.commands.applying import ProposedPack
from services.quota.tables import QuotaTable
from services.registry.accounts.queries.tokens import signing_key
from shared.auth import Caller, Role
from shared.contracts.policy import PolicyPack
from shared.contracts.quota import QUOTA_EVENTS
from shared.db import Database
from shared.events import Event, by_type, decode
from shared.key_rings import RingFile
from shared.operations import Call
from shared.service import Context
from shared.service_tables import SERVICE_TABLES, outbox
from shared.vault import generate_keys
from tests.city import eventually
from tests.conftest import forget


@dataclass(frozen=True)
class Places:
    """A quota that answers at an address."""

    url: str
    database: Database

    def announced(self, *kinds: type[Event]) -> list[Any]:
        """What it announced of these kinds."""
        with self.database.reading() as session:
            bodies = session.execute(outbox.select().order_by(outbox.c.id)).all()
        return [event for row in bodies if isinstance(event := decode(row.body, by_type(QUOTA_EVENTS)), kinds)]


def laid_down(pack: PolicyPack) -> Any:
    """Fills a database with the tables of quota, and puts a pack in force."""

    def fill(database: Database) -> None:
        for metadata in (SERVICE_TABLES, QuotaTable.metadata):
            metadata.create_all(database.engine)
        officer = Caller("bureau", Role.BUREAU_OFFICER, person="bureau")
        with database.writing() as session:
            policy.apply(session, [Call(ProposedPack(pack, dry_run=False), officer)])

    return fill


@contextmanager
def answering(url: str, folder: Path, keys: Path, registry: str = "") -> Iterator[Places]:
    """A quota over a database, until the end of the block; it admits whom the registry with these keys lets in.

    Where that has an address it asks it who stands.
    """

    async def key_for(kid: str) -> Any:
        ring = RingFile.model_validate_json((keys / "signing" / "signing.json").read_bytes())
        return signing_key(ring.keys[kid]).public_key()

    generate_keys(folder / "keys", demo=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TALENT_DATA_DIR", str(folder))
        environment.setenv("TALENT_ENVIRONMENT", "demo")
        environment.setenv("TALENT_QUOTA_DATABASE_URL", url)
        environment.setenv("TALENT_REGISTRY_URL", registry)
        forget()
        context = Context.of("quota")
        asks = service.asks_who_stands and bool(registry)
        app = replace(service, key_for=lambda _: key_for, asks_who_stands=asks).app(context)
    forget()
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, name="quota")
    thread.start()
    assert eventually(lambda: server.started, bool)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Places(f"http://127.0.0.1:{port}", context.database)
    server.should_exit = True
    thread.join()
    context.close()
