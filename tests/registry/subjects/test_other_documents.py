"""Permits, residence cards and passports: cases of section A. No number here was ever issued to a person."""

from datetime import date

import pytest

from services.registry.subjects.rules.ages import age_faults
from tests.registry.subjects.reading import TODAY, codes, document, fault, with_check


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


def test_a32_a_passports_holder_must_state_the_birth_date() -> None:
    passport = document("E12345678", "passport")
    assert [one.code for one in age_faults(passport, None, TODAY)] == ["birth_date_needed"]
    assert [one.code for one in age_faults(passport, date(2015, 1, 1), TODAY)] == ["too_young"]
    assert [one.code for one in age_faults(passport, date(2027, 1, 1), TODAY)] == ["birth_date_out_of_range"]
    assert age_faults(passport, date(1990, 1, 1), TODAY) == ()
