"""P8: `talent up`, as `make run` starts it after installation: until it is ready, and its memory after a year.

Ready means that the four services answer and the policy is in force. The memory is that of the four services together,
on SQLite and the embedded bus, after the demo year was loaded and counted to its end.
"""

import time
from pathlib import Path

from shared.config import PORTS
from tests.bench.pairs import PAIRS, Line, Target, alone
from tests.bench.processes import megabytes
from tests.city import City, eventually
from tests.databases import PostgresDatabases

SECONDS = Target("subject", "less", 5.0)
MEGABYTES = Target("subject", "less", 450)
LOADED = "演示年已装入"
LOADED_WITHIN = 600.0  # seconds


def until_ready(folder: Path) -> float:
    """Seconds from the start on an empty folder until the policy is in force."""
    city = City(folder)
    started = time.perf_counter()
    city.start()
    took = time.perf_counter() - started
    programmes = city.client("bureau").get("/v1/programmes", params={"limit": 200}).raise_for_status().json()["items"]
    city.stop()
    assert programmes
    return took


def memory(folder: Path) -> dict[str, float]:
    """Megabytes of the four services after the demo year, by both ways of counting; everything must agree by then."""
    city = City(folder, TALENT_DEMO="1")
    city.start()
    try:
        assert eventually(lambda: LOADED in city.log(), bool, LOADED_WITHIN), city.log()
        status, said = city.talent("verify")
        assert status == 0, said
        services = [city.process_of(service) for service in PORTS]
        return {what: megabytes(what, services) for what in ("Pss", "Rss")}
    finally:
        city.stop()


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Seconds of some starts, and the memory after one that loads the year."""
    took = [until_ready(folder / f"start-{n}") for n in range(PAIRS)]
    held = memory(folder / "year")
    return [
        alone("start until ready, policy in force", "s", took, SECONDS),
        alone("four services after the demo year, PSS", "MB", [held["Pss"]], MEGABYTES),
        alone("four services after the demo year, RSS", "MB", [held["Rss"]]),
    ]
