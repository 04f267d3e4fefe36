"""What was typed into a field for a number, before anybody asks what the number means."""

import re
import unicodedata
from collections.abc import Sequence

from shared.problems import Fault, Said

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CAPITALS = str.maketrans(LETTERS.lower(), LETTERS)
_UNSEEN_OR_DASH = frozenset({"Cf", "Pd"})
# Direction marks can make a text read as another one.
_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_APOSTROPHES = "'`\u2018\u2019\u02bc"
KEPT_BY_SHEETS = 15  # digits of a number in a cell; the rest becomes 0
# A cell that was a number when it was saved: 3.60101E+17, 3.6E17, 360101199001010000.0
_NUMERIC_TEXT = re.compile(r"\d+(\.\d*)?E\+\d+|\d+\.\d*(E\d+)?")


def clean(raw: str) -> str:
    """A number as it was meant: compatibility forms unified (NFKC), capitals, nothing invisible and no separators.

    Spaces, hyphens, zero-width and direction marks, a byte order mark and Excel's leading apostrophe are dropped.
    """
    if raw.isascii() and raw.isalnum():  # as nearly all are: nothing of it is dropped
        return raw.upper()
    text = unicodedata.normalize("NFKC", raw).translate(_CAPITALS)
    kept = "".join(char for char in text if not (char.isspace() or unicodedata.category(char) in _UNSEEN_OR_DASH))
    # Dropping what stood between a letter and its accent may join the two, hence once more.
    return unicodedata.normalize("NFKC", kept.lstrip(_APOSTROPHES))


def read_text(raw: object, pointer: str, noun: Said) -> str | Fault:
    """The cleaned text of a number, or why there is none: blank, or from a cell that held a number (数值单元格)."""
    cleaned = clean(raw) if isinstance(raw, str) else None
    if raw is None or cleaned == "":
        return Fault(pointer, "blank", Said(f"{noun.zh}为空，请填写。", f"The {noun.en} is blank; fill it in."))
    if cleaned is not None and not _NUMERIC_TEXT.fullmatch(cleaned):
        return cleaned
    return Fault(
        pointer,
        "numeric_cell",
        Said(
            f"{noun.zh}被存成了数值，末几位可能已丢失。请把单元格格式设为“文本”，再照原件重新录入完整号码。",
            f"The {noun.en} was stored as a number, so its last digits may be lost. "
            "Format the cell as text and type the whole number again from the document.",
        ),
    )


def looks_truncated(number: str) -> bool:
    """Whether digits are what a spreadsheet leaves of a number (表格截断): fifteen, and zeros for three or more.

    Or what programs make of such a cell, the nearest binary number written in full: ...009984 for ...010000. That tail
    says nothing of sequences below 100 (15th digit 0), for those issued most often end so by themselves.
    """
    lost = len(number) - KEPT_BY_SHEETS
    if lost < 3 or misfit(number, [DIGITS] * len(number)) is not None:
        return False
    if not int(number[KEPT_BY_SHEETS:]):
        return True
    scale = 10**lost
    nearest = (int(number) + scale // 2) // scale * scale
    return number[KEPT_BY_SHEETS - 1] != "0" and int(float(nearest)) == int(number)


def has_control_character(text: str) -> bool:
    """Whether a text holds control characters, direction marks, or halves of characters that no file can keep."""
    if text.isprintable():  # as nearly all are: control characters, direction marks and halves are not
        return False
    return any(unicodedata.category(char) in {"Cc", "Cs"} or char in _DIRECTIONS for char in text)


def misfit(text: str, shape: Sequence[str]) -> int | None:
    """The first place (counted from 0) where the text departs from a shape, one set of characters per place."""
    for place, (char, allowed) in enumerate(zip(text, shape, strict=False)):
        if char not in allowed:
            return place
    return None if len(text) == len(shape) else min(len(text), len(shape))


def foreign(text: str, alphabet: str = DIGITS + LETTERS) -> int | None:
    """The first place (counted from 0) of a character that no such number has."""
    return next((place for place, char in enumerate(text) if char not in alphabet), None)


def named(char: str) -> Said:
    """A character by its Unicode name and code point; a Chinese character is not repeated, for it may be a name's."""
    if unicodedata.category(char) in {"Lo", "Lm"}:
        return Said("一个汉字或其他文字", "a character of a script that has no place here")
    name = unicodedata.name(char, "unnamed character")
    return Said(f"“{name}”（U+{ord(char):04X}）", f"{name} (U+{ord(char):04X})")


def wrong_character(pointer: str, place: int, char: str, rule: Said) -> Fault:
    """Which character stands where it may not (spaces and hyphens are not counted), the rule, and what to do."""
    what = named(char)
    return Fault(
        pointer,
        "wrong_character",
        Said(
            f"第{place + 1}位是{what.zh}（空格和连字符不计）。{rule.zh}请照原件改正这一位。",
            f"Character {place + 1} is {what.en} (spaces and hyphens are not counted). {rule.en} "
            "Correct this character from the document.",
        ),
    )
