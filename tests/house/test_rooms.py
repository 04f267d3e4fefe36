"""The house keeps its measure: few packages a service, no long file, no long function."""

import ast
from collections.abc import Iterator
from statistics import median

import pytest

from tests.house.names import PRODUCT, ROOT, sources

MOST_PACKAGES = 10
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
MEDIAN, NINE_IN_TEN = 6, 17  # lines of a function beside its docstring


def functions() -> Iterator[tuple[str, int, int]]:
    """Each function of the product: where it stands, its lines, and those of its docstring."""
    for path in sources(*PRODUCT):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                first = node.body[0]
                said = first.end_lineno - first.lineno + 1 if ast.get_docstring(node) and first.end_lineno else 0
                place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                yield place, node.end_lineno - node.lineno + 1, said


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
    assert [(place, lines) for place, lines, _ in functions() if lines > MOST_LINES_OF_A_FUNCTION] == []


def test_most_functions_are_short() -> None:
    found = sorted(lines - said for _, lines, said in functions())
    assert median(found) <= MEDIAN
    assert found[int(len(found) * 0.9)] <= NINE_IN_TEN
