"""The relay carries outbox rows to the bus: one relay per service, under a lease with a fencing number.

It asks for rows that are unpublished, never for those after the last one: a late commit would be missed.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update

from shared import clock
from shared.among import among
from shared.bus import Bus, Outgoing
from shared.db import Database, insert_ignoring
from shared.db_clock import database_ms
from shared.events import glimpse
from shared.ids import new_id
from shared.service_tables import idempotency_key, inbox, outbox, relay_lease, self_check
from shared.signatures import EventSigner
from shared.traces import Hop, are_recorded, passing

WINDOW = 500  # rows carried at a time; a row not acknowledged is never overtaken
LEASE_MS = 15_000
RENEWED_AFTER = 3.0  # seconds; what is left of a lease is longer than publishing a window may take
HOUR = 3600.0  # seconds
KEPT_PUBLISHED = timedelta(days=7)
KEPT_INBOX = timedelta(days=60)  # longer than any replay of the bus
KEPT_ANSWERS = timedelta(days=7)


class Relay:
    """Publishes a service's outbox in order, signed, and marks what the bus has acknowledged."""

    def __init__(self, database: Database, bus: Bus, signer: EventSigner) -> None:
        self._database = database
        self._signer = signer
        self._bus = bus
        self._holder = f"{socket.gethostname()}-{os.getpid()}-{new_id()}"[:100]
        self._fence: int | None = None
        self._renew_at = 0.0

    def run_once(self) -> int:
        """Carry what is waiting; how many rows. Zero also when another relay holds the lease.

        Where nothing waits nothing is written, so that an idle service costs no disk flush.
        """
        rows = self._waiting()
        if not rows:
            return 0
        held, fence = self._fence, self._hold_lease()
        if fence is None:
            return 0
        if fence != held:  # until now another relay may have carried what we saw waiting
            rows = self._waiting()
        if not rows:
            return 0
        signed = self._signer.sign([row.body for row in rows])
        with passing("producer", [_hop(row) for row in rows] if are_recorded() else []):
            self._bus.publish([Outgoing(row.topic, row.key, body) for row, body in zip(rows, signed, strict=True)])
        self._mark([row.id for row in rows], fence)
        return len(rows)

    def _waiting(self) -> Sequence[Row[Any]]:
        with self._database.reading() as session:
            return session.execute(
                select(outbox.c.id, outbox.c.topic, outbox.c.key, outbox.c.body)
                .where(outbox.c.published_at.is_(None))
                .order_by(outbox.c.id)
                .limit(WINDOW)
            ).all()

    def _hold_lease(self) -> int | None:
        """The fencing number of our lease, renewed now and then. None while another relay holds it."""
        at = time.monotonic()
        if self._fence is None or at >= self._renew_at:
            self._fence = self._renew_lease()
            self._renew_at = at + RENEWED_AFTER
        return self._fence

    def _renew_lease(self) -> int | None:
        """Renew the lease, or take one that has ended; its fencing number. None while another relay holds it.

        None is given for longer than LEASE_MS: one that ends later was written under a wrong clock, and does not hold.
        """
        lease = relay_lease.c
        with self._database.writing() as session:
            insert_ignoring(
                session, relay_lease, [{"name": "relay", "holder": "", "fence": 0, "expires_ms": 0}], ["name"]
            )
            mine = session.execute(
                update(relay_lease)
                .where(lease.holder == self._holder, lease.expires_ms > database_ms())
                .values(expires_ms=database_ms() + LEASE_MS)
                .returning(lease.fence)
            ).scalar_one_or_none()
            if mine is not None:
                return int(mine)
            taken = session.execute(
                update(relay_lease)
                .where(~lease.expires_ms.between(database_ms() + 1, database_ms() + LEASE_MS))
                .values(holder=self._holder, fence=lease.fence + 1, expires_ms=database_ms() + LEASE_MS)
                .returning(lease.fence)
            ).scalar_one_or_none()
            return int(taken) if taken is not None else None

    def _mark(self, ids: list[int], fence: int) -> None:
        """Mark rows as published, unless another relay took over meanwhile: then that one publishes them again."""
        held = select(relay_lease.c.name).where(relay_lease.c.fence == fence, relay_lease.c.holder == self._holder)
        with self._database.writing() as session:
            these = among(session, outbox.c.id, ids)
            marking = update(outbox).where(these, held.exists()).values(published_at=clock.now())
            if session.execute(marking.returning(outbox.c.id)).first() is None:
                self._fence = None

    def release(self) -> None:
        """Give the lease back, so that the next relay need not wait for it to end."""
        if self._fence is None:
            return
        with self._database.writing() as session:
            session.execute(update(relay_lease).where(relay_lease.c.holder == self._holder).values(expires_ms=0))


def _hop(row: Row[Any]) -> Hop:
    return Hop(f"publish {row.topic}", glimpse(row.body), {"messaging.destination.name": row.topic})


def prune(database: Database) -> int:
    """Remove what was published, taken in or answered long ago; how many rows."""
    now = clock.now()
    old = [
        delete(outbox).where(outbox.c.published_at < now - KEPT_PUBLISHED),
        delete(inbox).where(inbox.c.taken_at < now - KEPT_INBOX),
        delete(self_check).where(self_check.c.started_at < now - KEPT_INBOX),
        delete(idempotency_key).where(idempotency_key.c.created_at < now - KEPT_ANSWERS),
    ]
    with database.writing() as session:
        return sum(session.execute(statement).rowcount for statement in old)  # type: ignore[attr-defined]


def hourly(database: Database, acts: Sequence[Callable[[Database], int]], stop: threading.Event) -> Callable[[], int]:
    """The loop that does these now, and again after each hour."""

    def work() -> int:
        for act in acts:
            act(database)
        stop.wait(HOUR)
        return 1

    return work


def waiting(database: Database) -> list[UUID]:
    """Events that are committed and not yet on the bus."""
    with database.reading() as session:
        return list(session.execute(select(outbox.c.event_id).where(outbox.c.published_at.is_(None))).scalars())
