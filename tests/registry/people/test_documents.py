"""Identity documents: the cases of section A, by their numbers. No number here was ever issued to a person."""

from datetime import date

import pytest

from services.registry.people.rules import (
    Document,
    age_faults,
    age_on,
    excel_damaged,
    legacy_upgrade,
    masked_number,
    read_document,
    stated_details_notes,
)
from shared.problems import Fault

TODAY = date(2026, 3, 1)
A01 = "360101199001010011"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check(body: str) -> str:
    """Seventeen digits and their check character, worked out from the weights of the standard."""
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def read(raw: object, id_type: str = "resident_id", country: str = "CHN", fixtures: bool = False) -> Document | Fault:
    return read_document(id_type, raw, country, TODAY, fixtures)


def document(raw: object, id_type: str = "resident_id", country: str = "CHN", fixtures: bool = False) -> Document:
    found = read(raw, id_type, country, fixtures)
    assert isinstance(found, Document), found
    return found


def fault(raw: object, id_type: str = "resident_id", country: str = "CHN", fixtures: bool = False) -> Fault:
    found = read(raw, id_type, country, fixtures)
    assert isinstance(found, Fault), found
    return found


def codes(found: Document) -> list[tuple[str, str]]:
    return [(note.code, note.severity) for note in found.notes]


def test_a01_a_resident_number_tells_birth_date_and_gender() -> None:
    assert document(A01) == Document("resident_id", "CHN", A01, date(1990, 1, 1), "male")


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


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_a20_residence_permits_are_valid_whenever_born(region: str) -> None:
    number = with_check(region + "19850315000")
    found = document(number, "hmt_permit", fixtures=True)
    assert (found.type, found.birth_date, found.notes) == ("hmt_permit", date(1985, 3, 15), ())


def test_a20_a_permit_given_as_a_resident_card_is_stored_as_a_permit() -> None:
    found = document(with_check("81000019900101000"), country="HKG", fixtures=True)
    assert (found.type, found.country) == ("hmt_permit", "CHN")
    assert codes(found) == [("type_detected", "info"), ("country_detected", "info")]


def test_a22_the_new_permanent_resident_card_is_valid() -> None:
    found = document(with_check("93684019900101000"), "foreign_pr", fixtures=True)
    assert (found.type, found.birth_date, found.gender) == ("foreign_pr", date(1990, 1, 1), None)


def test_a22_a_nine_given_as_a_resident_card_is_stored_as_detected() -> None:
    found = document(with_check("93684019900101000"), fixtures=True)
    assert (found.type, codes(found)) == ("foreign_pr", [("type_detected", "info")])


def test_a23_the_old_permanent_resident_card_is_detected() -> None:
    found = document("USA360190010110")
    assert (found.type, found.number, found.birth_date) == ("foreign_pr", "USA360190010110", None)
    assert codes(found) == [("type_detected", "info")]


def test_a23_its_inner_check_only_warns() -> None:
    assert codes(document("USA360190010111", "foreign_pr")) == [("card_check_digit", "warning")]
    assert codes(document("QQQ360190010112", "foreign_pr"))[0] == ("unknown_nationality", "warning")


def test_a26_the_issuing_country_is_part_of_a_passports_key() -> None:
    chinese, other = document("E12345678", "passport", "CHN"), document("E12345678", "passport", "XXX")
    assert chinese.number == other.number
    assert (chinese.country, other.country) == ("CHN", "XXX")


def test_a26_a_passport_needs_its_country() -> None:
    assert (fault("E12345678", "passport", "").pointer) == "/id_country"
    assert fault("E12345678", "passport", "China").code == "unknown_country"
    assert document("c01x00t47", "passport", "D").country == "DEU"


@pytest.mark.parametrize("number", ["E12345678", "EA1234567", "G12345678", "PE1234567"])
def test_chinese_passports_have_known_forms(number: str) -> None:
    assert document(number, "passport").notes == ()


