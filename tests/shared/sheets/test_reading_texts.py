"""CSV as people save it: encodings, separators, quotation marks."""

import pytest

from shared.sheets.books import FileUnreadable
from shared.sheets.reading import opened
from tests.shared.sheets.files import HEADER, LI, ZHANG, csv, faults, items, read

ROWS = [HEADER, ZHANG, LI]


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("gbk", "\t"), ("utf-8", ";")],
)
def test_g04_every_encoding_reads_as_the_same_rows(encoding: str, separator: str) -> None:
    found = items(csv(ROWS, encoding, separator))
    assert [each["subject"]["name"] for each in found] == ["张三", "李四"]
    assert found == items(csv(ROWS))


def test_g02_a_rare_character_of_a_gbk_file_is_kept() -> None:
    content = csv([HEADER, ["王䶮", *ZHANG[1:]]], "gb18030")
    assert b"\xfe\x9f" in content
    assert items(content)[0]["subject"]["name"] == "王䶮"


def test_g01_a_character_beyond_the_first_plane_is_kept() -> None:
    content = csv([HEADER, ["𠮷田", *ZHANG[1:]]], "gb18030")
    assert bytes.fromhex("9534B235") in content
    assert items(content)[0]["subject"]["name"] == "𠮷田"


def test_g05_a_middle_dot_is_that_of_gb18030() -> None:
    content = csv([HEADER, ["阿里?买买提", *ZHANG[1:]]], "gbk").replace(b"?", b"\xa1\xa4")
    assert items(content)[0]["subject"]["name"] == "阿里\u00b7买买提"


def test_i13_a_single_character_that_utf8_could_be_too_is_chinese_and_said_to_be_guessed() -> None:
    with opened(b"name,id\r\n\xc4\xaa,1\r\n") as book:
        assert book.encoding == "gb18030?"
        assert book.sheets[0].first[1].cells[0] == "莫"


def test_i13_two_encodings_in_one_file_are_refused_with_the_line() -> None:
    content = csv([HEADER, *[ZHANG] * 49]) + b"\r\n" + csv([LI], "gbk")
    with pytest.raises(FileUnreadable) as refused:
        read(content)
    assert refused.value.faults[0].code == "encoding_mixed"
    assert "51" in refused.value.faults[0].said.zh


def test_i13_sep_is_no_header_and_a_cell_of_several_lines_is_one_cell() -> None:
    content = csv([["sep=;"], HEADER, ['"张\r\n""三"""', *ZHANG[1:]], ["李四", "1", *LI[2:]]], separator=";")
    _, rows, _ = read(content)
    assert [each.number for each in rows] == [2, 3]
    assert rows[0].values["/subject/name"] == '张\r\n"三"'


def test_a_quotation_mark_left_open_is_refused() -> None:
    with pytest.raises(FileUnreadable) as refused:
        read(csv([HEADER, ['"张三', *ZHANG[1:]], LI]))
    assert refused.value.faults[0].code == "quotation_open"


def test_a10_a_number_in_the_form_of_a_spreadsheet_is_refused() -> None:
    assert faults(csv([HEADER, ["张三", "3.60101E+17", *ZHANG[2:]]])) == [("B2", "numeric_cell")]


def test_a09_what_keeps_excel_from_reading_a_text_as_a_number_is_no_part_of_it() -> None:
    assert items(csv([HEADER, ["张三", f'="{ZHANG[1]}"', *ZHANG[2:]]]))[0]["subject"]["id_number"] == ZHANG[1]


def test_a_formula_and_an_error_as_text_are_refused_as_what_they_are() -> None:
    rows = [HEADER, ['=HYPERLINK("x")', *ZHANG[1:]], ["张三", *ZHANG[1:4], "#N/A"], ["张" * 4_000, *ZHANG[1:]]]
    found = faults(csv(rows))
    assert found == [("A2", "formula_text"), ("E3", "cell_error"), ("A4", "cell_too_long")]
