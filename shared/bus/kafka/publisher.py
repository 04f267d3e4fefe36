"""Publishing: one window at a time, and no word is taken for stored but the record's own."""

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from shared.bus import Away, Broken, Outgoing, refuse_oversized
from shared.bus.kafka.client import CLOSED_WITHIN, kind
from shared.bus.kafka.keeper import Keeper
from shared.bus.kafka.names import Names

log = logging.getLogger(__name__)

CONTENT_TYPE = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
STORED_WITHIN = 10.0  # seconds; less than the lease of a relay
A_DAY_MS = 24 * 60 * 60 * 1000

SETTINGS = {
    "acks": "all",
    "enable_idempotence": True,
    "max_in_flight_requests_per_connection": 5,
    "allow_auto_create_topics": False,
    "compression_type": "gzip",
    "linger_ms": 5,
    "batch_size": 512 * 1024,  # a window's share of a partition travels as one
    "max_block_ms": 5_000,
    "request_timeout_ms": 10_000,
    "delivery_timeout_ms": A_DAY_MS,  # a batch that expired could be overtaken by the one behind it: ours wait
}


class Producer(KafkaProducer):  # type: ignore[misc]  # the client has no types
    """The client's, without its second attempt to end when it is forgotten: that would wait, fail and quote itself."""

    def __del__(self) -> None:
        """Whatever is under way ends with the process."""


class Publisher:
    """Holds the one producer of this process."""

    def __init__(self, access: Mapping[str, Any], names: Names, keeper: Keeper) -> None:
        self._access = access
        self._names = names
        self._keeper = keeper
        self._producer: Any = None
        self._under_way: deque[Any] = deque()
        self._one_at_a_time = threading.Lock()

    def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Send a window and wait until each record of it is stored.

        A record without an answer is neither stored nor lost, and the producer goes on trying: while there is one,
        nothing else is sent, because what is sent again now could be followed by the first try.
        """
        refuse_oversized(outgoing)
        with self._one_at_a_time:
            self._settle(time.monotonic() + STORED_WITHIN)
            self._keeper.ready()
            try:
                self._producer = self._producer or Producer(**self._access, **SETTINGS)
                for each in outgoing:
                    sent = self._producer.send(
                        self._names.topic(each.topic), each.body, each.key.encode(), CONTENT_TYPE
                    )
                    self._under_way.append(sent)
            except KafkaError as error:
                raise Away(f"the bus takes no events: {kind(error)}") from None
            except Exception as error:
                raise Broken(f"the client of the bus takes no events: {kind(error)}") from error
            until = time.monotonic() + STORED_WITHIN
            with suppress(KafkaTimeoutError):  # each record says for itself whether it is stored
                self._producer.flush(STORED_WITHIN)  # the window is whole: nothing lingers for more
            self._settle(until)

    def _settle(self, until: float) -> None:
        refused: KafkaError | None = None
        while self._under_way:
            first = self._under_way[0]
            try:
                first.get(timeout=max(0.0, until - time.monotonic()))
            except KafkaError as error:
                if not first.is_done:
                    raise Away("the bus does not acknowledge events; nothing else is sent until it does") from None
                refused = refused or error
            self._under_way.popleft()
        if refused:
            self.close()  # nothing is under way any more, so the next producer overtakes nobody
            raise Away(f"the bus refused events: {kind(refused)}")

    def close(self) -> None:
        """Let go of the producer; the client has no way to end one that still waits, but with the process."""
        producer, self._producer = self._producer, None
        try:
            if producer:
                producer.close(timeout=CLOSED_WITHIN)
        except KafkaError:
            log.warning("events were still under way at the end; they will be published again")
