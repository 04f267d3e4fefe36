"""The house keeps its measure: few packages a service, no long file, no long function."""

import ast
from collections.abc import Iterator
from statistics import median

import pytest

from tests.house.names import PRODUCT, ROOT, sources

MOST_PACKAGES = 10
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_MOSTLY = (6, 18)  # the median and the 90th percentile


def lengths() -> Iterator[tuple[int, str]]:
    """How many lines each function of the product has."""
    for path in sources(*PRODUCT):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("service", ["registry", "quota", "notify", "portal"])
def test_a_service_has_at_most_ten_packages(service: str) -> None:
    packages = [path.parent.name for path in (ROOT / "services" / service).glob("*/__init__.py")]
    assert 1 < len(packages) <= MOST_PACKAGES, packages


def test_every_package_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "services").glob("*/*/__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent


def test_no_file_is_long() -> None:
    lines = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in sources(*PRODUCT, "tests")}
    assert {path: count for path, count in lines.items() if count > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_long() -> None:
    assert [found for found in lengths() if found[0] > MOST_LINES_OF_A_FUNCTION] == []


def test_most_functions_are_short() -> None:
    found = sorted(count for count, _ in lengths())
    assert (median(found), found[int(len(found) * 0.9)]) <= MOST_LINES_MOSTLY
    assert found[int(len(found) * 0.9)] <= MOST_LINES_MOSTLY[1]
