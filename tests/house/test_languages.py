"""Every sentence of the product, and the title of every problem, is in the language it is for."""

import ast
import re
from collections.abc import Iterator

from tests.house.names import PRODUCT, ROOT, sources
from tests.languages import foreign

PAIRS = {"Said", "Text"}
# What a sentence in Chinese names as it is written where it is typed: parts of an interface, formats, codes of states.
NAMED = {
    "id", "next", "confirmed", "continues", "client_credentials", "transfer", "counts", "count_once", "CHN", "USA",
    "talent", "verify", "repair", "reason", "relay", "TOML", "UTF", "ASCII", "Idempotency", "Key", "If", "Match",
    "JSON", "Content", "Type", "Encoding", "fingerprint", "xlsx", "xls", "ods", "csv", "et", "WPS", "MB", "https",
    "letter", "list",
}  # fmt: skip


def written(node: ast.expr) -> str:
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.JoinedStr():
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        case _:
            return ""


def sentences() -> Iterator[tuple[str, str, str]]:
    """Where, in Chinese and in English: what is said in pairs, and the docstrings of refusals."""
    for path in sources(*PRODUCT):
        place = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                named = {each.arg: each.value for each in node.keywords}
                pair = [named[each] for each in ("zh", "en") if each in named] or node.args
                if getattr(node.func, "id", "") in PAIRS and len(pair) == len(("zh", "en")):
                    yield f"{place}:{node.lineno}", written(pair[0]), written(pair[1])
            elif isinstance(node, ast.ClassDef) and (said := ast.get_docstring(node)):
                zh, _, en = said.partition(" · ")
                if place.endswith(("errors.py", "problems.py")) and en:
                    yield f"{place}:{node.lineno}", zh, en


def test_v04_no_chinese_in_english_and_no_english_in_chinese() -> None:
    found = list(sentences())
    assert len(found) > len(NAMED)
    wrong = {place: words for place, _, en in found if (words := foreign(en.replace("洪人社字", ""), "en"))}
    for place, zh, _ in found:
        if words := [word for word in foreign(zh, "zh") if not re.fullmatch("|".join(NAMED), word)]:
            wrong[place] = words
    assert wrong == {}
