"""Cells of files that a spreadsheet program may open."""

import pytest

from shared.cells import is_formula, plain_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r@A", "＝1", "\n+1", "\u3000=1"])
def test_u10_a_cell_that_would_be_run_is_led_by_an_apostrophe(text: str) -> None:
    assert is_formula(text)
    assert plain_cell(text).startswith("'")
    assert not is_formula(plain_cell(text))


@pytest.mark.parametrize("text", ["张三", "1", "—", "−5", "○ 技能人才 3/10", "", "'=1"])
def test_u10_other_cells_stay_as_they_are(text: str) -> None:
    assert plain_cell(text) == text


def test_u10_a_cell_is_one_line_of_one_column() -> None:
    assert plain_cell("甲\t乙\r\n丙\u2028丁") == "甲 乙 丙 丁"
