"""Which records look like one person: spellings and sounds of names, and what the policy has done about it."""

from collections.abc import Set
from datetime import date

import pytest

from services.registry.subjects.rules.matching import care, fingerprints
from services.registry.subjects.rules.names import name_key
from services.registry.subjects.rules.sounds import readings
from shared.contracts.duplicates import Matching

BIRTH = date(1990, 1, 1)


def index(*parts: str) -> str:
    return "|".join(parts)


def signals(one: str, other: str, births: tuple[date, date] = (BIRTH, BIRTH)) -> Set[str]:
    """What each finds of the other; the same in both directions."""
    first, second = (fingerprints(name, birth, index) for name, birth in zip((one, other), births, strict=True))
    found = {first.sought[key] for key in second.kept if key in first.sought}
    assert found == {second.sought[key] for key in first.kept if key in second.sought}
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张 三", "张三"),  # G07
        ("张　三", "张三"),  # G07
        ("⽇⽉", "日月"),  # G08
        ("SMITH, JOHN", "John Smith"),  # G10
        ("陳大文", "陈大文"),
        ("峯裏", "峰里"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽・买买提"),
        ("阿依古丽·买买提", "阿依古丽‧买买提"),
        ("阿依古丽·买买提", "阿依古丽．买买提"),
        ("阿依古丽·买买提", "阿依古丽.买买提"),
        ("O’Brien Mary", "MARY O'BRIEN"),
        ("𠮷田", "𠮷 田"),
        ("䶮", "䶮 "),
        ("ｓｍｉｔｈ", "Smith"),
        ("Müller", "MU\u0308LLER"),
    ],
)
def test_g07_g08_g10_one_name_however_it_is_written(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
    assert "name" in signals(one, other)


@pytest.mark.parametrize(
    ("characters", "letters"),
    [
        ("张三", "ZHANG SAN"),
        ("张三", "San Zhang"),
        ("欧阳明华", "OUYANG, MINGHUA"),
        ("欧阳明华", "Ming-hua Ouyang"),
        ("陳大文", "CHEN DAWEN"),
        ("单田芳", "SHAN TIANFANG"),
        ("曾小明", "ZENG XIAOMING"),
        ("吕布", "LYU BU"),
        ("吕布", "LV BU"),
        ("王䶮", "王yan"),  # a character the other system could not write
    ],
)
def test_a_name_in_letters_is_found_by_the_sound_of_the_characters(characters: str, letters: str) -> None:
    assert signals(characters, letters) == {"sound"}


@pytest.mark.parametrize(
    ("one", "other"), [("张三", "章三"), ("John Smith", "Smith Johm"), ("张三", "李四"), ("张三", "ZHANG SI")]
)
def test_names_that_differ_do_not_match(one: str, other: str) -> None:
    """Equal sounds of two names in characters say little: 张 and 章 are two families."""
    assert signals(one, other) == set()


def test_without_the_same_birth_date_nobody_matches() -> None:
    assert signals("张三", "张三", (BIRTH, date(1990, 1, 2))) == set()


def test_a_name_has_few_readings() -> None:
    assert readings("张三") == {"".join(sorted("zhangsan"))}
    assert 1 < len(readings("单单")) <= 8


@pytest.mark.parametrize(
    ("found", "matching", "expected"),
    [
        ({"name"}, Matching(), "stop"),
        ({"sound"}, Matching(), "queue"),
        ({"sound", "name"}, Matching(), "stop"),
        ({"former_number"}, Matching(), "stop"),
        ({"name", "two_resident_numbers"}, Matching(), "queue"),
        ({"name", "two_resident_numbers"}, Matching(two_resident_numbers="ignore"), "ignore"),
        ({"sound", "two_resident_numbers"}, Matching(two_resident_numbers="stop"), "queue"),
        ({"name"}, Matching(name="ignore"), "ignore"),
        ({"name", "sound"}, Matching(name="ignore"), "queue"),
    ],
)
def test_the_strongest_signal_decides_and_two_resident_numbers_hold_it_back(
    found: set[str], matching: Matching, expected: str
) -> None:
    assert care(found, matching) == expected
