"""Reading: small polls, bytes as they come, and a position that follows the database."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kafka import KafkaConsumer
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import (
    AuthorizationError,
    FencedInstanceIdError,
    KafkaError,
    LogTruncationError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    SaslAuthenticationFailedError,
)
from kafka.structs import OffsetAndMetadata, TopicPartition

from shared.bus import Away, Broken, Record
from shared.bus.kafka.client import CLOSED_WITHIN, kind
from shared.bus.kafka.keeper import Keeper
from shared.bus.kafka.names import Names
from shared.bus.watch import Watchdog

log = logging.getLogger(__name__)

LARGEST_POLL = 5_000  # records; what a batch costs by itself is shared by more of them (measured)
COMMITTED_WITHIN_MS = 5_000
QUIET = 10.0  # seconds without a record after which we ask whether anybody is there
STUCK = 180.0  # seconds that a position may stand still while records wait behind it

SETTINGS = {
    "enable_auto_commit": False,
    "auto_offset_reset": "none",
    "isolation_level": "read_committed",
    "allow_auto_create_topics": False,
    "partition_assignment_strategy": (RangePartitionAssignor,),
    "max_poll_records": LARGEST_POLL,
    "max_poll_interval_ms": 300_000,  # far more than the longest pause between two tries of a handler
    "request_timeout_ms": 10_000,
    "heartbeat_interval_ms": 2_000,
    "fetch_max_bytes": 5 * 1024 * 1024,
}


class Membership(NamedTuple):
    """How a process belongs to its groups. One with a name of its own takes its place again at once after a restart."""

    instance: str
    session_seconds: int

    def settings(self, group: str) -> dict[str, Any]:
        """For the client, in one group."""
        session = {"group_id": group, "session_timeout_ms": self.session_seconds * 1000}
        return session | ({"group_instance_id": f"{group}.{self.instance}"} if self.instance else {})


class KafkaSubscription:
    """One member of a consumer group."""

    def __init__(
        self,
        access: Mapping[str, Any],
        names: Names,
        keeper: Keeper,
        membership: Membership,
        group: str,
        topics: Sequence[str],
    ) -> None:
        self._access = access
        self._names = names
        self._keeper = keeper
        self._membership = membership
        self._group = names.group(group)
        self._topics = [names.topic(topic) for topic in topics]
        self._consumer: Any = None
        self._heard = time.monotonic()
        self._watchdog: Watchdog[TopicPartition] = Watchdog(STUCK)

    def poll(self, seconds: float) -> list[Record]:
        """Up to 5,000 records. Raises Away if nothing came as nobody is there, and Broken if only a restart helps."""
        self._open()
        self._finish_joining()
        try:
            found = self._consumer.poll(timeout_ms=int(seconds * 1000))
            if not found:
                self._check_position()
        except NoOffsetForPartitionError as error:
            self._start_at_the_beginning(error.args[0])
            return []
        except (Away, Broken):
            raise
        except Exception as error:
            raise self._failure(error) from error
        if found:
            self._heard = time.monotonic()
            self._watchdog.moved()
        return [self._record(each) for records in found.values() for each in records]

    def ends(self) -> dict[tuple[str, int], int]:
        """Of every partition there is, whoever reads it. Raises Away if nobody says."""
        self._open()
        try:
            parts = {topic: self._consumer.partitions_for_topic(topic) for topic in self._topics}
            if not all(parts.values()):
                raise Away(f"{self._group} does not learn which partitions there are")
            places = [TopicPartition(topic, number) for topic, numbers in parts.items() for number in numbers]
            ends = self._consumer.end_offsets(places)
            return {(self._names.of_contract(each.topic), each.partition): end for each, end in ends.items()}
        except KafkaError as error:
            raise self._failure(error) from error

    def commit(self, records: Sequence[Record]) -> None:
        """Commit behind the last of these per partition, where it is still ours. A failure only repeats them later."""
        behind = {self._place(each): each.position + 1 for each in records}
        held = self._consumer.assignment()
        try:
            self._commit({place: position for place, position in behind.items() if place in held})
        except FencedInstanceIdError as error:
            raise self._failure(error) from error
        except KafkaError as error:
            log.warning("%s could not commit its position, events may come again: %s", self._group, kind(error))

    def rewind(self, records: Sequence[Record]) -> None:
        """Go back to before the oldest of these, where the partition is still ours."""
        oldest = {self._place(each): each.position for each in reversed(records)}
        for place in oldest.keys() & self._consumer.assignment():
            self._consumer.seek(place, oldest[place])

    def close(self) -> None:
        """Leave the group."""
        if self._consumer:
            self._consumer.close(autocommit=False, timeout_ms=int(CLOSED_WITHIN * 1000))

    def _open(self) -> None:
        if self._consumer is None:
            self._keeper.ready()
            settings = self._membership.settings(self._group)
            self._consumer = KafkaConsumer(*self._topics, **self._access, **SETTINGS, **settings)

    def _finish_joining(self) -> None:
        """Have the client end what it began: a poll may be over before new partitions are shared out among the members.

        kafka-python (3.0.12) takes them for shared out then, and reads nothing more (KAFKA-9815 in the Java client).
        """
        coordinator = self._consumer._coordinator
        if coordinator.rejoining:
            coordinator.request_rejoin()

    def _commit(self, positions: Mapping[TopicPartition, int]) -> None:
        offsets = {place: OffsetAndMetadata(position, "", -1) for place, position in positions.items()}
        self._consumer.commit(offsets, timeout_ms=COMMITTED_WITHIN_MS)

    def _start_at_the_beginning(self, partitions: Iterable[TopicPartition]) -> None:
        """The first start of a group, or of a partition: an act that is told and committed, never a silent reset."""
        try:
            first = self._consumer.beginning_offsets(list(partitions))
            for place, position in first.items():
                self._consumer.seek(place, position)
            self._commit(first)
        except KafkaError as error:
            raise self._failure(error) from error
        log.info("%s starts at the beginning of %s partitions", self._group, len(first))
        if any(first.values()):
            log.error("%s starts late: the bus no longer has the earliest events; run verify", self._group)

    def _check_position(self) -> None:
        """Nothing came. Is anybody there, and do we read on where something waits?"""
        at = time.monotonic()
        if at - self._heard < QUIET:
            return
        self._keeper.answers()
        self._heard = at
        held = list(self._consumer.assignment())
        ends = self._consumer.end_offsets(held) if held else {}
        stands = {place: self._consumer.position(place, timeout_ms=1000) for place in held}
        behind = {place: stood for place, stood in stands.items() if stood is not None and stood < ends[place]}
        if stuck := self._watchdog.frozen(behind, at):
            raise Broken(f"{self._group} reads no further at {stuck[0].topic}/{stuck[0].partition}")

    def _failure(self, error: Exception) -> Away | Broken:
        if isinstance(error, OffsetOutOfRangeError | LogTruncationError):
            return Away(
                f"{self._group} stands where the bus no longer has events, so some are lost to it: "
                "run verify, then set the group's position"
            )
        if isinstance(error, FencedInstanceIdError):
            return Broken(f"another process runs as {self._membership.instance}: see TALENT_KAFKA_INSTANCE")
        reason = f"{self._group} cannot read: {kind(error)}"
        if isinstance(error, AuthorizationError | SaslAuthenticationFailedError) or getattr(error, "retriable", False):
            return Away(reason)
        return Broken(reason)

    def _record(self, each: Any) -> Record:
        key = None if each.key is None else each.key.decode(errors="replace")
        return Record(self._names.of_contract(each.topic), each.partition, each.offset, key, each.value or b"")

    def _place(self, record: Record) -> TopicPartition:
        return TopicPartition(self._names.topic(record.topic), record.partition)
