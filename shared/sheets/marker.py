"""The process that marks one file: started by marking.py, it gets what to write and the file, and answers with an XLSX.

It keeps the user's workbook where it can, and writes a new one with the same cells where the file is none or too large.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from shared.private_files import memory_folder
from shared.sheets import parts, texts
from shared.sheets.books import BrokenCell, CellValue, ReadingLimits, SheetRow
from shared.sheets.child import confine
from shared.sheets.columns import column_letter, column_number
from shared.sheets.guarding import kind_of
from shared.sheets.workbooks import Workbook, opened_by_library

MOST_CELLS = 300_000  # of a workbook that is kept as it was: openpyxl takes some seconds for so many
MOST_COMMENTS = 20_000  # more make a spreadsheet program slow; the outcome column says the same
COLOUR = "FFFFC7CE"
OURS = "【核对】"  # begins our comments, so that the next report takes them away


def marked_book(content: bytes, order: dict[str, Any]) -> bytes:
    """The workbook with what the order says written into it."""
    limits = ReadingLimits(**order["limits"])
    kind = kind_of(content, limits)
    if kind == "csv":
        return _anew(_carried(texts.rows(texts.decoded(content)[0]), order["table"]), order)
    book = opened_by_library(content, kind)
    name = book.heads[order["table"]["sheet"]].name
    if kind == "xlsx" and book.cells(name) <= MOST_CELLS:
        return _kept(content, name, order)
    return _anew(_filled(book, name, order["table"]), order)


def _kept(content: bytes, name: str, order: dict[str, Any]) -> bytes:
    """The user's own workbook. Its formulas give way to their results: those are lost when openpyxl saves a formula."""
    book = load_workbook(BytesIO(content), data_only=True)
    sheet: Worksheet = book[name]
    for (row, column), broken in parts.facts_of(content, [name])[0][name].broken.items():
        if broken is BrokenCell.UNSAVED:
            sheet.cell(row, column).value = "#N/A"  # stays refused; blank it would be nothing at all
    _unmark(sheet)
    table = order["table"]
    column = table["outcome"] or max(sheet.max_column, table["columns"]) + 1
    if table["header"]:
        _label(sheet, column, order)
        for row, said, refused, cells in order["rows"]:
            _mark(sheet, row, column, said, refused, cells)
    elif order["notes"]:
        _comment(sheet.cell(1, 1), " ".join(order["notes"]))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _label(sheet: Worksheet, column: int, order: dict[str, Any]) -> None:
    """The head of the outcome column; outcomes of an earlier report below it go."""
    for row in range(order["table"]["header"], sheet.max_row + 1):
        if sheet.cell(row, column).value is not None:
            sheet.cell(row, column).value = None
    head = sheet.cell(order["table"]["header"], column)
    _text(head, order["label"])
    sheet.column_dimensions[column_letter(column)].width = 60
    if order["notes"]:
        _comment(head, " ".join(order["notes"]))


def _mark(sheet: Worksheet, row: int, column: int, said: str, refused: bool, cells: list[list[str]]) -> None:
    outcome = sheet.cell(row, column)
    _text(outcome, said)
    if refused:
        outcome.fill = PatternFill("solid", COLOUR)
    for letter, text in cells:
        cell = sheet[f"{letter}{row}"]
        if isinstance(cell, Cell):  # the rest of merged cells has no look of its own
            cell.fill = PatternFill("solid", COLOUR)
            _comment(cell, text)


def _text(cell: Cell, text: str) -> None:
    """Text stays text: what begins with = is no formula."""
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"


def _comment(cell: Cell, text: str) -> None:
    """Ours stands before what the user's own says."""
    own = f"\n{cell.comment.text}" if cell.comment else ""
    cell.comment = Comment(f"{OURS}{text}{own}", "talent", height=120, width=320)


def _unmark(sheet: Worksheet) -> None:
    """Takes away what an earlier report marked."""
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell, Cell):
                continue
            if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == COLOUR:
                cell.fill = PatternFill()
            if cell.comment and cell.comment.text.startswith(OURS):
                own = cell.comment.text.partition("\n")[2]
                cell.comment = Comment(own, cell.comment.author) if own else None


