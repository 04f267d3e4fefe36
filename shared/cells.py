"""Cells of files that a spreadsheet program may open: what it would run as a formula stays text (公式注入)."""

import re

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_BREAKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]+")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program may take a text for a formula, by what it begins with."""
    return _FORMULA.match(text) is not None


def plain_cell(text: str) -> str:
    """A text as a cell of a text file: on one line, and led by an apostrophe where it would be run."""
    line = _BREAKS.sub(" ", text)
    return f"'{line}" if is_formula(line) else line
