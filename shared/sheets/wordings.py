"""How people word headers and values: what is compared is the text without what means nothing. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from shared.sheets.books import CellValue

BLANK = frozenset({"", "/", "\\", "-", "--", "—", "——", "―", "–", "无", "暂无", "空", "n/a", "null", "none"})
CLEAR = "【清空】"
OUTCOME = ("办理结果（系统填写，重新上传时不读）", "Outcome (filled in by the system, not read on return)")

_IN_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_NOTHING = re.compile(r"[\s*＊:;、,，。.\"'“”·_-]+")
_TEMPLATE = re.compile(r"(?:模板编号|template)\s*[:：]?\s*([a-z][a-z0-9-]*)", re.IGNORECASE)


@lru_cache(maxsize=10_000)  # the same units and choices stand in row after row
def plain(text: str) -> str:
    """A wording as it is compared: compatibility forms unified, small letters, no spaces, no marks."""
    return _NOTHING.sub("", unicodedata.normalize("NFKC", text).casefold())


def bare(text: str) -> str:
    """The same without what stands in brackets: 身份证号（必填） is 身份证号."""
    return plain(_IN_BRACKETS.sub("", unicodedata.normalize("NFKC", text)))


def is_blank(value: CellValue) -> bool:
    """Whether a cell says nothing: blank, or one of the marks people put where there is nothing (“/”、“无”)."""
    if not isinstance(value, str):
        return False
    return not value or (len(value) <= 6 and _folded(value) in BLANK)


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def as_text(value: CellValue) -> str:
    """A cell as a label reads: numbers without .0, what is no text as nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def template_code(cells: Sequence[CellValue]) -> str | None:
    """The code of the template that a row names (模板编号), if it names one."""
    for cell in cells:
        if isinstance(cell, str) and (found := _TEMPLATE.search(cell)):
            return found[1].lower()
    return None


def is_outcome(label: str) -> bool:
    """Whether a column is our own, of a marked report that comes back."""
    return plain(label) in {plain(each) for each in OUTCOME}
