"""The template of a list (模板): columns named, drop-downs, notes and samples, and a code known on return."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from shared.problems import Language, Said
from shared.sheets.tables import FieldKind, WantedField, WantedTable

ROWS = 5_000  # that have drop-downs
SAMPLES: Mapping[FieldKind, Said] = {
    "text": Said("", ""),
    "identifier": Said("", ""),
    "date": Said("2019-07-01", "2019-07-01"),
    "yes_no": Said("是", "yes"),
    "integer": Said("1", "1"),
    "choice": Said("", ""),
}
HOW: Mapping[FieldKind, Said] = {
    "text": Said("文字", "text"),
    "identifier": Said(
        "号码：已设为文本格式，请照原件录入", "a number: formatted as text, typed as the document has it"
    ),
    "date": Said("日期，如 2019-07-01", "a date, such as 2019-07-01"),
    "choice": Said("从下拉列表中选择", "chosen from the list"),
    "yes_no": Said("是或否", "yes or no"),
    "integer": Said("整数", "a whole number"),
}
_HEADER = 2  # the row of the header, from 0: a title and a note stand above it
_YES_NO: Mapping[Language, Sequence[str]] = {"zh": ("是", "否"), "en": ("yes", "no")}


def template(wanted: WantedTable, title: Said, samples: Sequence[Mapping[str, Said]], language: Language) -> bytes:
    """An XLSX to fill in. `samples` are rows by pointer, marked as such (示例) and read past on return."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        _Template(book, wanted, language).write(title, samples)
    return out.getvalue()


class _Template:
    """Writes the sheets of one template."""

    def __init__(self, book: Any, wanted: WantedTable, language: Language) -> None:
        self.book, self.wanted, self.language = book, wanted, language
        text = {"num_format": "@"}
        self.text = book.add_format(text)
        self.bold = book.add_format({**text, "bold": True, "text_wrap": True, "border": 1, "bg_color": "#F1F1EE"})
        self.title = book.add_format({**text, "bold": True, "font_size": 14})
        self.note = book.add_format({**text, "font_color": "#777777"})

    def write(self, title: Said, samples: Sequence[Mapping[str, Said]]) -> None:
        """The sheet to fill in, the notes, and the lists of the drop-downs, which may be longer than a cell allows."""
        sheet = self.book.add_worksheet(self._say("填报", "List"))
        notes = self.book.add_worksheet(self._say("填表说明", "Notes"))
        lists = self.book.add_worksheet(self._say("字典", "Choices"))
        lists.hide()
        number = self._say("模板编号", "Template")
        sheet.write_string(0, 0, f"{title.in_(self.language)}（{number} {self.wanted.code}）", self.title)
        sheet.write_string(1, 0, self._say(*_ABOVE), self.note)
        sheet.set_column(0, len(self.wanted.fields), 20, self.text)
        sheet.set_column(0, 0, 8, self.text)
        sheet.write_string(_HEADER, 0, self._say("序号", "No."), self.bold)
        for n, field in enumerate(self.wanted.fields, 1):
            self._column(sheet, lists, n, field)
        for n, sample in enumerate(samples, 1):
            self._sample(sheet, _HEADER + n, sample)
        sheet.freeze_panes(_HEADER + 1, 0)
        self._notes(notes)

    def _column(self, sheet: Any, lists: Any, column: int, field: WantedField) -> None:
        star = "*" if field.required else ""
        sheet.write_string(_HEADER, column, field.said.in_(self.language) + star, self.bold)
        sheet.write_comment(_HEADER, column, HOW[field.kind].in_(self.language), {"author": "talent"})
        choices = self._choices(field)
        if not choices:
            return
        for n, choice in enumerate(choices):
            lists.write_string(n, column, choice, self.text)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        name = lists.get_name()
        source = f"='{name}'!${letter}$1:${letter}${len(choices)}"
        sheet.data_validation(
            _HEADER + 1, column, _HEADER + ROWS, column, {"validate": "list", "source": source, "error_type": "warning"}
        )

    def _choices(self, field: WantedField) -> Sequence[str]:
        if field.kind == "yes_no":
            return _YES_NO[self.language]
        place = 0 if self.language == "zh" else -1
        return [names[place] if names else code for code, names in (field.choices or {}).items()]

    def _sample(self, sheet: Any, row: int, sample: Mapping[str, Said]) -> None:
        sheet.write_string(row, 0, self._say("示例", "Example"), self.note)
        for column, field in enumerate(self.wanted.fields, 1):
            choices = self._choices(field)
            usual = choices[0] if choices else SAMPLES[field.kind].in_(self.language)
            given = sample.get(field.pointer)
            sheet.write_string(row, column, given.in_(self.language) if given else usual, self.note)

    def _notes(self, sheet: Any) -> None:
        for column, width in enumerate((24, 10, 40, 100)):
            sheet.set_column(column, column, width, self.text)
        for column, name in enumerate(self._say(*each) for each in _COLUMNS):
            sheet.write_string(0, column, name, self.bold)
        for row, field in enumerate(self.wanted.fields, 1):
            required = self._say("是", "yes") if field.required else self._say("否", "no")
            choices = self._say("、", ", ").join(self._choices(field))
            said = (field.said.in_(self.language), required, HOW[field.kind].in_(self.language), choices)
            for column, text in enumerate(said):
                sheet.write_string(row, column, text, self.text)

    def _say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en


_ABOVE = (
    "带 * 的列必填；不要改动上面的模板编号；示例行不会导入；列的顺序可以改变，不用的列可以删去。",
    "Columns with * are required. Leave the template's number as it is. Rows marked Example are not imported; columns "
    "may be moved, and those that are not needed deleted.",
)
_COLUMNS = (("列名", "Column"), ("必填", "Required"), ("填法", "How"), ("可选值", "Choices"))
