"""Conditions of programmes: the cases of sections B and C that one registration decides, by their numbers."""

from datetime import date

import pytest

from services.registry.programmes.rules.certificates import read_certificate
from services.registry.programmes.rules.details import DetailValue
from services.registry.programmes.rules.eligibility import Applicant, judge
from shared.contracts.eligibility import (
    AgeRule,
    CertificateRule,
    EducationRule,
    EligibilityRule,
    InCityRule,
    MonthsSinceRule,
    OneOfRule,
    TermRule,
    VocationalRule,
)
from shared.education import education_of

FACT = date(2019, 7, 1)
IN_CITY = InCityRule(rule="in_city", field="workplace", prefix="3601")
A_YEAR = MonthsSinceRule(rule="months_since", field="left_school_on", more_than=12)
YOUNG = AgeRule(rule="age", at_least=16, at_most=24)
CERTIFICATE = CertificateRule(rule="certificate_level", number="certificate_no", level="skill_level")
SCHOOLING = EducationRule(rule="education", field="education", code_set="education_code_set")
GRADUATE = VocationalRule(
    rule="vocational_or_above",
    when="settled_by",
    value="graduate",
    field="education",
    code_set="education_code_set",
)
CLASS_C = OneOfRule(
    rule="one_of", field="talent_class", values=["C"], said_zh="只统计C类", said_en="only class C counts"
)
TRAINEESHIP = TermRule(rule="term_months", field="months", at_least=3, at_most=12)


def outcome(
    rule: EligibilityRule, fact_date: date = FACT, birth: date | None = None, **details: DetailValue
) -> tuple[list[str], list[str]]:
    """Codes of what refuses and of what warns."""
    verdict = judge([rule], Applicant(details, fact_date, birth))
    return [fault.code for fault in verdict.faults], [note.code for note in verdict.warnings]


def test_b10_an_employer_across_the_border_of_the_city_is_refused_with_the_reason() -> None:
    assert outcome(IN_CITY, workplace="360482") == (["outside_city"], [])
    assert outcome(IN_CITY, workplace="360121403000") == ([], [])
    assert outcome(IN_CITY, workplace="36012") == (["not_a_division"], [])


def test_c02_a_class_of_another_list_is_refused_with_the_programmes_sentence() -> None:
    verdict = judge([CLASS_C], Applicant({"talent_class": "D"}, FACT))
    assert verdict.faults[0].pointer == "/details/talent_class"
    assert verdict.faults[0].said.zh.startswith("只统计C类")
    assert outcome(CLASS_C, talent_class="C") == ([], [])


def test_c02_where_the_effect_is_to_warn_nothing_is_refused() -> None:
    assert outcome(CLASS_C.model_copy(update={"effect": "warn"}), talent_class="D") == ([], ["not_in_this_programme"])


def test_c08_a_certificate_of_another_level_is_a_conflict() -> None:
    number = "Y" + "0" * 12 + "19" + "4" + "000001"
    assert len(number) == 22
    assert outcome(CERTIFICATE, certificate_no=number, skill_level="3") == ([], ["certificate_level_differs"])
    assert outcome(CERTIFICATE, certificate_no=number, skill_level="4") == ([], [])
    refusing = CERTIFICATE.model_copy(update={"effect": "refuse"})
    assert outcome(refusing, certificate_no=number, skill_level="3") == (["certificate_level_differs"], [])


@pytest.mark.parametrize(
    ("number", "level"),
    [
        ("1936010000300001", "3"),
        ("s" + "0" * 14 + "1" + "000001", "1"),
        ("AB" + "0" * 20, "special"),
        ("1936010000900001", None),
        ("Y" + "0" * 14 + "6" + "000001", None),
        ("123", None),
    ],
)
def test_c08_the_level_stands_in_the_number(number: str, level: str | None) -> None:
    found = read_certificate(number)
    assert (found.level if found else None) == level


def test_c08_a_number_of_unknown_form_is_looked_at_and_a_missing_one_is_not() -> None:
    refusing = CERTIFICATE.model_copy(update={"effect": "refuse"})
    assert outcome(refusing, certificate_no="123", skill_level="3") == ([], ["certificate_unknown"])
    assert outcome(refusing, skill_level="3") == ([], [])


