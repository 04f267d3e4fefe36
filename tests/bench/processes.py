"""What processes of this machine cost, as the kernel counts it: those named and all they started."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROCESSES = Path("/proc")


def family(*ancestors: int) -> set[int]:
    """Some processes and all that descend from them."""
    parents = {}
    for status in PROCESSES.glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(_after_name(status)[1])
        except OSError:  # ended while we looked
            continue
    found = set(ancestors)
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_seconds(*ancestors: int) -> float:
    """Processor time that they have used so far, in user and kernel mode, with what children used that are gone."""
    return sum(sum(map(int, _after_name(PROCESSES / str(each) / "stat")[11:15])) for each in family(*ancestors)) / TICKS


def megabytes(what: str, processes: Iterable[int]) -> float:
    """Their memory: `Rss`, or `Pss`, in which a page that several hold counts in parts."""
    found = 0
    for each in family(*processes):
        lines = (PROCESSES / str(each) / "smaps_rollup").read_text().splitlines()
        found += sum(int(line.split()[1]) for line in lines if line.startswith(f"{what}:"))
    return found / 1024


def _after_name(status: Path) -> list[str]:
    """The fields of a status after the process's name, which may hold anything."""
    return status.read_text().rpartition(")")[2].split()
