"""The glossary's words hold as identifiers (docs/glossary.md), and a name of a class means one thing."""

import ast
import itertools
import re
from collections import defaultdict

import pytest

from tests.house.names import PRODUCT, ROOT, names_in, sources, words_of

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
REFUSED = re.findall(r"`(\w+)`", GLOSSARY.split("## 不用作名称的词")[1].split("\n\n")[2])
VAGUE = ("handle", "process", "manage")  # verbs of no domain
FRAMEWORKS = (
    "process_bind_param",
    "process_result_value",
    "handle_exit",
    "handle",
    "handle_async_request",
)  # what libraries call


def refused_in(name: str) -> set[str]:
    """The refused words that an identifier holds, in singular or plural; two words as they stand together."""
    words = words_of(name)
    parts = {*words, *(f"{first}_{second}" for first, second in itertools.pairwise(words))}
    parts |= {part.removesuffix(ending) for part in parts for ending in ("s", "es")}
    return parts.intersection(REFUSED)


def test_the_glossary_lists_what_it_refuses() -> None:
    assert {"told", "step", "tiding", "lay_out"} <= set(REFUSED)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("told_twice", {"told"}),
        ("TidingOf", {"tiding"}),
        ("two_desks", {"desk"}),
        ("layOut", {"lay_out"}),
        ("lay_out_pages", {"lay_out"}),
        ("stepwise", set()),
        ("taken_at", set()),
        ("layout", set()),
    ],
)
def test_a_word_is_found_as_a_part_of_a_name_and_nowhere_else(name: str, found: set[str]) -> None:
    assert refused_in(name) == found


def test_no_identifier_holds_a_refused_word() -> None:
    """Names of tests are sentences, and free."""
    wrong = {
        f"{name.path}:{name.line} {name.name}"
        for path in sources(*PRODUCT, "tests")
        for name in names_in(path)
        if not name.name.startswith("test_") and refused_in(name.name)
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_no_function_is_named_by_a_vague_verb() -> None:
    wrong = {
        f"{name.path}:{name.line} {name.name}"
        for path in sources(*PRODUCT)
        for name in names_in(path)
        if name.line and name.name.lstrip("_").split("_")[0] in VAGUE and name.name not in FRAMEWORKS
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_no_two_classes_of_the_product_share_a_name() -> None:
    places = defaultdict(list)
    for path in sources(*PRODUCT):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    shared = {name: where for name, where in places.items() if len(where) > 1}
    assert not shared, shared
