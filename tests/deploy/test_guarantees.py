import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROMISES = (ROOT / "GUARANTEES.md").read_text()
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PROMISES)


def test_every_promise_names_tests_that_exist() -> None:
    assert len(NAMED) > 20
    for file, name in NAMED:
        functions = {node.name for node in ast.walk(ast.parse((ROOT / file).read_text())) if hasattr(node, "name")}
        assert not name or name in functions, f"{file}::{name}"


def test_every_promise_has_its_proof() -> None:
    promises = re.split(r"\n\d+\. \*\*", PROMISES.partition("## What is not promised")[0])[1:]
    assert len(promises) == 30
    for promise in promises:
        assert "`tests/" in promise, promise[:60]
