"""Rows of a list into items: every cell's value by its field, every fault of a row in one pass. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.problems import Fault, Said
from shared.sheets.books import CellFault, CellValue, SheetRow
from shared.sheets.sums import Sums, damage_of
from shared.sheets.tables import Table, TableColumn
from shared.sheets.values import Reader, reader_of
from shared.sheets.wordings import CLEAR, as_text, is_blank, plain

RowKind = Literal["item", "total", "note"]

_TOTALS = {plain(each): each for each in ("合计", "总计", "小计", "共计", "总数", "total", "subtotal", "sum")}
_MAYBE_TOTAL = re.compile(r"\s*[合总小共ts]", re.IGNORECASE)
_NOTES = re.compile(
    r"^(注[:：]|注\d|备注[:：]|说明[:：]|填表|填报|审核|制表|单位负责人|负责人[:：签]|经办|联系电话[:：]|例[:：]|notes?[:：])",
    re.IGNORECASE,
)
_SAMPLES = frozenset(plain(each) for each in ("示例", "样例", "例", "example"))  # of a template
_OF_SAMPLES = frozenset("示样例eE")  # how those begin
_FEW = 8  # cells of a footnote or a line of signatures


@dataclass(frozen=True)
class ReadRow:
    """A row of the user's sheet. Only an `item` is somebody; a total or a note is shown as read past (非人员行).

    `values` are what its cells say, by pointer; a blank cell ("/", "无") has none, so that it never blanks anything.
    The explicit mark 【清空】 is None.
    """

    number: int
    kind: RowKind
    values: Mapping[str, Any]
    faults: Sequence[CellFault] = ()

    def item(self) -> dict[str, Any]:
        """The values as the nested body that their pointers describe: {"subject": {"name": ...}, ...}."""
        body: dict[str, Any] = {}
        for pointer, value in self.values.items():
            *above, name = pointer.split("/")[1:]
            inner = body
            for each in above:
                inner = inner.setdefault(each, {})
            inner[name] = value
        return body


@dataclass(frozen=True)
class Conclusion:
    """What the whole file shows. `faults` refuse it (damaged numbers, no row at all); notes do not (totals differ)."""

    items: int
    faults: Sequence[Fault]
    notes: Sequence[Said]


class TableReading:
    """Reads the rows of one list, in order, and remembers what only all of them show."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._columns = [
            (each, reader_of(each.field, each.wording, starts_1904=table.starts_1904))
            for each in table.columns
            if each.field
        ]
        self._sums = Sums(table)
        self._header = [(each.number - 1, each.wording.rpartition("/")[2]) for each in table.columns if each.field]
        self._merged = {
            (row, area.first_column): area.first_row
            for area in table.merged
            for row in range(area.first_row, min(area.last_row, area.first_row + 100_000) + 1)
        }
        self._above: dict[int, CellValue] = {}  # the value of a merged cell, by its column

    def read(self, rows: Iterable[SheetRow]) -> Iterator[ReadRow]:
        """Items, totals and notes; blank rows are none of them."""
        below = self.table.header_rows[-1]
        for row in rows:
            if row.number > below and row.number not in self.table.left_out:
                found = self._read(row)
                if found is not None:
                    yield found

    def _read(self, row: SheetRow) -> ReadRow | None:
        kind = self._kind(row)
        if kind == "total":
            self._sums.compare(row)
        if kind != "item":
            return ReadRow(row.number, kind, {})
        values: dict[str, Any] = {}
        faults: list[CellFault] = []
        width = len(row.cells)
        for column, read in self._columns:
            cell = row.cells[column.number - 1] if column.number <= width else ""
            if self._merged and (row.number, column.number) in self._merged:
                cell = self._filled(row, column, cell, faults)
            self._value(row.number, column, read, cell, values, faults)
        if not values and not faults:
            return None
        faults += self._missing(row.number, values, faults)
        self._sums.add(values)
        return ReadRow(row.number, "item", values, faults)

    def _value(
        self,
        row: int,
        column: TableColumn,
        read: Reader,
        cell: CellValue,
        values: dict[str, Any],
        faults: list[CellFault],
    ) -> None:
        if cell == "" or column.field is None or is_blank(cell):
            return
        found = None if cell == CLEAR else read(cell)
        if isinstance(found, Fault):
            faults.append(CellFault(row, column.letter, found))
        else:
            values[column.field.pointer] = found

    def _filled(self, row: SheetRow, column: TableColumn, cell: CellValue, faults: list[CellFault]) -> CellValue:
        """A merged cell's value stands for all its rows, but never makes one person of several (合并单元格向下填充)."""
        if self._merged[row.number, column.number] == row.number:
            self._above[column.number] = cell
            return cell
        if column.field and (column.field.personal or column.field.kind == "identifier"):
            faults.append(CellFault(row.number, column.letter, Fault(column.field.pointer, *MERGED)))
            return ""
        return self._above.get(column.number, "") if cell == "" else cell

    def _missing(self, row: int, values: Mapping[str, Any], faults: Sequence[CellFault]) -> list[CellFault]:
        wrong = {each.fault.pointer for each in faults}
        return [
            CellFault(row, column.letter, Fault(column.field.pointer, *BLANK))
            for column, _ in self._columns
            if column.field
            and column.field.required
            and column.field.pointer not in wrong
            and values.get(column.field.pointer) is None
        ]

    def _kind(self, row: SheetRow) -> RowKind:
        """By the first cell that says something; and a header that stands again on each page is a note."""
        filled = [cell for cell in row.cells if cell != ""]
        first = as_text(filled[0]) if filled else ""
        second = as_text(filled[1]) if first.isdigit() and len(filled) > 1 else ""  # beside the number of the row
        if any(_MAYBE_TOTAL.match(each) and plain(each) in _TOTALS for each in (first, second)):
            return "total"
        if len(filled) <= _FEW and _NOTES.match(first):
            return "note"
        if first[:1] in _OF_SAMPLES and plain(first) in _SAMPLES:
            return "note"
        return "note" if self._is_header(row.cells) else "item"

    def _is_header(self, cells: Sequence[CellValue]) -> bool:
        width = len(cells)
        same = sum(1 for place, label in self._header if place < width and cells[place] == label)
        return same >= max(2, len(self._header) // 2)

    def conclude(self) -> Conclusion:
        """After the last row: totals compared with what was read, identifiers that a spreadsheet damaged (…000)."""
        self._sums.compare_those_above()
        faults = [damage_of(field, letter) for field, letter in self._sums.damaged()]
        if not self._sums.items:
            faults.append(NO_ROWS)
        return Conclusion(self._sums.items, faults, self._sums.notes)


MERGED = (
    "merged_cell",
    Said(
        "合并单元格不能用于姓名和证件号码：每人须有自己的一格。请取消合并后逐行填写。",
        "Names and numbers cannot stand in merged cells: each person needs their own. Unmerge them and fill in each.",
    ),
)
BLANK = ("required", Said("必填，请填写。", "Required; fill it in."))
NO_ROWS = Fault(
    "/file",
    "no_rows",
    Said("表头下面没有一行数据，没有导入任何记录。", "There is no row of data below the header; nothing was imported."),
)
