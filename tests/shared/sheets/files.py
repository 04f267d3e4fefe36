"""Files as people and programs write them: CSV in several encodings, workbooks by two libraries and by LibreOffice."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from shared.problems import Said
from shared.sheets.books import ReadingLimits
from shared.sheets.reading import opened
from shared.sheets.rows import Conclusion, ReadRow, TableReading
from shared.sheets.tables import HiddenRows, Table, WantedField, WantedTable, find_table
from tests.needs import need

UNITS = {"donghu": ["东湖区", "Donghu District"], "xihu": ["西湖区", "Xihu District"]}
WANTED = WantedTable(
    "youth-intake",
    [
        WantedField("/subject/name", Said("姓名", "Name"), "text", True, personal=True),
        WantedField(
            "/subject/id_number", Said("证件号码", "Document number"), "identifier", True, ["身份证号"], personal=True
        ),
        WantedField("/reporting_unit", Said("填报单位", "Reporting unit"), "choice", True, ["区县"], UNITS),
        WantedField("/fact_date", Said("引进日期", "Recruited on"), "date", True),
        WantedField("/details/phone", Said("手机", "Mobile"), "text"),
        WantedField("/details/heads", Said("带动人数", "Heads"), "integer"),
        WantedField("/details/overseas", Said("海外引进", "From overseas"), "yes_no"),
    ],
)
HEADER = ["姓名", "身份证号", "区县", "引进日期", "手机"]
NUMBERS = [f"36010119900101{n:03d}{check}" for n, check in ((1, "1"), (2, "X"), (3, "8"), (4, "6"), (5, "4"), (6, "2"))]
ZHANG = ["张三", NUMBERS[0], "东湖区", "2018-12-07", "15400000004"]
LI = ["李四", NUMBERS[1], "西湖区", "2018-12-08", ""]
Rows = Sequence[Sequence[Any]]


def csv(rows: Rows, encoding: str = "utf-8", separator: str = ",") -> bytes:
    return "\r\n".join(separator.join(map(str, row)) for row in rows).encode(encoding)


def xlsx(rows: Rows, change: Callable[[Any], None] | None = None, at: tuple[int, int] = (1, 1)) -> bytes:
    """By openpyxl, the first cell at row and column `at`; `change` does more to the sheet."""
    book = openpyxl.Workbook()
    for n, row in enumerate(rows):
        for m, value in enumerate(row):
            if value != "":
                book.active.cell(at[0] + n, at[1] + m).value = value
    if change:
        change(book.active)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def written(fill: Callable[[Any, Any], None], options: Mapping[str, Any] | None = None) -> bytes:
    """By XlsxWriter: `fill` gets the workbook and its first sheet."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **(options or {})}) as book:
        fill(book, book.add_worksheet())
    return out.getvalue()


def converted(content: bytes, kind: str, folder: Path, was: str = "xlsx") -> bytes:
    """The same file saved by LibreOffice as another kind."""
    office = shutil.which("soffice")
    need("LibreOffice", office, "apt-get install --no-install-recommends libreoffice-calc-nogui")
    given = folder / f"given.{was}"
    given.write_bytes(content)
    command = [str(office), f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    subprocess.run(
        [*command, "--convert-to", kind, "--outdir", str(folder / "out"), str(given)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return (folder / "out" / f"given.{kind.partition(':')[0]}").read_bytes()


def rewritten(content: bytes, changes: Mapping[str, Callable[[bytes], bytes]], rename: str = "") -> bytes:
    """An archive with some of its parts changed: pattern of the part's name → what becomes of it."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            part = old.read(each)
            for pattern, change in changes.items():
                part = change(part) if re.search(pattern, each.filename) else part
            new.writestr(each.filename.replace("/", rename or "/"), part)
    return out.getvalue()


def put(cell: str) -> Callable[[bytes], bytes]:
    """Puts the XML of a cell where the sheet has one of that place."""
    place = re.search(r'r="(\w+)"', cell)
    assert place
    old = re.compile(rf'<c r="{place[1]}"[^>]*?(/>|>.*?</c>)'.encode(), re.DOTALL)

    def change(sheet: bytes) -> bytes:
        assert old.search(sheet)
        return old.sub(cell.encode(), sheet)

    return change


def read(
    content: bytes, hidden_rows: HiddenRows | None = None, remembered: Mapping[str, str] | None = None,
    limits: ReadingLimits | None = None, wanted: WantedTable = WANTED,
) -> tuple[Table, list[ReadRow], Conclusion]:  # fmt: skip
    """A file as whoever imports it reads it."""
    with opened(content, limits) as book:
        table = find_table(book, wanted, remembered, hidden_rows)
        reading = TableReading(table)
        rows = [row for some in book.rows(table.sheet) for row in reading.read(some)]
        return table, rows, reading.conclude()


def items(content: bytes) -> list[dict[str, Any]]:
    """Its items; a fault is none of the test's business."""
    _, rows, _ = read(content)
    assert [each.faults for each in rows if each.faults] == []
    return [each.item() for each in rows if each.kind == "item"]


def faults(content: bytes) -> list[tuple[str, str]]:
    """Where and what is wrong: ("F11", code)."""
    _, rows, _ = read(content)
    return [(f"{each.column}{each.row}", each.fault.code) for row in rows for each in row.faults]
