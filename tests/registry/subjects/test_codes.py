"""Codes of organisations and posts: the cases of section B, by their numbers."""

import pytest

from services.registry.subjects.rules.organisations import Uscc, read_post_code, read_uscc
from shared.problems import Fault

B01 = "91360100MA0000007E"


def fault(raw: object) -> Fault:
    found = read_uscc(raw)
    assert isinstance(found, Fault), found
    return found


@pytest.mark.parametrize("typed", [B01, B01.lower(), "9136 0100-MA00 0000 7E", "'" + B01, "\ufeff" + B01 + "\u00a0"])
def test_b01_a_company_is_stored_in_capitals(typed: str) -> None:
    assert read_uscc(typed) == Uscc(B01)


@pytest.mark.parametrize("code", ["N2360121MA0000007B", "A1360100MA0000007D", "Y1360100MA0000007Q"])
def test_b02_departments_with_letters_are_valid(code: str) -> None:
    assert read_uscc(code) == Uscc(code)


def test_b04_full_width_letters_are_letters() -> None:
    assert read_uscc("９１３６０１００ＭＡ００００００７Ｅ") == Uscc(B01)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("913601O0MA0000007E", "Character 7 is the letter O, which these codes never use; is 0 meant?"),
        ("9136I100MA0000007E", "is 1 meant?"),
        ("91360100MA000S007E", "is 5 meant?"),
        ("91360100MA000Z007E", "is 2 meant?"),
        ("91360100MA000V007E", "is U meant?"),
    ],
)
def test_b05_a_letter_like_a_digit_is_refused_with_a_hint(typed: str, hint: str) -> None:
    refused = fault(typed)
    assert (refused.pointer, refused.code) == ("/uscc", "lookalike_letter")
    assert hint in refused.said.en


def test_the_inner_organisation_code_is_checked_too() -> None:
    assert "GB 11714" in fault("91360100MA0000000Q").said.zh


def test_a_wrong_check_character_is_refused() -> None:
    assert fault("91360100MA0000007F").code == "wrong_checksum"


@pytest.mark.parametrize(("typed", "name"), [("360100000000001", "注册号"), ("MA000000-7", "组织机构代码")])
def test_older_codes_are_recognised_and_refused_with_advice(typed: str, name: str) -> None:
    refused = fault(typed)
    assert refused.code == "legacy_code"
    assert name in refused.said.zh


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "blank"),
        (None, "blank"),
        (913601000000000000, "numeric_cell"),
        ("9.1E+17", "numeric_cell"),
        ("9136", "wrong_length"),
        ("0" + B01[1:], "wrong_character"),
        ("91360100MA00000*7E", "wrong_character"),
        ("91360A00MA0000007E", "wrong_character"),
    ],
)
def test_other_codes_are_refused(typed: object, code: str) -> None:
    assert fault(typed).code == code


@pytest.mark.parametrize(
    ("first_eight", "notes"),
    [
        ("91360100", []),
        ("91100000", []),
        ("19360100", []),
        ("91999999", ["unknown_registrar"]),
        ("17360100", ["unknown_category"]),
        ("Y9360100", ["unknown_category"]),
    ],
)
def test_an_odd_registrar_or_category_only_warns(first_eight: str, notes: list[str]) -> None:
    body = first_eight + "MA0000007"
    found = read_uscc(body + check(body))
    assert isinstance(found, Uscc)
    assert [(note.code, note.severity) for note in found.notes] == [(code, "warning") for code in notes]


def check(body: str) -> str:
    """The check character of GB 32100, worked out from powers of three."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return alphabet[-sum(alphabet.index(char) * 3**place for place, char in enumerate(body)) % 31]


@pytest.mark.parametrize(
    ("typed", "kept"), [(" gw-2019-001 ", "GW-2019-001"), ("ＧＷ１", "GW1"), ("12", "12"), ("012", "012")]
)
def test_post_codes_keep_their_hyphens_and_zeros(typed: str, kept: str) -> None:
    assert read_post_code(typed) == kept


@pytest.mark.parametrize("typed", ["", 12, "岗1", "-1", "A" * 41, "1.0E+3", "A;B", "A//"])
def test_other_post_codes_are_refused(typed: object) -> None:
    found = read_post_code(typed)
    assert isinstance(found, Fault)
    assert found.pointer == "/post_code"
