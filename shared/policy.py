"""Reads a policy pack (政策包) from its file; a broken one names the lines and the reasons, in both languages."""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared.contracts.policy import PolicyPack
from shared.problems import Fault, Said
from shared.references import faults_of
from shared.validation import located

# What closes a text that ends inside an array, an array in an inline table, or that within an array.
CLOSINGS = ("", "\n]", "\n]}", "\n]}]", "\n]]")


class BrokenLine(NamedTuple):
    """What is wrong in which line, counted from 1; `fault.pointer` is the place as a JSON pointer, "" for the text."""

    line: int
    fault: Fault


class BrokenPack(Exception):
    """A pack that cannot be applied; `lines` tells every fault, in the order of the file."""

    def __init__(self, lines: Iterable[BrokenLine]) -> None:
        self.lines = tuple(sorted(lines, key=lambda broken: (broken.line, broken.fault.pointer)))
        super().__init__("\n".join(f"{line}: {fault.said.zh} · {fault.said.en}" for line, fault in self.lines))


def read_pack(path: Path) -> PolicyPack:
    """The policy pack in a TOML file. Raises BrokenPack for a file that is none, OSError where it cannot be read."""
    return parse_pack(path.read_bytes())


def parse_pack(raw: bytes) -> PolicyPack:
    """The policy pack in the bytes of a TOML file. Raises BrokenPack."""
    text, tree = _tree(raw)
    lines = _Lines(text)
    try:
        pack = PolicyPack.model_validate(tree)
    except ValidationError as error:
        found = [_of_schema(tree, dict(each)) for each in error.errors(include_url=False, include_input=False)]
        raise BrokenPack(BrokenLine(lines.line_of(fault.pointer), fault) for fault in found) from None
    if found := faults_of(pack):
        raise BrokenPack(BrokenLine(lines.line_of(fault.pointer), fault) for fault in found)
    return pack


def _tree(raw: bytes) -> tuple[str, dict[str, Any]]:
    """The text and what TOML reads in it; a text that is no TOML is broken where the reading stopped."""
    try:
        text = raw.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        line, said = raw[: error.start].count(b"\n") + 1, Said("文件不是 UTF-8 编码", "the file is not UTF-8")
    except ValueError as error:  # TOMLDecodeError, and what Python says of a number with thousands of digits
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else len(text.rstrip().split("\n"))
        reason = str(error).partition(" (at ")[0]
        said = Said(f"不是有效的 TOML：{reason}", f"not valid TOML: {reason}")
    raise BrokenPack([BrokenLine(line, Fault("", "toml", said))])


def _of_schema(tree: Any, error: dict[str, Any]) -> Fault:
    """A fault that pydantic reports, at a place in the file; what is missing is named all the same."""
    loc = error["loc"]
    place = _present(tree, loc) + ([loc[-1]] if error["type"] == "missing" else [])
    (fault,) = located([error | {"loc": place}])
    own = error.get("ctx", {}).get("zh")
    return Fault(fault.pointer, fault.code, Said(own, error["msg"])) if own else fault


def _present(tree: Any, path: Iterable[str | int]) -> list[str | int]:
    """The parts of a path that the tree has: tags of unions are in a path of pydantic's, but in no file."""
    present = []
    for part in path:
        if part in (range(len(tree)) if isinstance(tree, list) else tree if isinstance(tree, dict) else ()):
            tree = tree[part]
            present.append(part)
    return present


class _Lines:
    """Where in a TOML text something stands: in the first line after which the text read so far has it."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.read_until = lru_cache(maxsize=None)(self._read_until)

    def line_of(self, pointer: str) -> int:
        """The line, from 1, of a pointer; of what should contain it, where it is missing from the text."""
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        path = [int(part) if part.isdecimal() else part for part in parts]
        there = _present(self.read_until(len(self.lines)), path)
        low, high = 1, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            read = _present(self.read_until(middle), there) == there
            low, high = (low, middle) if read else (middle + 1, high)
        return low

    def _read_until(self, count: int) -> Any:
        """What the first lines say, up to the last of them that ends a value or an item of a list."""
        while count > 0:
            text = "\n".join(self.lines[:count])
            for closing in CLOSINGS:
                try:
                    return tomllib.loads(text + closing)
                except ValueError:
                    continue
            count -= 1
        return {}
