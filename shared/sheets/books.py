"""What a file of a spreadsheet program holds, as far as reading a list needs it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Literal, NamedTuple, Protocol

from shared.problems import Fault, Refusal, Said

BookKind = Literal["csv", "xlsx", "xls", "ods"]
DIGITS_KEPT = 15  # that a spreadsheet program keeps of a number; the rest becomes 0


class BrokenCell(Enum):
    """A cell that has no value, and is not blank either: taken for blank it would hide what somebody meant."""

    ERROR = "error"  # #N/A, #REF!, #VALUE!
    UNSAVED = "unsaved"  # a formula whose result was never saved
    BEYOND = "beyond"  # a date after 9999, or none at all


# Text stays text: "0100" is never 100. A number is as the file has it, and never read as an identifier. "" is blank.
CellValue = str | int | float | bool | date | datetime | BrokenCell


class SheetRow(NamedTuple):
    """A row that is not blank: its number in the user's sheet (from 1), and its cells from column A on."""

    number: int
    cells: list[CellValue]


class Area(NamedTuple):
    """Merged cells (合并单元格): rows and columns from 1, the last ones included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class SheetHead:
    """A sheet before its rows are read: the first rows that are not blank, and what cells alone do not tell.

    `hidden_rows` is None where the format does not let us know (XLS, ODS); those of CSV are none.
    """

    name: str
    hidden: bool = False
    first: Sequence[SheetRow] = ()
    merged: Sequence[Area] = ()
    hidden_rows: Sequence[int] | None = ()
    hidden_columns: Sequence[int] = ()


class Book(Protocol):
    """An opened file. `rows` gives the rows of a sheet in order, in lists of some hundreds, and can be asked once."""

    kind: BookKind
    encoding: (
        str | None
    )  # of a CSV; "gb18030?" where UTF-8 would have fitted too, so that people look at the first rows
    starts_1904: bool  # in which system its days are numbered (1904日期系统)
    sheets: Sequence[SheetHead]

    def rows(self, sheet: int) -> Iterator[list[SheetRow]]:
        """Raises FileUnreadable where the file breaks off, or reading it takes more than it may."""


@dataclass(frozen=True)
class CellFault:
    """What is wrong with one cell, or with a row where no column is named; `column` is its letter.

    `fault.pointer` is the wanted field's; `column_of(table.letters, pointer)` places what is refused later.
    """

    row: int
    column: str | None
    fault: Fault


class FileUnreadable(Refusal):
    """文件无法读取 · The file cannot be read."""

    status, slug = 422, "file-unreadable"

    def __init__(self, code: str, zh: str, en: str) -> None:
        said = Said(zh, en)
        super().__init__(Fault("/file", code, said), detail=said)


class TableUnfit(Refusal):
    """表格与要求不符 · The sheet is not what is asked for."""

    status, slug = 422, "sheet-unfit"

    def __init__(self, *faults: Fault, header: Mapping[str, str] | None = None) -> None:
        """`header` are the wordings of the row that is its header, as far as one is, each by its column's letter."""
        super().__init__(*faults)
        self.header = header or {}


@dataclass(frozen=True)
class ReadingLimits:
    """What reading one file may cost: of the file itself, of what it unpacks to, and of the process that reads it."""

    content_bytes: int = 128 << 20
    unpacked_bytes: int = 384 << 20
    rows: int = 600_000
    memory_bytes: int = 2 << 30
    cpu_seconds: int = 120
