"""Which bus the settings name."""

from pathlib import Path

from shared.bus import Bus
from shared.bus.embedded import EmbeddedBus
from shared.bus.reaching import BadBusUrl, parse_servers
from shared.bus.topics import read_topics
from shared.config import Settings

TOPICS = Path(__file__).parents[2] / "deploy" / "topics.toml"


def open_bus(settings: Settings) -> Bus:
    """The bus that TALENT_BUS_URL names: `embedded:` (in the data folder), `embedded:PATH`, `kafka://host:port,…`.

    Nothing is asked of a server yet. Raises BadBusUrl for a URL that names neither.
    """
    scheme, _, rest = settings.bus_url.partition(":")
    if path := embedded_path(settings):
        return EmbeddedBus(str(path))
    if scheme == "kafka":
        from shared.bus.kafka import KafkaBus  # noqa: PLC0415  # a machine with the embedded bus need not load it

        topics = read_topics(TOPICS, replication=settings.kafka_copies, min_insync=settings.kafka_copies_in_sync)
        return KafkaBus(parse_servers(rest), topics, settings)
    raise BadBusUrl(f"TALENT_BUS_URL must begin with embedded: or kafka:, not with {scheme[:20]}")


def embedded_path(settings: Settings) -> Path | None:
    """The file of the embedded bus, where the settings name that one."""
    scheme, _, rest = settings.bus_url.partition(":")
    return Path(rest or settings.data_dir / "bus.db") if scheme == "embedded" else None
