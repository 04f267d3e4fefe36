"""What cells of workbooks say: identifiers, days, amounts, choices, formulas."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.shared.sheets.files import (
    HEADER,
    NUMBERS,
    ZHANG,
    converted,
    csv,
    faults,
    items,
    put,
    read,
    rewritten,
    written,
    xlsx,
)

SHEET = r"sheet1\.xml$"


def days(*values: Any) -> bytes:
    return xlsx([HEADER, *[[*ZHANG[:3], each] for each in values]])


def test_a12_an_identifier_that_is_a_number_is_refused_whatever_its_check_digit() -> None:
    numbers: list[Any] = [360101199003078000, 3.60101199003078e17, ZHANG[1]]
    content = xlsx([HEADER, *[["张三", each, *ZHANG[2:4], 15400000004] for each in numbers]])
    assert faults(content) == [("B2", "numeric_cell"), ("B3", "numeric_cell")]
    assert read(content)[1][2].values["/details/phone"] == "15400000004"


def test_a13_a_column_that_all_ends_in_000_refuses_the_file() -> None:
    whole = [[*ZHANG[:1], f"36010119900101{n}000", *ZHANG[2:]] for n in range(1, 6)]
    assert [each.code for each in read(csv([HEADER, *whole]))[2].faults] == ["column_damaged"]
    assert read(csv([HEADER, *whole[:4]]))[2].faults == []
    assert read(csv([HEADER, *whole, ZHANG]))[2].faults == []


def test_every_style_of_a_day() -> None:
    styles = [
        "2018-12-07", "2018/12/7", "2018.12.07", "2018年12月7日", "20181207", "二〇一八年十二月七日", 43441, 20181207,
        datetime(2018, 12, 7),  # noqa: DTZ001
        date(2018, 12, 7), "２０１８－１２－０７", "2018-12-07 00:00:00",
    ]  # fmt: skip
    assert {each["fact_date"] for each in items(days(*styles))} == {"2018-12-07"}


def test_i16_a_month_is_no_day_and_a_number_is_not_guessed() -> None:
    found = faults(
        days(1985.1, "1985.10", 198510, "1985年10月", "85.10", 1990, date(1905, 6, 12), "至今", "2019-02-30")
    )
    assert [code for _, code in found] == [
        "date_ambiguous", "day_missing", "day_missing", "day_missing", "date_parsing", "only_a_year", "only_a_year",
        "date_parsing", "not_a_date",
    ]  # fmt: skip


def test_i05_a_day_after_9999_is_a_fault_of_its_cell() -> None:
    def fill(book: Any, sheet: Any) -> None:
        shown = book.add_format({"num_format": "yyyy-mm-dd"})
        for n, row in enumerate((HEADER, ZHANG[:3], ZHANG)):
            sheet.write_row(n, 0, row)
        sheet.write_number(1, 3, 2958466, shown)

    assert faults(written(fill)) == [("D2", "date_parsing")]


@pytest.mark.parametrize("day", ["1986-05-04", "1988-04-17", "1990-05-22", "1991-09-15", "1992-05-22"])
def test_i04_summer_time_shifts_no_day(day: str) -> None:
    assert [each["fact_date"] for each in items(days(date.fromisoformat(day), day))] == [day, day]


def from_1904(book: Any, sheet: Any) -> None:
    shown = book.add_format({"num_format": "yyyy-mm-dd"})
    for n, row in enumerate((HEADER, ZHANG[:3], ZHANG[:3])):
        sheet.write_row(n, 0, row)
    sheet.write_number(1, 3, 41979)
    sheet.write_number(2, 3, 41979, shown)


def test_g19_a_workbook_of_the_1904_system() -> None:
    content = written(from_1904, {"date_1904": True})
    assert [each["fact_date"] for each in items(content)] == ["2018-12-07", "2018-12-07"]


def test_g19_an_xls_of_the_1904_system(tmp_path: Path) -> None:
    content = converted(written(from_1904, {"date_1904": True}), "xls", tmp_path)
    assert [each["fact_date"] for each in items(content)] == ["2018-12-07", "2018-12-07"]


@pytest.mark.parametrize("mark", ["/", "无", "-", "—", "／", "", " "])
def test_g16_what_stands_where_nothing_is_blanks_nothing(mark: str) -> None:
    assert "details" not in items(csv([HEADER, [*ZHANG[:4], mark]]))[0]


def test_an_explicit_mark_clears() -> None:
    assert items(csv([HEADER, [*ZHANG[:4], "【清空】"]]))[0]["details"] == {"phone": None}


def amounts(header: str, *values: Any) -> bytes:
    return xlsx([[*HEADER, header], *[[*ZHANG, each] for each in values]])


def test_g17_ten_thousands_stand_in_the_header_or_in_the_cell() -> None:
    heads = [each["details"]["heads"] for each in items(amounts("带动人数（万人）", 1.2, "1.2", "3"))]
    assert heads == [12_000, 12_000, 30_000]
    assert [each["details"]["heads"] for each in items(amounts("带动人数", "1.2万", "3万人"))] == [12_000, 30_000]
    assert faults(amounts("带动人数", 5, "1.2万")) == [("F3", "units_mixed")]
    assert faults(amounts("带动人数", 1.5, "三")) == [("F2", "wrong_type"), ("F3", "wrong_type")]


def test_choices_and_yes_or_no_as_people_write_them() -> None:
    rows = [[*HEADER, "海外引进"], *[[*ZHANG[:2], *each] for each in (
        ("东湖区", "2018-12-07", "", "是"), ("donghu", "2018-12-07", "", "√"), (" 东 湖区", "2018-12-07", "", "否"),
        ("北湖区", "2018-12-07", "", "大概"),
    )]]  # fmt: skip
    _, found, _ = read(csv(rows))
    assert [each.values.get("/details/overseas") for each in found] == [True, True, False, None]
    assert [each.fault.code for each in found[3].faults] == ["not_a_choice", "not_yes_or_no"]
    assert "北湖" not in str(found[3].faults)


def test_i02_results_of_formulas_are_read_and_their_absence_is_no_blank() -> None:
    rows = [HEADER, *[["张三", each, *ZHANG[2:]] for each in NUMBERS[:3]]]
    cells = {
        "E2": '<c r="E2" t="str"><f>X!A1</f><v>0100</v></c>',
        "E3": '<c r="E3"><f>1+1</f></c>',
        "E4": '<c r="E4" t="e"><v>#N/A</v></c>',
    }
    content = xlsx(rows)
    for cell in cells.values():
        content = rewritten(content, {SHEET: put(cell)})
    assert read(content)[1][0].values["/details/phone"] == "0100"
    assert faults(content) == [("E3", "formula_unsaved"), ("E4", "cell_error")]


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_i02_an_error_cell_of_another_format_is_no_blank(kind: str, tmp_path: Path) -> None:
    content = converted(xlsx([HEADER, [*ZHANG[:4], "=NA()"], [*ZHANG[:4], '="01"&"00"']]), kind, tmp_path)
    assert faults(content) == [("E2", "cell_error")]
    assert read(content)[1][1].values["/details/phone"] == "0100"
