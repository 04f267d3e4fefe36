"""The keeper of the topics: creates what is missing, tells what is weaker than asked, and whether anybody answers."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec
from kafka.errors import (
    AuthorizationError,
    InvalidReplicationFactorError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NodeNotReadyError,
    NoError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)
from kafka.net.compat import KafkaNetClient

from shared.bus import Away
from shared.bus.kafka.client import kind, overheard
from shared.bus.reaching import why_away
from shared.bus.topics import Topic

log = logging.getLogger(__name__)

FRESH = 2.0  # seconds for which an answer is not asked for again


class Keeper:
    """Shared by the threads of a process; they ask one after another."""

    def __init__(self, access: Mapping[str, Any], topics: Sequence[Topic], answers_within: float) -> None:
        self._access = access
        self._topics = {topic.name: topic for topic in topics}
        self._answers_within = answers_within
        self._admin: Any = None
        self._lock = threading.Lock()
        self._away: Away | None = None
        self._checked_at = float("-inf")
        self._compared = False

    def ready(self) -> None:
        """Before the first use: every topic is there. Raises Away if not."""
        if not self._compared:
            self.answers()

    def answers(self) -> None:
        """Whether a server answers and every topic is there, as of now or a moment ago. Raises Away if not."""
        with self._lock:
            if time.monotonic() - self._checked_at >= FRESH:
                self._away = self._ask()
                self._checked_at = time.monotonic()
            if self._away:
                raise self._away

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """How many records of these topics the group has not committed. Raises Away."""
        with self._lock:
            try:
                self._admin = self._admin or self._connect()
                return self._lag(group, topics)
            except Exception as error:  # whatever it is, the next connection starts anew
                self.close()
                raise Away(self._sentence(error)) from error

    def _lag(self, group: str, topics: Sequence[str]) -> int:
        described = self._admin.describe_topics(list(topics))
        places = [TopicPartition(t["name"], p["partition_index"]) for t in described for p in t["partitions"]]
        ends = self._admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        committed = self._admin.list_group_offsets({group: None})[group]
        unread = [place for place in places if place not in committed]
        begins = self._admin.list_partition_offsets(dict.fromkeys(unread, OffsetSpec.EARLIEST)) if unread else {}
        done = {place: each.offset for place, each in (begins | committed).items()}
        return sum(max(0, ends[place].offset - done[place]) for place in places)

    def close(self) -> None:
        """Let go of the connection."""
        admin, self._admin = self._admin, None
        if admin:
            admin.close()

    def _ask(self) -> Away | None:
        try:
            self._admin = self._admin or self._connect()
            described = self._describe()
            for name in [name for name, found in described.items() if found is None]:
                self._create(self._topics[name])
            if not self._compared:
                self._compare(self._describe())
                self._compared = True
        except Away as away:
            self.close()
            return away
        except Exception as error:  # whatever it is, the next connection starts anew
            self.close()
            return Away(self._sentence(error))
        return None

    def _sentence(self, error: Exception) -> str:
        servers = self._access["bootstrap_servers"]
        if isinstance(error, KafkaTimeoutError | KafkaConnectionError | NodeNotReadyError | OSError):
            reason = why_away(servers) or f"{', '.join(servers)} {overheard.drain() or 'does not answer'}"
            return f"the bus cannot be reached: {reason}; see TALENT_BUS_URL and TALENT_KAFKA_SECURITY"
        return f"the bus at {', '.join(servers)} does not do what is asked: {kind(error)}"

    def _connect(self) -> Any:
        if why_away(self._access["bootstrap_servers"]):
            raise KafkaConnectionError
        overheard.drain()
        made: list[Any] = []

        def client(**settings: Any) -> Any:
            made.append(KafkaNetClient(**settings))
            return made[0]

        milliseconds = int(self._answers_within * 1000)
        limits = {"bootstrap_timeout_ms": milliseconds, "request_timeout_ms": milliseconds}
        try:
            return KafkaAdminClient(kafka_client=client, **limits, **self._access)
        except BaseException:
            for each in made:  # a constructor that fails leaves its thread to us
                each.close()
            raise

    def _describe(self) -> dict[str, dict[str, Any] | None]:
        """Each topic as it is; None for one that is missing. Raises Away for one that may not be looked at."""
        described: dict[str, dict[str, Any] | None] = {}
        for found in self._admin.describe_topics(list(self._topics)):
            problem = for_code(found["error_code"])
            if issubclass(problem, AuthorizationError):
                raise Away(f"topic {found['name']} is missing, or may not be used with this TALENT_KAFKA_USERNAME")
            if problem not in {NoError, UnknownTopicOrPartitionError}:
                raise problem
            described[found["name"]] = found if problem is NoError else None
        return described

    def _create(self, topic: Topic) -> None:
        wanted = {
            "num_partitions": topic.partitions,
            "replication_factor": topic.replication,
            "configs": topic.settings,
        }
        try:
            self._admin.create_topics({topic.name: wanted}, wait_for_metadata=True)
            log.info("topic %s created with %s partitions", topic.name, topic.partitions)
        except TopicAlreadyExistsError:  # another process was quicker
            self._admin.wait_for_topics([topic.name])
        except InvalidReplicationFactorError:
            raise Away(
                f"topic {topic.name} is missing, and there are too few servers for {topic.replication} copies: "
                "see TALENT_KAFKA_REPLICATION"
            ) from None
        except KafkaError as error:
            raise Away(f"topic {topic.name} is missing, and cannot be created: {kind(error)}") from None

    def _compare(self, described: Mapping[str, Mapping[str, Any] | None]) -> None:
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in self._topics]
        settings = self._admin.describe_configs(resources, config_filter="all").get("topic", {}) if resources else {}
        for name, found in described.items():
            held = {key: entry["value"] for key, entry in settings.get(name, {}).items()}
            partitions = found["partitions"] if found else []
            copies = min((len(each["replica_nodes"]) for each in partitions), default=0)
            for weakness in self._topics[name].weaknesses(len(partitions), copies, held):
                log.warning("topic %s is weaker than asked: %s", name, weakness)