def test_c08_a_chief_holds_the_certificate_of_a_special_technician() -> None:
    assert outcome(CERTIFICATE, certificate_no="AB" + "0" * 20, skill_level="chief") == ([], [])
    assert outcome(CERTIFICATE, certificate_no="AB" + "0" * 20, skill_level="1")[1] == ["certificate_level_differs"]


@pytest.mark.parametrize(
    ("fact_date", "expected"),
    [
        (date(2018, 6, 1), (["too_soon"], [])),
        (date(2019, 6, 30), (["too_soon"], [])),
        (date(2019, 7, 1), ([], ["boundary_day"])),
        (date(2019, 7, 2), ([], [])),
    ],
)
def test_c29_a_full_year_since_school(fact_date: date, expected: tuple[list[str], list[str]]) -> None:
    assert outcome(A_YEAR, fact_date, left_school_on="2018-07-01") == expected


def test_c32_a_traineeship_lasts_three_to_twelve_months() -> None:
    assert [outcome(TRAINEESHIP, months=months)[0] for months in (2, 3, 12, 13)] == [
        ["term_out_of_range"],
        [],
        [],
        ["term_out_of_range"],
    ]


def test_c34_twenty_four_until_the_day_before_the_birthday() -> None:
    birth = date(2004, 1, 1)
    assert outcome(YOUNG, date(2028, 12, 31), birth) == ([], [])
    assert outcome(YOUNG, date(2029, 1, 1), birth) == (["above_age"], [])
    assert outcome(YOUNG, date(2019, 12, 31), birth) == (["below_age"], [])
    assert outcome(YOUNG, date(2020, 1, 1), birth) == ([], [])
    assert outcome(YOUNG, FACT, None) == (["birth_date_needed"], [])


def test_c43_the_code_set_decides_what_a_code_means() -> None:
    assert outcome(SCHOOLING, education="51") == (["unknown_education"], [])
    assert outcome(SCHOOLING, education="51", education_code_set="1984") == ([], [])
    assert outcome(SCHOOLING, education="44") == ([], [])
    assert outcome(SCHOOLING, education="44", education_code_set="1984") == (["unknown_education"], [])
    names = [found.zh for code in ("41", "61", "62") if (found := education_of(code, "1984"))]
    assert names == ["中专毕业", "高中毕业", "职业高中毕业"]


def test_c43_secondary_vocational_and_above_leaves_out_the_general_school() -> None:
    codes = [f"{number:02d}" for number in range(100)]
    fit = {code for code in codes if outcome(GRADUATE, settled_by="graduate", education=code) == ([], [])}
    assert fit == {"11", "14", "17", "21", "28", "31", "41", "44", "47"}
    for code, expected in (("61", ["below_vocational"]), ("62", [])):
        found = outcome(GRADUATE, settled_by="graduate", education=code, education_code_set="1984")
        assert found == (expected, [])


def test_n08_other_grounds_to_settle_ask_for_no_education() -> None:
    assert outcome(GRADUATE, settled_by="vocational_certificate", education="71") == ([], [])
    assert outcome(GRADUATE, education="71") == ([], [])


def test_c43_codes_are_no_order_and_leaving_is_not_finishing() -> None:
    doctor, bachelor, left = education_of("11"), education_of("21"), education_of("23")
    assert doctor is not None
    assert bachelor is not None
    assert left is not None
    assert doctor.rank > bachelor.rank == left.rank
    assert (bachelor.finished, left.finished) == (True, False)
    assert education_of("72") is None


def test_every_rule_is_judged_and_nothing_that_was_not_given() -> None:
    rules: list[EligibilityRule] = [YOUNG, IN_CITY, A_YEAR, CERTIFICATE, SCHOOLING, CLASS_C, TRAINEESHIP]
    silent = judge(rules, Applicant({}, FACT, date(2000, 1, 1)))
    assert (silent.faults, silent.warnings) == ((), ())
    wrong: dict[str, DetailValue] = {"workplace": "360482", "education": "99", "talent_class": "A", "months": 40}
    loud = judge(rules, Applicant({**wrong, "left_school_on": "2019-06-01"}, FACT, date(1960, 1, 1)))
    assert [fault.code for fault in loud.faults] == [
        "above_age",
        "outside_city",
        "too_soon",
        "unknown_education",
        "not_in_this_programme",
        "term_out_of_range",
    ]
