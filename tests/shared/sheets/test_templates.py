"""Templates: what is generated is what is read, and identifiers stay text in them."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from shared.problems import Language, Said
from shared.sheets.tables import WantedField, WantedTable
from shared.sheets.templates import template
from tests.shared.sheets.files import LI, NUMBERS, WANTED, ZHANG, read

LONG = {f"major-{n}": [f"专业名称很长的第{n}号专业", f"Major number {n}"] for n in range(60)}
SAMPLE = {"/subject/name": Said("张三", "Zhang San"), "/subject/id_number": Said(NUMBERS[5], NUMBERS[5])}


def made(language: Language = "zh", wanted: WantedTable = WANTED) -> bytes:
    return template(wanted, Said("青年人才", "Young talent"), [SAMPLE], language)


def filled(content: bytes, *people: list[Any]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    for n, person in enumerate(people):
        for m, value in enumerate([n + 1, *person]):
            book.worksheets[0].cell(5 + n, 1 + m).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_that_was_filled_in_reads_as_its_people_and_not_as_its_sample(language: Language) -> None:
    table, rows, _ = read(filled(made(language), ZHANG, LI))
    assert [each.field.pointer for each in table.columns if each.field] == [each.pointer for each in WANTED.fields]
    assert [each.kind for each in rows] == ["note", "item", "item"]
    assert rows[1].item()["subject"] == {"name": "张三", "id_number": NUMBERS[0]}
    assert rows[1].faults == []


def test_identifiers_are_text_and_lists_are_longer_than_a_cell_allows() -> None:
    wanted = WantedTable("x", [*WANTED.fields, WantedField("/m", Said("专业", "Major"), "choice", choices=LONG)])
    sheet = openpyxl.load_workbook(BytesIO(made(wanted=wanted))).worksheets[0]
    assert sheet.column_dimensions["B"].number_format == "@"
    sources = {str(each.sqref).split(":")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    assert sources == {"D4": "'字典'!$D$1:$D$2", "H4": "'字典'!$H$1:$H$2", "I4": "'字典'!$I$1:$I$60"}
