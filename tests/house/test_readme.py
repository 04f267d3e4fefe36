"""README's reading path leads somewhere: each hop names a file that is there and something defined in it."""

import ast
import re

from tests.house.names import ROOT

HOP = re.compile(r"^(\d+)\. `([\w/.]+)` `(\w+)` — ", re.MULTILINE)
README = (ROOT / "README.md").read_text()


def test_every_hop_of_the_reading_path_is_there() -> None:
    hops = HOP.findall(README)
    assert [int(number) for number, _, _ in hops] == list(range(1, len(hops) + 1))
    assert len(hops) >= 10
    for _, path, name in hops:
        tree = ast.parse((ROOT / path).read_text())
        assert name in {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }, path
