"""The header of a list: one row, or two that belong together (两级表头). Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.sheets.books import SheetHead, SheetRow
from shared.sheets.columns import column_letter
from shared.sheets.wordings import as_text, bare, plain

LONGEST = 60  # characters of a label; a longer text is a sentence
_NUMBER = re.compile(r"\d{6}")  # where it stands, somebody is spoken of: it is shown and kept nowhere in clear
# Above a column these say that it is not about who is registered.
_OTHERS = frozenset(
    plain(each)
    for each in (
        "联系人",
        "紧急联系人",
        "单位联系人",
        "经办人",
        "填报人",
        "填表人",
        "负责人",
        "contact",
        "contact person",
    )
)


@dataclass(frozen=True)
class Header:
    """The rows of a header, and by the number of its column what each label is, from the upper level down."""

    rows: Sequence[int]
    levels: Mapping[int, Sequence[str]]

    @property
    def labels(self) -> dict[int, str]:
        """Each column's full wording: 联系人/电话."""
        return {column: "/".join(parts) for column, parts in self.levels.items()}

    def readings(self, column: int) -> list[str]:
        """What a column may be known by, the most exact first; one of somebody else's is known by its full wording."""
        parts = self.levels[column]
        whole = "/".join(parts)
        found = [plain(whole), bare(whole)]
        if len(parts) > 1 and plain(parts[0]) not in _OTHERS:
            found += [plain(parts[-1]), bare(parts[-1])]
        return found


def header_of(head: SheetHead, place: int, levels: int) -> Header | None:
    """The header that begins with the row at that place, or none: a second level stands right below."""
    rows = head.first[place : place + levels]
    if len(rows) < levels or rows[-1].number - rows[0].number != levels - 1:
        return None
    top = _labels(rows[0])
    if levels == 1:
        return Header([rows[0].number], {column: [label] for column, label in top.items() if label})
    spread = _spread(head, rows[0].number, top)
    leaves = _labels(rows[1])
    found = {}
    for column in sorted({*spread, *leaves}):
        parts = [spread.get(column, ""), leaves.get(column, "")]
        found[column] = list(dict.fromkeys(part for part in parts if part))
    return Header([row.number for row in rows], {column: parts for column, parts in found.items() if parts})


def likely_header(head: SheetHead) -> dict[str, str]:
    """The row of a sheet that names the most columns, where none is known for a header: its labels by their letters.

    A row about somebody (a day, or a long number, stands in it) names none, and is not shown as if it did.
    """
    places = [place for place, row in enumerate(head.first) if not _is_of_somebody(row)]
    found = [header.labels for place in places if (header := header_of(head, place, 1))]
    return shown_labels(max(found, key=lambda each: len({plain(label) for label in each.values()} - {""}), default={}))


def shown_labels(labels: Mapping[int, str]) -> dict[str, str]:
    """Labels by the letters of their columns, but for those that say nothing, or hold somebody's number."""
    shown = {number: label for number, label in labels.items() if plain(label) and not _NUMBER.search(label)}
    return {column_letter(number): label for number, label in shown.items()}


def _is_of_somebody(row: SheetRow) -> bool:
    return any(isinstance(cell, date) or _NUMBER.search(as_text(cell)) for cell in row.cells)


def _labels(row: SheetRow) -> dict[int, str]:
    labels = {column: as_text(cell) for column, cell in enumerate(row.cells, 1)}
    return {column: label if len(label) <= LONGEST else "" for column, label in labels.items() if label}


def _spread(head: SheetHead, row: int, labels: dict[int, str]) -> dict[int, str]:
    """The upper level, where a label stands over several columns: those it is merged over; in CSV up to the next."""
    spread = dict(labels)
    for area in head.merged:
        if area.first_row == row and area.first_column in labels and area.last_row == row:
            for column in range(area.first_column, min(area.last_column, 702) + 1):
                spread[column] = labels[area.first_column]
    if head.name == "CSV":
        return _carried(spread)
    return spread


def _carried(labels: dict[int, str]) -> dict[int, str]:
    carried, last = {}, ""
    for column in range(1, max(labels, default=0) + 1):
        last = labels.get(column, last)
        carried[column] = last
    return carried
