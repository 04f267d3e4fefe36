"""The workbook (附件): merged titles, unit rows, two-level headings, numbers as numbers, ready to print on A4."""

import re
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from services.quota.bulletins.rendering import tables, words
from services.quota.bulletins.rendering.cells import Column, TableCell
from services.quota.bulletins.schemas import Content, ProgrammeTable
from shared.cells import is_formula
from shared.days import written_day
from shared.problems import Language

NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31  # characters of a sheet's name
ONE_PAGE = 40  # rows that can still be read when they stand on one page together
WORD = re.compile(r"[\u2e80-\uffff]|[^\u2e80-\uffff\s]+")
A4 = 9
EDGE = {"border": 1, "border_color": "#555555", "valign": "vcenter", "text_wrap": True}
LOOKS: dict[str, dict[str, Any]] = {
    "text": {"align": "left", "indent": 1},
    "none": {"align": "center", "font_color": "#777777"},
    "right": {"align": "right"},
    "count": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.######"},
    "percent1": {"num_format": "0.0%"},
    "percent2": {"num_format": "0.00%"},
    "points": {"num_format": "+0.00;-0.00;0.00"},
    "rank": {"num_format": "0", "align": "center"},
    "tied_zh": {"num_format": '"并列"0', "align": "center"},
    "tied_en": {"num_format": '0"="', "align": "center"},
    "change_zh": {"num_format": '"↑"0;"↓"0;"持平"', "align": "center"},
    "change_en": {"num_format": '"↑"0;"↓"0;"same"', "align": "center"},
    "green": {"align": "center", "bold": True, "font_color": "#17673C"},
    "yellow": {"align": "center", "bold": True, "font_color": "#7D5200"},
    "red": {"align": "center", "bold": True, "font_color": "#B3261E"},
}
PLAIN: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "text_wrap": True},
    "unit_row": {"align": "left", "valign": "vcenter", "text_wrap": True},
    "caption": {"bold": True, "align": "left", "valign": "vcenter"},
    "head": EDGE | {"bold": True, "align": "center", "bg_color": "#F1F1EE"},
    "note": {"align": "left", "valign": "top", "text_wrap": True, "font_size": 9},
    "signed": {"align": "right", "indent": 2},
    "sealed": {"align": "right", "indent": 4},
}


