"""What was measured, kept for machines in `bench/results.json` and for readers in `bench/RESULTS.md`.

A group of lines that was measured takes the place of what was kept of it; the others stay as they are, each with the
commit and the date it was measured at.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.pairs import Line

ROOT = Path(__file__).parents[2]
RESULTS, TABLE = ROOT / "bench" / "results.json", ROOT / "bench" / "RESULTS.md"
HEAD = """\
# 最近一次测量 · The last run

由 `make bench` 写成；怎样读，见 [README](README.md)。Written by `make bench`; [README](README.md) says how to read it.

| | 项 line | 单位 unit | 产品 subject | 参照 reference | 比 ratio（最低–最高 min–max） | 目标 target | 达到 met |
|---|---|---|--:|--:|--:|--:|---|
"""
FOOT = """
| | 提交 commit | 日期 date | 核 cores | 负载 load | 秒 seconds |
|---|---|---|--:|--:|--:|
"""


def commit() -> str:
    """The commit that is checked out, with a + where files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench")
    return git("rev-parse", "--short=12", "HEAD") + ("+" if changed else "")


def group(lines: Sequence[Line], seconds: float) -> dict[str, Any]:
    """Lines as they are kept, with where and when they were measured."""
    return {
        "commit": commit(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "seconds": round(seconds),
        "lines": [asdict(each) for each in lines],
    }


def kept() -> dict[str, Any]:
    """What was measured before."""
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    return results


def keep(results: dict[str, Any]) -> None:
    """Write both files."""
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    rows = "".join(f"| {name} | {cells(each)} |\n" for name, found in results.items() for each in found["lines"])
    places = "".join(
        f"| {name} | {' | '.join(str(found[key]) for key in ('commit', 'date', 'cores', 'load', 'seconds'))} |\n"
        for name, found in results.items()
    )
    TABLE.write_text(HEAD + rows + FOOT + places)


def cells(each: dict[str, Any]) -> str:
    """A line of the table, without its group."""
    return " | ".join(_cells(each))


def _cells(each: dict[str, Any]) -> Iterator[str]:
    yield each["name"]
    yield each["unit"]
    yield figure(each["subject"])
    between = f"（{figure(each['lowest'])}–{figure(each['highest'])}）"
    if each["reference"] is None:
        yield from ("–", between)
    else:
        yield from (figure(each["reference"]), figure(each["ratio"]) + between)
    yield each["target"] or "–"
    yield {True: "是 yes", False: "**否 no**", None: "–"}[each["met"]]


def figure(number: float) -> str:
    """A number with as many digits as mean something."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
