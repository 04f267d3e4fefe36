"""Recipes as CONTRIBUTING.md has them: what to write into which file, and what to run then."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\w+)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`([\w./-]+\.\w+)`")


@dataclass(frozen=True)
class Block:
    """One block of code: a change or a new file with its path, or commands, which have none."""

    kind: str
    path: str
    text: str


def recipes(paper: str) -> dict[str, list[Block]]:
    """The blocks of each chapter that has any, by the English half of its title; `text` is only read, not followed."""
    chapters = re.split(r"^#{2,3} (.+)$", paper, flags=re.MULTILINE)
    found = {title.rpartition("·")[2].strip(): list(_blocks(body)) for title, body in _pairs(chapters[1:])}
    return {title: blocks for title, blocks in found.items() if blocks}


def _pairs(flat: list[str]) -> Iterator[tuple[str, str]]:
    return zip(flat[::2], flat[1::2], strict=True)


def _blocks(chapter: str) -> Iterator[Block]:
    """A change or a file is for the path that was named last before it."""
    for found in BLOCK.finditer(chapter):
        if found["kind"] != "text":
            named = PATH.findall(chapter[: found.start()])
            path = "" if found["kind"] == "sh" else named[-1]
            yield Block(found["kind"], path, re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE))


def write(block: Block, tree: Path) -> None:
    """Write a new file, or change one as a diff without line numbers says: what it keeps stands there once."""
    file = tree / block.path
    if block.kind != "diff":
        assert not file.exists(), f"{block.path} is there already"
        file.write_text(block.text, encoding="utf-8")
        return
    text = file.read_text(encoding="utf-8")
    for hunk in re.split(r"^@@\n", block.text, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if not line.startswith("+"))
        after = "".join(line[1:] for line in lines if not line.startswith("-"))
        assert text.count(before) == 1, f"{block.path}: stands there {text.count(before)} times:\n{before}"
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
