"""Which bus the settings name."""

from shared.bus import Bus
from shared.bus.embedded import EmbeddedBus
from shared.config import Settings


def open_bus(settings: Settings) -> Bus:
    """The bus that TALENT_BUS_URL names: `embedded:` (a file in the data folder) or `embedded:PATH`."""
    scheme, _, rest = settings.bus_url.partition(":")
    if scheme == "embedded":
        return EmbeddedBus(rest or str(settings.data_dir / "bus.db"))
    raise ValueError(f"TALENT_BUS_URL names no bus that is known here: {scheme}")
