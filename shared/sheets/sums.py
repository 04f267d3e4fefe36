"""What only the rows together show: totals that differ from what was read, numbers that a spreadsheet cut. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from shared.problems import Fault, Said
from shared.sheets.books import DIGITS_KEPT, SheetRow
from shared.sheets.columns import column_letter
from shared.sheets.tables import Table, WantedField
from shared.sheets.wordings import as_text, plain

ENOUGH = 5  # numbers that all end so are no chance any more
_PEOPLE = re.compile(r"共?(\d+)[人名家个条]?")
_SUBTOTALS = frozenset(plain(each) for each in ("小计", "subtotal"))


class Sums:
    """Counts items, adds up columns of numbers, and looks at the ends of identifiers."""

    def __init__(self, table: Table) -> None:
        fields = [(each.field, each.number) for each in table.columns if each.field]
        self.items = 0
        self.notes: list[Said] = []
        self._above: list[SheetRow] = []
        self._before = 0  # items before the last subtotal
        self._amounts = {field.pointer: number for field, number in fields if field.kind == "integer"}
        self._sums = dict.fromkeys(self._amounts, 0)
        self._identifiers = {field.pointer: (field, number) for field, number in fields if field.kind == "identifier"}
        self._long = dict.fromkeys(self._identifiers, 0)
        self._cut = dict.fromkeys(self._identifiers, 0)

    def add(self, values: Mapping[str, Any]) -> None:
        """One more item."""
        self.items += 1
        for pointer in self._amounts:
            self._sums[pointer] += values.get(pointer) or 0
        for pointer in self._identifiers:
            text = values.get(pointer) or ""
            if len(text) > DIGITS_KEPT + 2 and text.isdigit():
                self._long[pointer] += 1
                self._cut[pointer] += not int(text[DIGITS_KEPT:])

    def compare(self, row: SheetRow) -> None:
        """A row of totals: what it says against what was read so far (合计核对); one above the data waits."""
        if not self.items:
            self._above.append(row)
            return
        words = [as_text(cell) for cell in row.cells]
        is_part = any(plain(word) in _SUBTOTALS for word in words)
        read = self.items - self._before if is_part else self.items
        self._before = self.items if is_part else self._before
        for number, word in enumerate(words, 1):
            pointer = next((each for each, column in self._amounts.items() if column == number), None)
            found = _PEOPLE.fullmatch(word)
            if not found or (pointer and is_part):
                continue
            expected = self._sums[pointer] if pointer else read
            if int(found[1]) != expected:
                self.notes.append(_differs(f"{column_letter(number)}{row.number}", int(found[1]), expected))

    def compare_those_above(self) -> None:
        """The totals that stood above the data, at its end."""
        if self.items:
            for row in self._above:
                self.compare(row)
        self._above = []

    def damaged(self) -> list[tuple[WantedField, str]]:
        """The identifiers that a spreadsheet has cut, each with its column's letter."""
        return [
            (field, column_letter(number))
            for pointer, (field, number) in self._identifiers.items()
            if self._long[pointer] >= ENOUGH and self._long[pointer] == self._cut[pointer]
        ]


def _differs(cell: str, stated: int, read: int) -> Said:
    return Said(
        f"合计 {cell} 写的是{stated}，实际读到{read}，请核对是否漏行。",
        f"The total in {cell} says {stated}, but {read} were read; check whether rows are missing.",
    )


def damage_of(field: WantedField, letter: str) -> Fault:
    """A whole column that ends in zeros (整列末位为0)."""
    return Fault(
        field.pointer,
        "column_damaged",
        Said(
            f"{letter}列的号码末三位全是0：表格软件已把它们改坏，整个文件不予导入。请把该列设为“文本”，照原件重新录入。",
            f"All numbers of column {letter} end in 000: a spreadsheet program has cut them, and the whole file is not "
            "imported. Format the column as text and type the numbers again from the documents.",
        ),
    )
