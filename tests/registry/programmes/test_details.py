"""Details against the fields of a programme."""

import json

import pytest

from services.registry.programmes.rules.details import check_details
from shared.contracts.details import Choice, DetailField

LEVELS = [Choice(code="3", zh="高级工", en="senior"), Choice(code="special", zh="特级技师", en="special")]
FIELDS = [
    DetailField(name="remark", type="text", zh="备注", en="Remark", max_length=5),
    DetailField(name="skill_level", type="choice", zh="技能等级", en="Skill level", choices=LEVELS, required=True),
    DetailField(name="left_school_on", type="date", zh="离校日期", en="Left school on"),
    DetailField(name="months", type="integer", zh="月数", en="Months"),
    DetailField(name="special_post", type="boolean", zh="特设岗位", en="Special post"),
]
GOOD = {"skill_level": "3"}


def faults(**details: object) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check_details(FIELDS, GOOD | details)[1]]


def test_good_details_are_kept_as_json() -> None:
    given = {"remark": " 好 ", "skill_level": 3, "left_school_on": "2018-07-01", "months": 36, "special_post": False}
    kept, wrong = check_details(FIELDS, given)
    assert wrong == ()
    assert json.loads(json.dumps(kept)) == given | {"remark": "好", "skill_level": "3"}


def test_null_and_blank_are_not_given() -> None:
    assert check_details(FIELDS, GOOD | {"remark": "  ", "months": None}) == (GOOD, ())
    assert [fault.code for fault in check_details(FIELDS, {"skill_level": " "})[1]] == ["required"]
    assert [fault.code for fault in check_details(FIELDS, {})[1]] == ["required"]


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("remark", 5, "wrong_type"),
        ("remark", "六个字符的话", "too_long"),
        ("remark", "a\x00b", "control_character"),
        ("skill_level", "9", "not_a_choice"),
        ("skill_level", True, "not_a_choice"),
        ("skill_level", ["3"], "not_a_choice"),
        ("left_school_on", "2019-02-29", "not_a_date"),
        ("left_school_on", "12/7/18", "date_ambiguous"),
        ("left_school_on", "2018-W26-7", "wrong_type"),
        ("left_school_on", "9999-12-31", "wrong_type"),
        ("left_school_on", 43441, "wrong_type"),
        ("months", "3", "wrong_type"),
        ("months", True, "wrong_type"),
        ("months", 3.0, "wrong_type"),
        ("months", 10**12, "wrong_type"),
        ("special_post", "yes", "wrong_type"),
        ("special_post", 1, "wrong_type"),
    ],
)
def test_wrong_details_are_named(name: str, given: object, code: str) -> None:
    assert faults(**{name: given}) == [(f"/details/{name}", code)]


def test_length_counts_characters() -> None:
    assert faults(remark="𠮷𠮷𠮷𠮷𠮷") == []


def test_unknown_fields_are_refused_and_the_known_ones_named() -> None:
    kept, wrong = check_details(FIELDS, GOOD | {"salary": 1})
    assert [(fault.pointer, fault.code) for fault in wrong] == [("/details/salary", "unknown_field")]
    assert "skill_level" in wrong[0].said.zh
    assert kept == GOOD


def test_a_key_that_is_no_field_name_is_not_repeated() -> None:
    assert [(one.pointer, one.code) for one in check_details(FIELDS, GOOD | {"张三 360101": 1})[1]] == [
        ("/details", "unknown_field")
    ]


def test_all_faults_come_at_once_and_repeat_nothing() -> None:
    given = {"remark": "秘密的秘密", "skill_level": "秘密", "months": "秘密", "left_school_on": "秘密", "x": "秘密"}
    wrong = check_details(FIELDS, given | {"remark": "秘密" * 9})[1]
    assert len(wrong) == 5
    assert not any("秘密" in fault.said.zh + fault.said.en for fault in wrong)
