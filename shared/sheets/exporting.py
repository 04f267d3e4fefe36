"""Lists that leave the house (导出): CSV and XLSX that come through a spreadsheet program unharmed, part by part.

Text is text: a number of 18 digits is a cell of format @, and what would be run as a formula is none (an apostrophe in
CSV, where there are no formats). Each copy says who took it, when, and which one it is (水印).
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from itertools import islice
from typing import Any, Literal, NamedTuple

import xlsxwriter

from shared import clock
from shared.cells import is_formula
from shared.private_files import memory_folder
from shared.problems import Language, Said

ExportForm = Literal["xlsx", "csv", "csv_gb18030"]
ExportValue = str | int | date | bool | None
MEDIA: dict[ExportForm, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "csv_gb18030": "text/csv; charset=gb18030",
}
OF_A_SHEET = 1_000_000  # rows; a sheet has 1,048,576
TOGETHER = 500
PART = 1 << 16  # bytes
NO_MORE = Said("", "")


class ExportColumn(NamedTuple):
    """A column: its name, and how wide it is shown."""

    said: Said
    width: int = 18


def watermark(by: str, at: datetime, copy: str, purpose: str, language: Language, ending: Said = NO_MORE) -> str:
    """Who took this copy, when, which one it is, and what for; `ending` is what else is said of it."""
    when = f"{clock.local(at):%Y-%m-%d %H:%M:%S}"
    said = Said(
        f"导出人：{by}；时间：{when}；副本编号：{copy}；用途：{purpose}。{ending.zh}",
        f"Exported by {by} at {when}, copy {copy}, for: {purpose}.{ending.en}",
    )
    return said.in_(language)


def parts(
    form: ExportForm,
    columns: Sequence[ExportColumn],
    rows: Iterable[Sequence[ExportValue]],
    mark: str,
    language: Language,
) -> Iterator[bytes]:
    """The file, part by part; memory does not grow with its rows. `mark` is the sentence of the watermark."""
    if form == "xlsx":
        return _workbook(columns, rows, mark, language)
    return _text(columns, rows, mark, language, "utf-8-sig" if form == "csv" else "gb18030")


def _text(
    columns: Sequence[ExportColumn], rows: Iterable[Sequence[ExportValue]], mark: str, language: Language, encoding: str
) -> Iterator[bytes]:
    """CSV (RFC 4180): the header is its first line, the watermark its last."""
    yield _lines([[each.said.in_(language) for each in columns]]).encode(encoding)
    plain = "utf-8" if encoding == "utf-8-sig" else encoding  # the byte order mark stands once
    left = iter(rows)
    while some := list(islice(left, TOGETHER)):
        yield _lines([[_plain(_written(value, language)) for value in row] for row in some]).encode(plain)
    yield _lines([[_plain(mark)]]).encode(plain)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _plain(text: str) -> str:
    """A text that would be run is led by an apostrophe; it stays on as many lines as it has, in quotation marks."""
    return f"'{text}" if is_formula(text) else text


def _written(value: ExportValue, language: Language) -> str:
    match value:
        case None:
            return ""
        case bool():
            return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
        case _:
            return str(value)


def _workbook(
    columns: Sequence[ExportColumn], rows: Iterable[Sequence[ExportValue]], mark: str, language: Language
) -> Iterator[bytes]:
    """XLSX: it is put together row by row in a file that nobody else can open, and gone when it was read."""
    folder = memory_folder()
    with tempfile.TemporaryFile(dir=folder) as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder}
        with xlsxwriter.Workbook(file, options) as book:
            book.set_properties({"comments": mark})
            _sheets(book, columns, rows, mark, language)
        file.seek(0)
        while part := file.read(PART):
            yield part


def _sheets(
    book: Any, columns: Sequence[ExportColumn], rows: Iterable[Sequence[ExportValue]], mark: str, language: Language
) -> None:
    """As many sheets as the rows need, each with the watermark above its header and on each printed page."""
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"num_format": "@", "bold": True})
    left = iter(rows)
    first = True
    while (some := list(islice(left, TOGETHER))) or first:
        first = False
        sheet = book.add_worksheet()
        sheet.set_footer(f"&L{mark.replace('&', '&&')[:200]}&R&P/&N")
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width, text)
        sheet.write_string(0, 0, mark, text)
        for number, column in enumerate(columns):
            sheet.write_string(1, number, column.said.in_(language), bold)
        place = 2
        while some:
            for row in some:
                for number, value in enumerate(row):
                    _write(sheet, place, number, value, language, text, day)
                place += 1
            some = list(islice(left, TOGETHER)) if place < OF_A_SHEET else []


def _write(sheet: Any, row: int, column: int, value: ExportValue, language: Language, text: Any, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, _written(value, language), text)
