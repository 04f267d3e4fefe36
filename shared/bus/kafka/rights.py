"""Users and access rights on Apache Kafka (用户与访问控制): a service writes its own topic, and reads what it handles.

Rights are added and passwords set anew each time; nothing is taken away. What no right allows is refused by the broker,
where its authorizer is on and `allow.everyone.if.no.acl.found` is off.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError

from shared.bus import Away
from shared.bus.kafka.client import access, kind
from shared.bus.kafka.names import Names
from shared.config import Settings

ITERATIONS = 16_384  # of SCRAM-SHA-512; the most that the server takes


@dataclass(frozen=True)
class BusUser:
    """A service as the broker knows it: its user is `<prefix>-<service>`, its group of readers `<prefix>.<service>`."""

    names: Names
    service: str
    password: str
    writes: Sequence[str]
    reads: Sequence[str]

    @property
    def name(self) -> str:
        """What the service gives as TALENT_KAFKA_USERNAME."""
        return self.names.user(self.service)

    def rights(self, topics: Sequence[str]) -> Iterator[tuple[ResourceType, str, ACLOperation]]:
        """What it may do: look at all topics, as every start does; write its own; read the others' as its group."""
        for topic in map(self.names.topic, topics):
            yield ResourceType.TOPIC, topic, ACLOperation.DESCRIBE
            yield ResourceType.TOPIC, topic, ACLOperation.DESCRIBE_CONFIGS
        for topic in map(self.names.topic, self.writes):
            yield ResourceType.TOPIC, topic, ACLOperation.WRITE
        for topic in map(self.names.topic, self.reads):
            yield ResourceType.TOPIC, topic, ACLOperation.READ
        if self.reads:
            yield ResourceType.GROUP, self.names.group(self.service), ACLOperation.READ


def give_rights(servers: Sequence[str], settings: Settings, users: Sequence[BusUser], topics: Sequence[str]) -> None:
    """Set the users' passwords and give them their rights, as an administrator. Raises Away where that is refused."""
    try:
        with closing(KafkaAdminClient(**access(servers, settings))) as admin:
            passwords = [
                UserScramCredentialUpsertion(user.name, ScramMechanism.SCRAM_SHA_512, user.password, ITERATIONS)
                for user in users
            ]
            refused = [reason for reason in admin.alter_user_scram_credentials(passwords).values() if reason]
            given = admin.create_acls([right for user in users for right in _acls(user, topics)])
    except KafkaError as error:
        raise Away(f"the bus at {', '.join(servers)} gives no rights: {kind(error)}") from None
    if refused or given["failed"]:
        raise Away(f"the bus at {', '.join(servers)} gives no rights to this TALENT_KAFKA_USERNAME")


def _acls(user: BusUser, topics: Sequence[str]) -> Iterator[ACL]:
    for of, name, operation in user.rights(topics):
        yield ACL(f"User:{user.name}", "*", operation, ACLPermissionType.ALLOW, ResourcePattern(of, name))
