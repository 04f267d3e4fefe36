"""report.xlsx: the user's own sheet with what is wrong marked, corrected there and uploaded again."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shared.problems import Language, Said
from shared.sheets.marking import RowOutcome, marked
from shared.sheets.reading import opened
from shared.sheets.rows import TableReading
from shared.sheets.tables import find_table
from tests.shared.sheets.files import HEADER, LI, NUMBERS, WANTED, ZHANG, converted, csv, faults, items, read, xlsx

ROWS = [["名单"], HEADER, ZHANG, ["𠮷田䶮", NUMBERS[1], "北湖区", "2018-12-08", "=1+1 元"]]
WRONG = [*ROWS[:3], [*LI[:2], "北湖区", *LI[3:]]]
STARTS = ("=1+1", "+86", "-5", "@x")


def report(content: bytes, language: Language = "zh") -> bytes:
    with opened(content) as book:
        table = find_table(book, WANTED)
        found = [row for some in book.rows(table.sheet) for row in TableReading(table).read(some)]
        outcomes = [outcome(each.number, each.faults) for each in found if each.kind == "item"]
        return marked(content, table, outcomes, [Said("合计不符", "totals differ")], language)


def outcome(row: int, found: Any) -> RowOutcome:
    said = Said(f"{STARTS[row % 4]} 未登记" if found else "已登记", "refused" if found else "registered")
    return RowOutcome(row, said, bool(found), [(each.column, each.fault.said) for each in found])


def as_file(kind: str, folder: Path) -> bytes:
    if kind == "csv":
        return csv(ROWS, "gb18030")
    content = xlsx(ROWS, lambda sheet: setattr(sheet["E4"], "data_type", "s"))
    return content if kind == "xlsx" else converted(content, kind, folder)


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content)).active


@pytest.mark.parametrize("kind", ["xlsx", "csv", "ods", "xls"])
def test_i16_a_report_comes_back_as_it_went(kind: str, tmp_path: Path) -> None:
    content = as_file(kind, tmp_path)
    once = report(content)
    sheet = sheet_of(once)
    assert sheet["C4"].fill.fgColor.rgb == "FFFFC7CE"
    assert "东湖区" in sheet["C4"].comment.text
    assert sheet["F3"].value == "已登记"
    assert "C: " in sheet["F4"].value
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert [sheet[f"B{n}"].value for n in (3, 4)] == NUMBERS[:2]
    assert read(once)[1] == read(content)[1] == read(report(once))[1]
    assert sheet_of(report(once)).max_column == 6


def test_what_was_corrected_is_marked_no_more() -> None:
    book = openpyxl.load_workbook(BytesIO(report(xlsx(WRONG))))
    book.active["C4"].value = "西湖区"
    out = BytesIO()
    book.save(out)
    assert len(items(out.getvalue())) == 2
    sheet = sheet_of(report(out.getvalue()))
    assert sheet["C4"].fill.fill_type is None
    assert sheet["C4"].comment is None
    assert sheet["F4"].value == "已登记"


def test_an_unsaved_formula_does_not_become_a_blank() -> None:
    content = xlsx([HEADER, [*ZHANG[:4], "=1+1"]])
    assert faults(content) == [("E2", "formula_unsaved")]
    assert faults(report(content)) == [("E2", "cell_error")]


def test_the_look_of_a_workbook_and_what_its_owner_noted_stay() -> None:
    def dress(sheet: Any) -> None:
        sheet.column_dimensions["A"].width = 33
        sheet["A3"].font = openpyxl.styles.Font(bold=True)
        sheet["C4"].comment = openpyxl.comments.Comment("问过东湖区", "clerk")

    once = report(xlsx(WRONG, dress))
    sheet = sheet_of(report(once))
    assert sheet.column_dimensions["A"].width == 33
    assert sheet["A3"].font.bold
    assert sheet["C4"].comment.text.count("【核对】") == 1
    assert sheet["C4"].comment.text.endswith("问过东湖区")


def test_a_file_whose_header_is_not_found_says_so_in_its_first_cell() -> None:
    content = marked(xlsx([["张三"]]), None, [], [Said("没有找到表头行", "no header")], "zh")
    assert "没有找到表头行" in sheet_of(content)["A1"].comment.text
