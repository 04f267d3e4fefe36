"""The identifiers of the tree: what is named by whom, read from the source without importing it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PRODUCT = ("services", "shared")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


class Named(NamedTuple):
    """A name given somewhere: to a module, a class, a function, an argument, a variable or an attribute."""

    path: str
    line: int
    name: str


def sources(*tops: str) -> Iterator[Path]:
    """The Python files below some folders, migrations of the past excepted: what they name was named then."""
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


def names_in(path: Path) -> Iterator[Named]:
    """Every name that a file gives, its own first."""
    shown = str(path.relative_to(ROOT))
    yield Named(shown, 0, path.stem)
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield Named(shown, node.lineno, node.name)
            case ast.arg():
                yield Named(shown, node.lineno, node.arg)
            case ast.Name(ctx=ast.Store()):
                yield Named(shown, node.lineno, node.id)
            case ast.Attribute(ctx=ast.Store()):
                yield Named(shown, node.lineno, node.attr)
            case ast.alias(asname=str(asname)):
                yield Named(shown, node.lineno, asname)
            case _:
                pass


def words_of(name: str) -> list[str]:
    """The words of an identifier, in lower case: `keepItUp_now` is keep, it, up, now."""
    return [word.lower() for word in WORD.findall(name)]
