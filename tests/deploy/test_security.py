"""SECURITY.md: every line of ASVS 5.0 up to level 2 is there once, and every test it names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text()
LINES = dict(re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+) \|$", TEXT, re.MULTILINE))
FOUND = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)
NAMED = sorted(set(FOUND))
# How many lines of level 1 and 2 each section of the standard has, where they are not all that it has.
SECTIONS = {
    "1": "2 9 11 3 2", "2": "3 3 4 1", "3": "0 2 4 6 5 0 2", "4": "3 1 2 4", "5": "1 3 2 3", "6": "3 12 4 4 5 3 0 4",
    "7": "3 4 2 5 2 2", "8": "2 3 1 1", "9": "3 4", "10": "2 2 4 11 5 2 3", "11": "2 3 3 4 1 1", "12": "3 2 4",
    "13": "1 5 2 5", "14": "2 4 3", "15": "3 3 7", "16": "1 5 4 3 3", "17": "1 4 2",
}  # fmt: skip


def test_every_line_is_there_once() -> None:
    wanted = [
        f"{chapter}.{section}.{line}"
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts.split(), 1)
        for line in range(1, int(count) + 1)
    ]
    assert (len(wanted), [*LINES]) == (253, wanted)
    assert len(re.findall(r"^\| \d+\.\d+\.\d+ \|", TEXT, re.MULTILINE)) == 253


@pytest.mark.parametrize("line", LINES)
def test_each_names_a_test_or_says_why_not(line: str) -> None:
    said = LINES[line]
    assert "`tests/" in said or re.match(r"(does not apply|operator|open): \S", said), said


def test_every_test_it_names_exists() -> None:
    assert (len(NAMED) > 80, TEXT.count("`tests/")) == (True, len(FOUND))
    running = {file: set(re.findall(r"^(?:async )?def (test_\w+)", (ROOT / file).read_text(), re.MULTILINE))
               for file, _ in NAMED}  # fmt: skip
    assert [f"{file}::{name}" for file, name in NAMED if name not in running[file] | {""} or not running[file]] == []


def test_no_line_is_left_open() -> None:
    assert [number for number, each in LINES.items() if each.startswith("open")] == []
