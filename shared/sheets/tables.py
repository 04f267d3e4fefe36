"""Which sheet of a file holds the list, where its header is, and what each of its columns is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.problems import Said
from shared.sheets.books import Book

FieldKind = Literal["text", "identifier", "date", "choice", "yes_no", "integer"]


@dataclass(frozen=True)
class WantedField:
    """A field that whoever reads a list asks for.

    `pointer` is where the value goes in the item (RFC 6901), "/subject/id_number". `wordings` are the names a column
    may have beside `said`; width, case, spaces and brackets do not matter. `choices` are code -> wordings. An
    `identifier` is taken from text alone: a number in a cell has lost its last digits. What is `personal` is never
    filled down from merged cells, since two people would be one.
    """

    pointer: str
    said: Said
    kind: FieldKind
    required: bool = False
    wordings: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] | None = None
    personal: bool = False


@dataclass(frozen=True)
class WantedTable:
    """The fields of a list. `code` is what its template names (模板编号): a file of another's is refused."""

    code: str
    fields: Sequence[WantedField]


@dataclass(frozen=True)
class TableColumn:
    """A column: its letter, its wording as the file has it ("联系人/电话"), and its field; None: read past."""

    letter: str
    number: int  # from 1
    wording: str
    field: WantedField | None


@dataclass(frozen=True)
class Table:
    """A list found in a file. `sheet` is the number of its sheet in the book, from 0; rows are the user's own."""

    wanted: WantedTable
    sheet: int
    sheet_name: str
    header_rows: Sequence[int]
    columns: Sequence[TableColumn]
    notes: Sequence[Said]  # what was read past: other sheets, columns that are nobody's
    starts_1904: bool = False

    def column_of(self, pointer: str) -> str | None:
        """The letter of a field's column; of the nearest field above it ("/subject" for "/subject/id_type")."""
        raise NotImplementedError


def find_table(
    book: Book, wanted: WantedTable, remembered: Mapping[str, str] | None = None, hidden_rows: str | None = None
) -> Table:
    """The list of a file, or TableUnfit with everything that is wrong with its header at once.

    `remembered` are an institution's own wordings: wording -> pointer, or "" for a column that is read past.
    `hidden_rows` answers the question that rows hidden or filtered out raise: "include" or "skip".
    """
    raise NotImplementedError
