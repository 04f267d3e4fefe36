"""The consumer takes events in: inbox, effect and dead letter in one transaction, and then the position on the bus.

An event that comes again changes nothing, because its id is in the inbox. One that cannot be understood, or is not
signed by its service, is a dead letter with its bytes, and stops nobody. A database that does not answer stops the
reading until it does.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import groupby

from sqlmodel import Session

from shared import clock
from shared.bus import Record, Subscription
from shared.db import Database, insert_ignoring
from shared.db_errors import is_transient, retry_contended
from shared.events import Event, Unreadable, glimpse
from shared.ids import new_id
from shared.service_tables import dead_letter, inbox
from shared.signatures import MARK, TrustedKeys, read_signed
from shared.signed_since import OPEN, Place, settle_by_signed, settle_signed_since
from shared.traces import Here, Hop, passing, standing
from shared.wakeups import is_awaited

log = logging.getLogger(__name__)

Handler = Callable[[Session, Sequence[Event]], None]


class Consumer:
    """Reads some topics for one service and gives each event to its handler, once.

    `committed` is called after each batch that wrote what others wait for.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        subscription: Subscription,
        handlers: Mapping[type[Event], Handler],
        published: Mapping[str, type[Event]],
        trusted: TrustedKeys,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._name = name
        self._database = database
        self._subscription = subscription
        self._handlers = handlers
        self._published = published
        self._trusted = trusted
        self._signed_since: dict[Place, int] | None = None
        self._committed = committed
        self._wrote_awaited = False

    def run_once(self, seconds: float = 0.5) -> int:
        """Take what one poll brings; how many records. Raises what may pass by itself, after rewinding."""
        if self._signed_since is None:
            ends = self._subscription.ends()
            with self._database.writing() as session:
                self._signed_since = settle_signed_since(session, ends)
        records = self._subscription.poll(seconds)
        if not records:
            return 0
        try:
            self._look_for_signed(records)
            self._consume(records)
        except BaseException:
            self._subscription.rewind(records)
            raise
        if self._wrote_awaited:
            self._wrote_awaited = False
            self._committed()  # before the bus has answered, which takes as long as the next hop
        self._subscription.commit(records)
        return len(records)

    def close(self) -> None:
        """Leave the group."""
        self._subscription.close()

    def _consume(self, records: Sequence[Record]) -> None:
        try:
            retry_contended(lambda: self._commit(records))
        except Exception as error:
            if is_transient(error):
                raise
            if len(records) == 1:
                self._park(records[0], error)
                return
            half = len(records) // 2  # and so on until the poisonous event is alone, and harms no other
            self._consume(records[:half])
            self._consume(records[half:])

    def _commit(self, records: Sequence[Record]) -> None:
        with self._database.writing() as session:
            self._apply(session, records)
        self._wrote_awaited |= is_awaited(session)

    def _apply(self, session: Session, records: Sequence[Record]) -> None:
        readable: list[Event] = []
        for record in records:
            try:
                readable.append(self._read(record))
            except Unreadable as error:
                self._bury(session, record, error)
        apply_new(session, self._name, readable, self._handlers)

    def _look_for_signed(self, records: Sequence[Record]) -> None:
        """The first event that its service signed ends what may be unsigned on its topic."""
        for record in records:
            if self._since(record) == OPEN and MARK in record.body and self._is_sound(record):
                place, ends = (record.topic, record.partition), self._subscription.ends()
                with self._database.writing() as session:
                    self._signed_since = settle_by_signed(session, place, record.position, ends)

    def _is_sound(self, record: Record) -> bool:
        try:
            self._read(record)
        except Unreadable:
            return False
        return True

    def _since(self, record: Record) -> int:
        return (self._signed_since or {}).get((record.topic, record.partition), 0)

    def _read(self, record: Record) -> Event:
        since = self._since(record)
        return read_signed(record.body, self._published, self._trusted, older=record.position < since)

    def _park(self, record: Record, error: Exception) -> None:
        with self._database.writing() as session:
            self._bury(session, record, error)

    def _bury(self, session: Session, record: Record, error: Exception) -> None:
        # The text of an unexpected error may quote what the event held; its kind does not.
        reason = str(error) if isinstance(error, Unreadable) else type(error).__name__
        row = {
            "id": new_id(),
            "consumer": self._name,
            "topic": record.topic,
            "partition": record.partition,
            "position": record.position,
            "key": record.key[:200] if record.key else None,
            "body": record.body,
            "reason": reason[:500],
            "fingerprint": sha256(f"{type(error).__name__}:{reason}".encode()).hexdigest(),
            "parked_at": clock.now(),
        }
        insert_ignoring(session, dead_letter, [row], ["consumer", "topic", "partition", "position"])
        with standing(glimpse(record.body)):
            log.error("dead letter at %s/%s/%s: %s", record.topic, record.partition, record.position, reason)


def apply_new(
    session: Session, consumer: str, events: Sequence[Event], handlers: Mapping[type[Event], Handler]
) -> None:
    """Give events that were not seen before to their handlers, in order; those nobody handles are passed over."""
    wanted = [event for event in events if type(event) in handlers]
    fresh = _not_seen(session, consumer, wanted)
    for handler, group in groupby(fresh, key=lambda event: handlers[type(event)]):
        together = list(group)
        with passing("consumer", [_hop(each) for each in together]):
            handler(session, together)


def _hop(event: Event) -> Hop:
    came_from = Here(event.traceparent, None, str(event.id))
    if log.isEnabledFor(logging.DEBUG):
        with standing(came_from):
            log.debug("%s arrived", event.type)
    noted = {"messaging.destination.name": event.topic, "messaging.message.id": str(event.id)}
    return Hop(f"process {event.type}", came_from, noted)


def _not_seen(session: Session, consumer: str, events: Sequence[Event]) -> list[Event]:
    by_id = {(event.source, event.id): event for event in events}
    at = clock.now()
    rows = [{"consumer": consumer, "source": source, "event_id": id_, "taken_at": at} for source, id_ in by_id]
    fresh = insert_ignoring(session, inbox, rows, ["consumer", "source", "event_id"])
    return [event for key, event in by_id.items() if (consumer, *key) in fresh]
