"""XLSX, XLS and ODS by calamine: rows with their numbers in the user's sheet, and what cells alone do not tell."""

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum, load_workbook

from shared.sheets import binary, opendocument, parts
from shared.sheets.books import Area, BookKind, BrokenCell, FileUnreadable, SheetHead, SheetRow
from shared.sheets.guarding import damaged, locked
from shared.sheets.parts import SheetFacts

SHOWN = 60  # rows at the top of a sheet, among which its header is looked for


class Workbook:
    """A workbook opened: the heads of its sheets, and their rows."""

    def __init__(self, content: bytes, kind: BookKind) -> None:
        try:
            self._book: CalamineWorkbook = load_workbook(BytesIO(content))
        except PasswordError as error:
            raise locked() from error
        self.starts_1904 = kind == "xls" and binary.starts_1904(content)
        self._facts: dict[str, SheetFacts] = {}
        if kind == "xlsx":
            self._facts, self.starts_1904 = parts.facts_of(content, self._book.sheet_names)
        elif kind == "ods":
            self._facts = opendocument.facts_of(content)
        else:
            self._facts = dict.fromkeys(self._book.sheet_names, binary.facts_of(content))
        visible = {each.name: each.visible is SheetVisibleEnum.Visible for each in self._book.sheets_metadata}
        self._sheets = {name: self._book.get_sheet_by_name(name) for name in self._book.sheet_names if visible[name]}
        self.heads = [self._head(name) if name in self._sheets else SheetHead(name, True) for name in visible]

    def _head(self, name: str) -> SheetHead:
        sheet, facts = self._sheets[name], self._facts.get(name, SheetFacts(hidden_rows=None))
        first = list(islice(self.rows(name), SHOWN))
        if not first and facts.holds_values:
            raise FileUnreadable(
                "sheet_not_understood",
                f"工作表“{name}”有内容，却读不出任何一行。请在 Excel 或 WPS 中另存为普通的 .xlsx 工作簿。",
                f"The sheet “{name}” holds something, but no row could be read. Save it as a plain .xlsx workbook.",
            )
        merged = [
            Area(top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or facts.merged
        ]
        return SheetHead(name, False, first, merged, facts.hidden_rows, facts.hidden_columns)

    def cells(self, name: str) -> int:
        """How many cells a sheet has, blank ones between others included."""
        return self._sheets[name].height * self._sheets[name].width

    def rows(self, name: str) -> Iterator[SheetRow]:
        """The rows of a sheet that are not blank, each with its number and from column A on."""
        sheet = self._sheets[name]
        broken = self._facts.get(name, SheetFacts()).broken
        rows_with_broken = {row for row, _ in broken}
        before: list[Any] = [""] * (sheet.start[1] if sheet.start else 0)
        for number, cells in enumerate(sheet.iter_rows(), 1):
            row: list[Any] = before + cells if before else cells
            if number in rows_with_broken:
                row = _with_broken(row, number, broken)
            if row.count("") < len(row):
                yield SheetRow(number, row)


def _with_broken(cells: list[Any], number: int, broken: dict[parts.Place, BrokenCell]) -> list[Any]:
    """The library gives them as blank."""
    wanted = {column: what for (row, column), what in broken.items() if row == number}
    width = max(len(cells), *wanted)
    wide = cells + [""] * (width - len(cells))
    return [cell if cell != "" else wanted.get(n, cell) for n, cell in enumerate(wide, 1)]


def opened_by_library(content: bytes, kind: BookKind) -> Workbook:
    """The workbook, or FileUnreadable: the library fails in many ways, some of which are no exceptions of Python's."""
    try:
        return Workbook(content, kind)
    except (FileUnreadable, MemoryError):
        raise
    except BaseException as error:
        raise damaged() from error
