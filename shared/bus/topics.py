"""The topics (主题) that are asked of Apache Kafka, and where a real one is weaker than asked."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """One topic: the same key goes to the same partition as long as their number stays."""

    name: str
    partitions: int
    retention_days: int
    replication: int  # copies of each record
    min_insync: int  # copies that must hold a record before it is acknowledged

    @property
    def settings(self) -> dict[str, str]:
        """What the topic is created with."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_days * DAY_MS),
            "min.insync.replicas": str(self.min_insync),
            "unclean.leader.election.enable": "false",
        }

    def weaknesses(self, partitions: int, replication: int, settings: Mapping[str, str]) -> Iterator[str]:
        """Where a topic that exists promises less than this one."""
        if partitions != self.partitions:
            yield f"{partitions} partitions instead of {self.partitions}"
        if replication < self.replication:
            yield f"replication {replication} instead of {self.replication}"
        if int(settings.get("min.insync.replicas", 1)) < self.min_insync:
            yield f"min.insync.replicas {settings.get('min.insync.replicas', 1)} instead of {self.min_insync}"
        kept = int(settings.get("retention.ms", -1))
        if 0 <= kept < self.retention_days * DAY_MS:
            yield f"records are kept {kept / DAY_MS:g} days instead of {self.retention_days}"
        if settings.get("unclean.leader.election.enable") == "true":
            yield "unclean.leader.election.enable may lose acknowledged records"
        if settings.get("cleanup.policy", "delete") != "delete":
            yield f"cleanup.policy {settings['cleanup.policy']} removes events that are still needed"


def read_topics(path: Path, *, replication: int, min_insync: int) -> list[Topic]:
    """The topics of a file such as deploy/topics.toml."""
    return [
        Topic(name, spec["partitions"], spec["retention_days"], replication, min_insync)
        for name, spec in tomllib.loads(path.read_text()).items()
    ]
