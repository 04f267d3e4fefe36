"""Sheets as people lay them out: titles, two-level headers, merged cells, totals, footnotes, hidden parts."""

from datetime import date
from typing import Any

import pytest

from shared.sheets.books import TableUnfit
from shared.sheets.columns import column_of
from tests.shared.sheets.files import HEADER, LI, NUMBERS, ZHANG, csv, faults, items, read, xlsx


def refused(content: bytes, **answers: Any) -> list[str]:
    with pytest.raises(TableUnfit) as unfit:
        read(content, **answers)
    return [each.code for each in unfit.value.faults]


def test_a_form_with_titles_totals_and_signatures_reads_as_its_people() -> None:
    content = csv(
        [
            ["引进青年人才汇总表"],
            ["填报单位（盖章）：某单位", "填表人：王五", "", "", "单位：人"],
            ["序号", *HEADER],
            ["合计", "3"],
            ["1", *ZHANG],
            [],
            ["2", *LI],
            ["小计", "2"],
            ["注：1.数据截至2018年"],
            ["单位负责人：", "审核人：", "填表人："],
        ]
    )
    table, rows, conclusion = read(content)
    assert table.header_rows == [3]
    assert [(each.number, each.kind) for each in rows] == [
        (4, "total"), (5, "item"), (7, "item"), (8, "total"), (9, "note"), (10, "note"),
    ]  # fmt: skip
    assert conclusion.items == 2
    assert [("B4" in each.zh, "3" in each.zh) for each in conclusion.notes] == [(True, True)]


def test_i07_rows_and_columns_are_those_of_the_users_sheet() -> None:
    rows = [HEADER, ZHANG, LI, [], [], ["王五", NUMBERS[2], "东湖区", "不详", ""]]
    assert faults(xlsx(rows, at=(5, 3))) == [("F10", "date_parsing")]


def two_levels(sheet: Any) -> None:
    for area in ("A2:B2", "C2:D2", "E2:E3", "F2:F3", "A1:F1"):
        sheet.merge_cells(area)


def test_i09_a_header_of_two_levels_tells_two_names_apart() -> None:
    rows = [
        ["人才信息表"],
        ["联系人", "", "本人", "", "区县", "引进日期"],
        ["姓名", "电话", "姓名", "身份证号"],
        ["赵六", "1", *ZHANG[:2], *ZHANG[2:4]],
    ]
    table, found, _ = read(xlsx(rows, two_levels))
    assert table.header_rows == [2, 3]
    assert [each.wording for each in table.columns][:3] == ["联系人/姓名", "联系人/电话", "本人/姓名"]
    assert found[0].item()["subject"] == {"name": "张三", "id_number": NUMBERS[0]}
    assert items(csv([each if len(each) == 6 else [*each, *[""] * (6 - len(each))] for each in rows])) == [
        found[0].item()
    ]


def test_i09_two_columns_of_one_name_are_asked_about() -> None:
    assert refused(csv([[*HEADER, "姓名"], [*ZHANG, "李四"]])) == ["column_twice"]


def test_g11_a_merged_unit_is_filled_down_and_a_blank_one_is_a_fault() -> None:
    rows = [HEADER, *[["张三", NUMBERS[n], "东湖区" if n == 0 else "", "2018-12-07"] for n in range(6)]]
    table, found, _ = read(xlsx(rows, lambda sheet: sheet.merge_cells("C2:C7")))
    assert {each.values["/reporting_unit"] for each in found} == {"donghu"}
    assert any("C2" in each.zh and "2–7" in each.zh for each in table.notes)
    assert faults(xlsx(rows))[0] == ("C3", "required")


def test_i09_a_merged_name_makes_no_second_person() -> None:
    rows = [HEADER, ZHANG, ["", NUMBERS[1], *LI[2:]]]
    assert faults(xlsx(rows, lambda sheet: sheet.merge_cells("A2:A3"))) == [("A3", "merged_cell")]


def test_i08_hidden_rows_are_a_question() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    content = xlsx([HEADER, ZHANG, LI], hide)
    assert refused(content) == ["rows_hidden"]
    assert [each.number for each in read(content, "include")[1]] == [2, 3]
    assert [each.number for each in read(content, "skip")[1]] == [2]


def test_g13_hidden_columns_and_other_sheets_are_read_past_unless_the_template_says_so() -> None:
    def more(sheet: Any) -> None:
        sheet.column_dimensions["B"].hidden = True
        sheet.parent.create_sheet("附件2").append([*HEADER, "海外引进"])
        sheet.parent.create_sheet("字典").sheet_state = "hidden"

    assert refused(xlsx([HEADER, ZHANG], more)) == ["column_missing"]
    plain = xlsx([HEADER, ZHANG], lambda sheet: sheet.parent.create_sheet("附件2").append(["其他", "表格"]))
    assert any("第2张" in each.zh for each in read(plain)[0].notes)

    def second(sheet: Any) -> None:
        other = sheet.parent.create_sheet("附件2")
        for row in (["登记表（模板编号 youth-intake）"], HEADER, LI):
            other.append(row)

    assert read(xlsx([HEADER, ZHANG], second))[0].sheet_name == "附件2"


def test_another_programmes_template_is_refused() -> None:
    assert refused(csv([["登记表（模板编号 skilled-workers）"], HEADER, ZHANG])) == ["template_of_another"]


def test_a_header_that_is_not_there_and_columns_that_are_missing_are_said_at_once() -> None:
    assert refused(csv([ZHANG, LI])) == ["header_missing"]
    assert refused(csv([["姓名", "手机"], ["张三", "1"]])) == ["column_missing"] * 3


def test_who_stands_in_the_first_row_of_a_list_without_a_header_is_not_shown_as_its_columns() -> None:
    for rows in ([ZHANG, LI], [["甲", "乙", "丙"], ZHANG]):
        with pytest.raises(TableUnfit) as unfit:
            read(csv(rows))
        assert not {*unfit.value.header.values()} & {*ZHANG}


def test_an_institutions_own_wordings_are_remembered() -> None:
    content = csv([["员工", *HEADER[1:], "证件号码"], [*ZHANG, "x"]])
    table, rows, _ = read(content, remembered={"员工": "/subject/name", "证件号码": ""})
    assert rows[0].values["/subject/name"] == "张三"
    assert column_of(table.letters, "/subject/name") == "A"
    assert column_of(table.letters, "/subject/id_number") == "B"


def test_a_header_that_stands_again_on_each_page_is_nobody() -> None:
    assert [each.kind for each in read(csv([HEADER, ZHANG, HEADER, LI]))[1]] == ["item", "note", "item"]


def test_a_sheet_without_a_row_is_refused() -> None:
    assert [each.code for each in read(csv([HEADER, ["合计", "0"]]))[2].faults] == ["no_rows"]


def test_a_day_is_a_day() -> None:
    assert items(xlsx([HEADER, [*ZHANG[:3], date(1990, 5, 22)]]))[0]["fact_date"] == "1990-05-22"
