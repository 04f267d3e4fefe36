"""What others notice of something large: how long single posts and reads take beside it, and the memory it takes."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.bench.people import newcomers
from tests.bench.serving import Serving

EVERY = 0.1  # seconds between two requests of one clerk
FEWEST = 60  # requests, of which the slowest three are beyond the 95th percentile


def p95_of_posts(served: Serving, over: Callable[[], bool]) -> float:
    """Milliseconds within which 95 of 100 single posts are answered, one after the other until something is over."""

    def post(http: httpx.Client) -> None:
        (body,) = newcomers(1)
        answer = http.post("/v1/registrations", json=body)
        assert answer.status_code == httpx.codes.CREATED, answer.text

    return _p95(served, over, post)


def p95_of_reads(served: Serving, over: Callable[[], bool]) -> float:
    """The same of a page of records that is read."""

    def read(http: httpx.Client) -> None:
        http.get("/v1/registrations", params={"limit": 20}).raise_for_status()

    return _p95(served, over, read)


def _p95(served: Serving, over: Callable[[], bool], ask: Callable[[httpx.Client], None]) -> float:
    took: list[float] = []
    headers = {"Authorization": f"Bearer {served.clerk}"}
    with httpx.Client(base_url=served.url, headers=headers, trust_env=False, timeout=60) as http:
        while len(took) < FEWEST or not over():
            started = time.perf_counter()
            ask(http)
            took.append(1_000 * (time.perf_counter() - started))
            time.sleep(EVERY)
    return statistics.quantiles(took, n=20)[-1]


def memory_of(pid: int) -> float:
    """Memory in MB of a process and of all that descend from it; what they share counts once."""
    parents = {int(each.name): _parent(each) for each in Path("/proc").iterdir() if each.name.isdigit()}
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(_proportional(each) for each in family)


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended meanwhile
        return 0


def _proportional(pid: int) -> float:
    try:
        entries = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(each.split()[1]) for each in entries if each.startswith("Pss:")) / 1024
