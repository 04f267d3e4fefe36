"""The bureau's words (业务用语): one word for a thing in everything that people read."""

import ast
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from tests.house.names import PRODUCT, ROOT, sources
from tests.house.test_languages import sentences

GLOSSARY = ROOT / "docs" / "glossary.md"
OF_BEFORE = "first_words.py"  # what editions published before were printed with


def refused() -> dict[str, str]:
    """Each word that is not used, and the one that is."""
    _, _, section = GLOSSARY.read_text(encoding="utf-8").partition("## 业务用语")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", section.partition("\n## ")[0], re.MULTILINE)
    return {word: term for term, words in rows for word in re.findall("`([^`]+)`", words)}


def read_by_people() -> Iterator[tuple[str, str]]:
    """Where and what: sentences in pairs, lines of the command line, templates, and the texts of the policy pack."""
    yield from ((place, f"{zh} {en}") for place, zh, en in sentences() if OF_BEFORE not in place)
    for path in sources("shared/cli"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.isascii():
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value
    for folder in PRODUCT:
        for path in (ROOT / folder).rglob("*.html"):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in (ROOT / "deploy" / "policy").glob("*.toml"):
        yield from texts_in(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def texts_in(part: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield place, part
    for name, inner in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield from texts_in(inner, f"{place}/{name}")


def test_y_every_text_has_the_bureau_s_words_and_no_second_word_for_a_thing() -> None:
    words = refused()
    assert {"量词", "未达成", "基本达成", "缺少的数据", "override_reason"} <= words.keys()
    found = list(read_by_people())
    assert {place.partition("/")[0] for place, _ in found} >= {"services", "shared"}
    wrong = [(place, word, term) for place, text in found for word, term in words.items() if word in text]
    assert wrong == []


# What a clerk reads is no part of an interface: such names stand in `code` and `pointer`.
INTERFACE = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE) /|/v1/|\b[a-z]+_[a-z_]+\b")
# Who writes programs or packs, or runs the service, reads names as they are typed.
OF_OPERATORS = ("shared/cli", "shared/references.py", "shared/contracts", "services/portal/shell/words.py",
                "services/registry/accounts/errors.py", "shared/readiness.py")  # fmt: skip


def test_y_what_a_clerk_reads_names_no_part_of_an_interface() -> None:
    wrong = {}
    for place, zh, en in sentences():
        if place.startswith(OF_OPERATORS):
            continue
        if names := INTERFACE.findall(re.sub(r"\{\w*\}", "", f"{zh} {en}")):
            wrong[place] = names
    assert wrong == {}
