"""Names: stored as received, compared on a key, shown masked."""

import pytest

from services.registry.subjects.rules.names import masked_name, name_faults, name_key


@pytest.mark.parametrize(
    "name", ["张三", "𠮷野", "䶮", "阿依古丽·买买提", "O'Brien, Anne-Marie", "张 三", "3M", "名" * 100, "𠮷" * 100]
)
def test_names_that_are_taken(name: str) -> None:
    assert name_faults(name) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "blank"),
        (" \u3000\u200b", "blank"),
        ("-", "blank"),
        ("名" * 101, "too_long"),
        ("张\x00三", "control_character"),
        ("张\n三", "control_character"),
        ("\u202e三张", "control_character"),
        ("\ud842", "control_character"),
        ("360101", "digits_only"),
        ("３６ ０", "digits_only"),
    ],
)
def test_names_that_are_refused(name: str, code: str) -> None:
    assert [(fault.pointer, fault.code) for fault in name_faults(name)] == [("/name", code)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张 三", "张三"),
        ("张\u3000三", "张三"),
        ("\u2f47", "日"),
        ("SMITH, JOHN", "John Smith"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽．买买提"),
        ("O\u2019Brien", "OBRIEN"),
        ("Anne-Marie", "MARIE ANNE"),
    ],
)
def test_spellings_that_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("张三", "三张"), ("John Smith", "Joan Smith"), ("张三", "张三丰")])
def test_names_that_do_not_share_a_key(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("阿依古丽·买买提", "阿**"),
        ("John Smith", "J*** S***"),
        ("SMITH, JOHN", "S*** J***"),
        ("𠮷野", "𠮷*"),
        ("张", "*"),
    ],
)
def test_a_name_is_shown_by_its_first_character(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_a_plain_name_is_compared_as_beside_a_mark_that_vanishes() -> None:
    every = [chr(code) for code in range(0x4E00, 0xA000)]
    assert [name_key(char) for char in every] == [name_key(f"{char}\u200b") for char in every]