def _carried(rows: Iterator[SheetRow], table: dict[str, Any]) -> Iterator[SheetRow]:
    """The rows of a CSV, the upper level of its header written over every column that it stands for."""
    for row in rows:
        cells = list(row.cells)
        if table.get("header_first", 0) <= row.number < table["header"]:
            cells += [""] * (table["columns"] - len(cells))
            for place in range(1, len(cells)):
                cells[place] = cells[place] or cells[place - 1]
        yield SheetRow(row.number, cells)


def _filled(book: Workbook, name: str, table: dict[str, Any]) -> Iterator[SheetRow]:
    """The rows of a sheet, with the value of merged cells in each of them: a new workbook has none merged."""
    areas = [tuple(each) for each in table["merged"]]
    head = next(each for each in book.heads if each.name == name)
    areas += [tuple(each) for each in head.merged if table.get("header_first", 1) <= each.first_row <= table["header"]]
    values: dict[tuple[int, ...], CellValue] = {}
    for row in book.rows(name):
        cells = list(row.cells)
        for area in areas:
            if area[0] <= row.number <= area[2]:
                cells += [""] * (area[3] - len(cells))
                values.setdefault(area, cells[area[1] - 1])
                cells[area[1] - 1 : area[3]] = [values[area]] * (area[3] - area[1] + 1)
        yield SheetRow(row.number, cells)


def _anew(rows: Iterator[SheetRow], order: dict[str, Any]) -> bytes:
    """A new workbook with the same cells, each in its place; text is text, whatever it looks like."""
    table, out = order["table"], BytesIO()
    outcomes = {row: rest for row, *rest in order["rows"]}
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        looks = _Looks(book)
        column = (table["outcome"] or table["columns"] + 1) - 1
        sheet.set_column(0, max(column - 1, 0), 18)
        sheet.set_column(column, column, 60)
        comments = 0
        for number, cells in rows:
            _, refused, wrong = outcomes.get(number, ("", False, []))
            marks = {column_number(letter) - 1: text for letter, text in wrong}
            for place, value in enumerate(cells):
                if value != "" and place != column:
                    looks.write(sheet, number - 1, place, value, place in marks)
            for place, text in marks.items():
                if place >= len(cells) or cells[place] == "":
                    sheet.write_blank(number - 1, place, None, looks.wrong)
                comments += 1
                if comments <= MOST_COMMENTS:
                    sheet.write_comment(number - 1, place, f"{OURS}{text}", {"author": "talent"})
            if number == table["header"]:
                sheet.write_string(number - 1, column, order["label"], looks.bold)
                if order["notes"]:
                    sheet.write_comment(number - 1, column, OURS + " ".join(order["notes"]), {"author": "talent"})
            elif number in outcomes:
                sheet.write_string(number - 1, column, outcomes[number][0], looks.wrong if refused else looks.text)
    return out.getvalue()


class _Looks:
    """How cells look: text as text (@), days as days, marked ones in red."""

    def __init__(self, book: Any) -> None:
        self.text = book.add_format({"num_format": "@"})
        self.bold = book.add_format({"num_format": "@", "bold": True})
        self.wrong = book.add_format({"num_format": "@", "bg_color": f"#{COLOUR[2:]}"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._plain = {False: book.add_format({}), True: book.add_format({"bg_color": f"#{COLOUR[2:]}"})}
        self._wrong_day = book.add_format({"num_format": "yyyy-mm-dd", "bg_color": f"#{COLOUR[2:]}"})

    def write(self, sheet: Any, row: int, column: int, value: Any, is_wrong: bool) -> None:
        """One cell, of the kind it was."""
        if isinstance(value, str):
            sheet.write_string(row, column, value, self.wrong if is_wrong else self.text)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, self._plain[is_wrong])
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self._plain[is_wrong])
        elif isinstance(value, BrokenCell):
            sheet.write_string(row, column, "#N/A", self.wrong)
        elif hasattr(value, "year"):
            sheet.write_datetime(row, column, value, self._wrong_day if is_wrong else self._day)
        else:
            sheet.write_string(row, column, str(value), self.text)


def main() -> None:
    """What to write is the first line of the standard input, and the file is the rest."""
    order = json.loads(sys.stdin.buffer.readline())
    confine(ReadingLimits(**order["limits"]), written_bytes=1 << 30)
    tempfile.tempdir = memory_folder()
    sys.stdout.buffer.write(marked_book(sys.stdin.buffer.read(), order))


if __name__ == "__main__":
    main()
