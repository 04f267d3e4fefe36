"""What the library that reads workbooks does not say of an XLSX, found in its XML: hidden rows, formulas, error cells.

Regular expressions over the bytes of a sheet: what is looked for is rare, and 100,000 rows are looked through in tenths
of a second. The XML has been looked at before (guarding.py): no entities, and no larger than it may be.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree

from shared.sheets.books import BrokenCell, FileUnreadable
from shared.sheets.columns import column_number

Place = tuple[int, int]  # row and column, from 1

_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_HIDDEN_COLUMNS = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_EDGE = re.compile(rb'\b(min|max)="(\d+)"')
_FAR = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]{3}\d+)"[^>]*(?<!/)>')
_IS_FAR = re.compile(rb'r="[A-Z]{3}\d')
_ERROR = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"')
_UNSAVED = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]+)(\d+)"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_CELL = re.compile(rb"<(?:\w+:)?v>[^<]")
_1904 = re.compile(rb'\bdate1904="(?:1|true)"')


@dataclass
class SheetFacts:
    """What is not in the cells of a sheet as they are read."""

    hidden_rows: list[int] | None = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    broken: dict[Place, BrokenCell] = field(default_factory=dict)
    merged: list[tuple[Place, Place]] = field(default_factory=list)  # from 0, as the library has them
    holds_values: bool = False


def facts_of(content: bytes, sheets: Iterable[str]) -> tuple[dict[str, SheetFacts], bool]:
    """By the name of a sheet; and whether the workbook counts its days from 1904."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = {each.replace("\\", "/").lower(): each for each in archive.namelist()}
        book_name = next(name for name in names if name.endswith("workbook.xml"))
        book = archive.read(names[book_name])
        folder = book_name.rpartition("/")[0]
        related = names.get(f"{folder}/_rels/workbook.xml.rels", "")
        targets = _targets(archive.read(related)) if related else {}
        found = {}
        for name, target in _sheets(book, targets):
            path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            if name in set(sheets) and path.lower() in names:
                found[name] = _facts(archive.read(names[path.lower()]), name)
    return found, _1904.search(book) is not None


def _targets(related: bytes) -> dict[str, str]:
    return {
        each.get("Id", ""): each.get("Target", "").replace("\\", "/")
        for each in ElementTree.fromstring(related)  # noqa: S314 (without entities: guarding.py)
    }


def _sheets(book: bytes, targets: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for each in ElementTree.fromstring(book).iter():  # noqa: S314 (without entities: guarding.py)
        if each.tag.endswith("}sheet"):
            ids = [value for key, value in each.attrib.items() if key.endswith("}id")]
            found.append((each.get("name", ""), targets.get(ids[0], "") if ids else ""))
    return found


def _facts(sheet: bytes, name: str) -> SheetFacts:
    if _IS_FAR.search(sheet) and (far := _FAR.search(sheet)):
        raise far_cell(far[1].decode(), name)
    before_rows = sheet[: max(sheet.find(b"sheetData"), 0)]
    hidden_columns = [n for each in _HIDDEN_COLUMNS.findall(before_rows) for n in _columns(each)]
    hidden_rows = [int(each) for each in _HIDDEN_ROW.findall(sheet)] if b"hidden=" in sheet else []
    facts = SheetFacts(hidden_rows, hidden_columns, holds_values=_CELL.search(sheet) is not None)
    if b"<f" in sheet or b":f>" in sheet or b":f " in sheet:
        _mark(facts, _UNSAVED.findall(sheet), BrokenCell.UNSAVED)
    if b't="e"' in sheet:
        _mark(facts, _ERROR.findall(sheet), BrokenCell.ERROR)
    return facts


def far_cell(cell: str, sheet: str) -> FileUnreadable:
    """A single value far from the rest makes a sheet as large as all of it (远处的单元格)."""
    return FileUnreadable(
        "far_cell",
        f"工作表“{sheet}”的单元格 {cell} 有内容（可能只是空格），使表格大到无法读取。请删除该列后再上传。",
        f"Cell {cell} of the sheet “{sheet}” holds something, perhaps a space, which makes the sheet too large to be "
        "read. Delete that column and upload it again.",
    )


def _columns(element: bytes) -> range:
    edges = {name: int(number) for name, number in _EDGE.findall(element)}
    return range(edges.get(b"min", 1), min(edges.get(b"max", 0), 702) + 1)


def _mark(facts: SheetFacts, places: Iterable[tuple[bytes, bytes]], broken: BrokenCell) -> None:
    for column, row in places:
        facts.broken[int(row), column_number(column.decode())] = broken