def test_an_unusual_chinese_passport_only_warns() -> None:
    assert codes(document("X12345678", "passport")) == [("unusual_passport", "warning")]


@pytest.mark.parametrize("number", ["E123456789", "1234", "SMITHJOHN", "E1234/678"])
def test_what_no_passport_has_is_refused(number: str) -> None:
    assert fault(number, "passport").pointer == "/id_number"


@pytest.mark.parametrize(
    ("typed", "stored"), [("H00000000", "H00000000"), ("m0000000002", "M00000000"), ("00000000",) * 2]
)
def test_travel_permits(typed: str, stored: str) -> None:
    assert document(typed, "hmt_permit").number == stored


def test_a_travel_permits_issue_digits_are_no_part_of_its_key() -> None:
    assert codes(document("H0000000001", "hmt_permit")) == [("issue_digits_dropped", "info")]


def test_a_permit_with_another_letter_is_refused_at_that_letter() -> None:
    refused = fault("K00000000", "hmt_permit")
    assert refused.code == "wrong_character"
    assert "Character 1 " in refused.said.en


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


def test_a28_29_february_exists_in_leap_years_only() -> None:
    assert document("360101200002290014").birth_date == date(2000, 2, 29)
    assert fault("360101199002290019").code == "impossible_birth_date"
    assert fault("360101202302290015").code == "impossible_birth_date"


def test_births_lie_between_1900_and_today() -> None:
    assert document(with_check("36010119000101001")).birth_date == date(1900, 1, 1)
    assert fault(with_check("36010118991231001")).code == "impossible_birth_date"
    assert document(with_check("36010120260301001")).birth_date == TODAY
    assert fault(with_check("36010120260302001")).code == "impossible_birth_date"


def test_a29_a_contradiction_is_warned_of_and_not_corrected() -> None:
    male = document(A01)
    notes = stated_details_notes(male, date(1990, 1, 2), "female")
    assert [(note.code, note.severity) for note in notes] == [
        ("birth_date_differs", "warning"),
        ("gender_differs", "warning"),
    ]
    assert stated_details_notes(male, date(1990, 1, 1), "male") == ()
    assert stated_details_notes(document("E12345678", "passport"), date(1990, 1, 1), "female") == ()
    assert stated_details_notes(male, None, None) == ()


def test_a32_below_sixteen_no_programme_registers_anybody() -> None:
    found = document(A01)
    assert [one.code for one in age_faults(found, None, date(2005, 12, 31))] == ["too_young"]
    assert age_faults(found, None, date(2006, 1, 1)) == ()
    assert [one.pointer for one in age_faults(found, None, date(2003, 1, 1))] == ["/id_number"]


def test_a32_a_passports_holder_must_state_the_birth_date() -> None:
    passport = document("E12345678", "passport")
    assert [one.code for one in age_faults(passport, None, TODAY)] == ["birth_date_needed"]
    assert [one.code for one in age_faults(passport, date(2015, 1, 1), TODAY)] == ["too_young"]
    assert [one.code for one in age_faults(passport, date(2027, 1, 1), TODAY)] == ["birth_date_out_of_range"]
    assert age_faults(passport, date(1990, 1, 1), TODAY) == ()


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2004, 1, 1), date(2028, 12, 31), 24),
        (date(2004, 1, 1), date(2029, 1, 1), 25),
        (date(2000, 2, 29), date(2018, 2, 27), 17),
        (date(2000, 2, 29), date(2018, 2, 28), 18),
        (date(2000, 2, 29), date(2020, 2, 28), 19),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
        (date(2000, 3, 31), date(2000, 3, 31), 0),
    ],
)
def test_age_in_full_years(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


def test_a_number_is_shown_by_its_last_two_characters() -> None:
    assert masked_number(document(A01)) == "****************11"
    assert masked_number(document("E12345678", "passport")) == "*******78"