def workbook(content: Content, sha256: str, language: Language) -> bytes:
    """A bulletin as a workbook: the city, each programme's units, indicators, restatements, what is missing."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": words.title(content, language), "comments": f"SHA-256 {sha256}"})
        book.set_size(2400, 1600)
        sheets = _Sheets(book, content, sha256, language)
        sheets.city()
        for table in content.programmes:
            sheets.programme(table)
        sheets.others()
    return out.getvalue()


class _Sheets:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, content: Content, sha256: str, language: Language) -> None:
        self.book, self.content, self.sha256, self.language = book, content, sha256, language
        self.version = content.version
        font = {"font_name": "宋体" if language == "zh" else "Calibri", "font_size": 10}
        self.looks = {name: book.add_format(font | EDGE | look) for name, look in LOOKS.items()}
        self.quoted = {
            name: book.add_format(font | EDGE | look | {"quote_prefix": True}) for name, look in LOOKS.items()
        }
        bold = {"bold": True} if content.version > 1 else {}
        self.sums = {name: book.add_format(font | EDGE | look | bold) for name, look in LOOKS.items()} if bold else {}
        self.plain = {name: book.add_format(font | look) for name, look in PLAIN.items()}
        self.plain_quoted = {
            name: book.add_format(font | look | {"quote_prefix": True}) for name, look in PLAIN.items()
        }
        self.names: set[str] = set()

    def city(self) -> None:
        """The city's table, with the notes and the signature."""
        columns = tables.city_columns(self.content)
        sheet = self._sheet(
            words.say("summary_sheet", self.language), columns, words.title(self.content, self.language)
        )
        row = self._unit_row(sheet, columns, words.say("by_line", self.language))
        row = self._table(sheet, row, columns, self.content.city, freeze=True)
        row = self._notes(sheet, row + 1, columns, words.notes(self.content, self.language))
        look = "sealed" if self.content.sealed else "signed"
        signed = self.content.issuer.in_(self.language), written_day(self.content.issued_on, self.language)
        for text in signed:
            row += 1
            self._across(sheet, row, columns, text, look)
        self._end(sheet, row + 2, columns, ["signatures", "hash"])

    def programme(self, table: ProgrammeTable) -> None:
        """One programme's units, each group ranked by itself; nothing where no unit has any figure."""
        groups, language = tables.groups_shown(self.content, table), self.language
        if not groups:
            return
        columns, period = tables.unit_columns(self.content, table), words.period(table.period, language, self.version)
        title = f"{words.title(self.content, language)} · {table.name.in_(language)} {period}"
        sheet = self._sheet(self._called(table, period), columns, title)
        row = self._unit_row(sheet, columns, table.measure_word.in_(language))
        for n, (group, lines) in enumerate(groups):
            self._across(sheet, row, columns, words.say(group, language), "caption")
            row = self._table(sheet, row + 1, columns, lines, freeze=n == 0)
        self._end(sheet, row + 1, columns)

    def _called(self, table: ProgrammeTable, period: str) -> str:
        """The name of a programme's sheet: the programme's, with its period where there are several of them."""
        if self.version == 1:
            return f"{table.code} {table.period}"
        name, longest = table.name.in_(self.language), LONGEST_NAME
        if [each.name for each in self.content.programmes].count(table.name) > 1:
            longest -= len(period) + 1
        shown = name if len(name) <= longest else name[: longest + 1].rpartition(" ")[0] or name[:longest]
        return shown if longest == LONGEST_NAME else f"{shown} {period}"

    def others(self) -> None:
        """Indicators, restatements and what is missing, each if there is any."""
        content, language = self.content, self.language
        restated = tables.restated_columns(content)
        if content.indicators:
            self._list("indicators_sheet", tables.indicator_columns(content), content.indicators, [])
        self._list("restatements_sheet", restated, content.restatements, words.restated_notes(content, language))
        if content.missing:
            self._list("missing_sheet", restated, [], [each.in_(language) for each in content.missing])

    def _list(self, name: str, columns: Sequence[Column], lines: Sequence[Any], said: Sequence[str]) -> None:
        called = words.say(name, self.language, self.version)
        title = f"{words.title(self.content, self.language)} · {called}"
        sheet = self._sheet(called, columns, title)
        row = self._unit_row(sheet, columns, words.say("mixed", self.language))
        row = self._notes(sheet, row, columns, said)
        if lines:
            row = self._table(sheet, row, columns, lines, freeze=True)
        self._end(sheet, row + 1, columns)

    def _sheet(self, name: str, columns: Sequence[Column], title: str) -> Any:
        sheet = self.book.add_worksheet(self._name(name))
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        for n, column in enumerate(columns):
            sheet.set_column(n, n, column.width)
        self._across(sheet, 0, columns, title, "title")
        sheet.set_row(0, 6 + 24 * _lines(title, _width(columns), PLAIN["title"]["font_size"]))
        return sheet

    def _across(self, sheet: Any, row: int, columns: Sequence[Column], text: str, look: str) -> None:
        """One text over all columns."""
        looks = self.plain_quoted if is_formula(text) else self.plain
        sheet.merge_range(row, 0, row, len(columns) - 1, text, looks[look])

    def _name(self, wanted: str) -> str:
        name = NOT_IN_A_NAME.sub("-", wanted)[:LONGEST_NAME]
        n = 2
        while name.lower() in self.names:
            name, n = f"{name[: LONGEST_NAME - 4]}({n})", n + 1
        self.names.add(name.lower())
        return name

    def _unit_row(self, sheet: Any, columns: Sequence[Column], measure: str) -> int:
        text = words.unit_row(self.content, measure, self.language)
        number = f"　　{self.content.number}" if self.content.number else ""
        self._across(sheet, 1, columns, text + number, "unit_row")
        sheet.set_row(1, 4 + 14 * _lines(text + number, _width(columns)))
        return 2

    def _table(self, sheet: Any, row: int, columns: Sequence[Column], lines: Sequence[Any], *, freeze: bool) -> int:
        """A heading and its lines; the row after them. The first table's heading is repeated on every page."""
        first = row
        row = self._heads(sheet, row, columns)
        if freeze:
            sheet.freeze_panes(row, 2)
            sheet.repeat_rows(first, row - 1)
        for line in lines:
            cells = [column.cell(line, self.language) for column in columns]
            texts = [self._cell(sheet, row, n, cell, bold=tables.is_sum(line)) for n, cell in enumerate(cells)]
            sheet.set_row(
                row, 16 * max(_lines(text, column.width - 1) for text, column in zip(texts, columns, strict=True))
            )
            row += 1
        return row

    def _heads(self, sheet: Any, row: int, columns: Sequence[Column]) -> int:
        upper, lower = tables.heads(columns, self.language)
        rest = iter(lower)
        at = 0
        for head in upper:
            bottom = row + 1 if head.rows == 2 and lower else row
            if (bottom, head.columns) == (row, 1):
                sheet.write_string(row, at, head.text, self.plain["head"])
            else:
                sheet.merge_range(row, at, bottom, at + head.columns - 1, head.text, self.plain["head"])
            if head.rows == 1:
                for n in range(head.columns):
                    sheet.write_string(row + 1, at + n, next(rest).text, self.plain["head"])
            at += head.columns
        for n in range(2 if lower else 1):
            sheet.set_row(row + n, 30 if n or not lower else 16)
        return row + (2 if lower else 1)

    def _cell(self, sheet: Any, row: int, column: int, cell: TableCell, *, bold: bool) -> str:
        looks = self.sums if bold else self.looks
        if cell.number is not None:
            number = float(cell.number) if isinstance(cell.number, Decimal) else cell.number
            sheet.write_number(row, column, number, looks[cell.look])
            return ""
        looks = self.quoted if is_formula(cell.text) else looks
        sheet.write_string(row, column, cell.text, looks[cell.look])
        return cell.text

    def _notes(self, sheet: Any, row: int, columns: Sequence[Column], said: Sequence[str]) -> int:
        for text in said:
            self._across(sheet, row, columns, text, "note")
            sheet.set_row(row, 14 * _lines(text, _width(columns), PLAIN["note"]["font_size"]))
            row += 1
        return row

    def _end(self, sheet: Any, row: int, columns: Sequence[Column], keys: Sequence[str] = ("signatures",)) -> None:
        """The last lines of a sheet; a short sheet is printed on one page, never its signatures alone on another."""
        row = self._notes(sheet, row, columns, [words.say(key, self.language, sha256=self.sha256) for key in keys])
        if row <= ONE_PAGE:
            sheet.fit_to_pages(1, 1)


def _width(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns)


def _lines(text: str, width: int, size: int = 10) -> int:
    """How many lines a text takes in a column: a Chinese character is as wide as two digits, a letter narrower."""
    lines, used = 1, 0.0
    for word in WORD.findall(text):
        wide = (2 if word >= "\u2e80" else 0.85 * (len(word) + 1)) * size / 10
        if used and used + wide > width:
            lines, used = lines + 1, 0.0
        used += wide
    return lines
