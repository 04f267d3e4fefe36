"""Rows of a list into items: every cell's value by its field, every fault of a row in one pass. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.problems import Fault, Said
from shared.sheets.books import CellFault, SheetRow
from shared.sheets.tables import Table

RowKind = Literal["item", "total", "note"]


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
        raise NotImplementedError


@dataclass(frozen=True)
class Conclusion:
    """What the whole file shows. `faults` refuse it (damaged numbers, no row, totals that differ); notes do not."""

    items: int
    faults: Sequence[Fault]
    notes: Sequence[Said]


class Reading:
    """Reads the rows of one list, in order, and remembers what only all of them show."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def read(self, rows: Iterable[SheetRow]) -> Iterator[ReadRow]:
        """Items, totals and notes; blank rows are none of them."""
        raise NotImplementedError

    def conclude(self) -> Conclusion:
        """After the last row: totals compared with what was read, identifiers that a spreadsheet damaged (…000)."""
        raise NotImplementedError
