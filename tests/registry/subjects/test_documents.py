"""Resident numbers: the cases of section A, by their numbers. No number here was ever issued to a person."""

from datetime import date

import pytest

from services.registry.subjects.rules.documents import StatedDocument, masked_number
from services.registry.subjects.rules.numbers import excel_damaged, legacy_upgrade
from tests.registry.subjects.reading import A01, codes, document, fault, with_check


def test_a01_a_resident_number_tells_birth_date_and_gender() -> None:
    assert document(A01) == StatedDocument("resident_id", "CHN", A01, date(1990, 1, 1), "male")


def test_a02_a_small_x_is_stored_as_a_capital() -> None:
    found = document("36010119900101002x")
    assert (found.number, found.gender) == ("36010119900101002X", "female")


@pytest.mark.parametrize("x", ["ｘ", "Ｘ", "Ⅹ", "ⅹ"])
def test_a02_other_forms_of_x_are_x(x: str) -> None:
    assert document("36010119900101002" + x).number == "36010119900101002X"


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\u0425", "CYRILLIC CAPITAL LETTER HA (U+0425)"),
        ("\u00d7", "MULTIPLICATION SIGN (U+00D7)"),
        ("*", "ASTERISK (U+002A)"),
    ],
)
def test_a04_a_lookalike_of_x_is_named_with_its_position(char: str, name: str) -> None:
    refused = fault("36010119900101002" + char)
    assert (refused.pointer, refused.code) == ("/id_number", "wrong_character")
    assert name in refused.said.en
    assert refused.said.en.startswith("Character 18 is")
    assert refused.said.zh.startswith("第18位是")


def test_a_chinese_character_is_not_repeated_because_it_may_be_a_name() -> None:
    refused = fault("张三")
    assert refused.code == "wrong_character"
    assert "5F20" not in refused.said.zh + refused.said.en


def test_a05_full_width_digits_equal_a01() -> None:
    assert document("３６０１０１１９９００１０１００１１") == document(A01)


@pytest.mark.parametrize("lead", ["'", "\ufeff", "\u200b", "\u202d", "\u2060", "\ufeff'", "\u3000", "\u00a0", "\t"])
def test_a07_what_cannot_be_seen_is_dropped(lead: str) -> None:
    assert document(lead + A01) == document(A01)
    assert document(A01[:6] + lead.strip("'") + A01[6:] + "\n") == document(A01)


def test_a07_spaces_and_hyphens_between_the_digits_are_dropped() -> None:
    assert document("360101 19900101-0011") == document(A01)


def test_a08_a_wrong_digit_fails_the_checksum() -> None:
    assert fault("360101199001010101").code == "wrong_checksum"


@pytest.mark.parametrize(
    "raw", ["3.60101E+17", "3.60101e17", "36E+16", "360101199001010011.0", 360101199001010011, 1.5]
)
def test_a10_a_numeric_cell_is_refused_with_advice(raw: object) -> None:
    refused = fault(raw)
    assert refused.code == "numeric_cell"
    assert "文本" in refused.said.zh
    assert "as text" in refused.said.en


@pytest.mark.parametrize("raw", ["", " \u3000", "\ufeff", None])
def test_a_blank_number_is_refused(raw: object) -> None:
    assert fault(raw).code == "blank"


def test_a11_a_number_cut_by_a_spreadsheet_fails_the_checksum() -> None:
    assert fault("360101199001010000").code == "wrong_checksum"
    assert fault("360101199001010000", fixtures=True).code == "wrong_checksum"


def test_a11_sequence_000_is_refused_even_where_the_checksum_holds() -> None:
    number = with_check("36010119900101000")
    assert fault(number).code == "unissued_sequence"
    assert document(number, fixtures=True).number == number


def test_a13_five_numbers_that_all_end_in_000_mark_the_file() -> None:
    cut = [f"3601011990010{day}000" for day in range(10, 15)]
    assert excel_damaged(cut)
    assert not excel_damaged(cut[:4])
    assert not excel_damaged([*cut, A01])
    assert excel_damaged([*cut, "36010119900101002X", "E12345678"])
    assert not excel_damaged([])


def test_a14_fifteen_digits_are_refused_and_found_by_their_new_form() -> None:
    refused = fault("360101900101001")
    assert refused.code == "legacy_number"
    assert legacy_upgrade("360101 900101 001") == A01


def test_a14_sequences_from_996_belong_to_the_century_before() -> None:
    assert legacy_upgrade("360101900101996") == with_check("36010118900101996")


@pytest.mark.parametrize("raw", ["360101901301001", "36010190010100", A01, "36010190010100X", ""])
def test_a14_what_is_no_old_number_has_no_new_form(raw: str) -> None:
    assert legacy_upgrade(raw) is None


def test_a16_born_before_the_district_got_its_code() -> None:
    assert document("360101197501010019").notes == ()


@pytest.mark.parametrize("region", ["360199", "999999", "810101", "710101", "009999", "660101"])
def test_a17_an_address_that_never_was_is_refused_cleanly(region: str) -> None:
    number = with_check(region + "19900101000")
    assert fault(number, fixtures=True).code == "unknown_region"


def test_a19_a_late_first_number_draws_no_warning() -> None:
    assert document("360113196001010005", fixtures=True).notes == ()


@pytest.mark.parametrize("id_type", ["resident_id", "hmt_permit", "foreign_pr", "passport"])
def test_a_number_of_another_length_is_refused_with_its_length(id_type: str) -> None:
    refused = fault("3601011990010100", id_type)
    assert refused.code == "wrong_length"
    assert "16" in refused.said.zh


def test_the_letter_o_is_pointed_out() -> None:
    refused = fault("36O101199001010011")
    assert "Character 3 is LATIN CAPITAL LETTER O" in refused.said.en


def test_an_unknown_type_is_refused() -> None:
    assert fault(A01, "driving_licence").pointer == "/id_type"


def test_71_is_warned_of() -> None:
    assert codes(document(with_check("71000019900101000"), fixtures=True)) == [("region_71", "warning")]


@pytest.mark.parametrize("body", ["36010520200101000", "36012220160101000"])
def test_a_birth_after_the_district_was_abolished_is_warned_of(body: str) -> None:
    assert codes(document(with_check(body), fixtures=True)) == [("region_abolished", "warning")]


def test_a_number_is_shown_by_its_last_two_characters() -> None:
    assert masked_number(document(A01)) == "****************11"
    assert masked_number(document("E12345678", "passport")) == "*******78"
