"""`talent bus rights`: users and rights on Apache Kafka, from what each service announces and handles."""

import os
from collections.abc import Mapping
from contextlib import closing

from shared.asyncapi import parts
from shared.bus.kafka.names import Names
from shared.bus.kafka.rights import BusUser, give_rights
from shared.bus.opening import TOPICS, open_bus
from shared.bus.reaching import parse_servers
from shared.bus.topics import read_topics
from shared.cli.client import Refused
from shared.cli.stores import stores_in_reach
from shared.config import Settings
from shared.contracts.published import PUBLISHED


@stores_in_reach()
def give_bus_rights(settings: Settings, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Create the topics, and give each service its user and its rights; the names of the users.

    The settings are those of an administrator of the broker. Passwords are TALENT_REGISTRY_KAFKA_PASSWORD and so on.
    """
    scheme, _, rest = settings.bus_url.partition(":")
    if scheme != "kafka":
        raise Refused("只有Kafka需要用户和权限 · only Apache Kafka has users and rights: set TALENT_BUS_URL=kafka://…")
    users = []
    for service, part in parts().items():
        setting = f"TALENT_{service.upper()}_KAFKA_PASSWORD"
        if not environment.get(setting):
            raise Refused(f"请设置 {setting} · set {setting}")
        writes = sorted({event.topic for event in PUBLISHED.values() if event.source == f"/{service}"})
        reads = sorted({event.topic for event in part.handles})
        users.append(BusUser(Names(settings.kafka_prefix), service, environment[setting], writes, reads))
    with closing(open_bus(settings)) as bus:
        bus.answers()
    topics = [topic.name for topic in read_topics(TOPICS, replication=1, min_insync=1)]
    give_rights(parse_servers(rest), settings, users, topics)
    return [user.name for user in users]
