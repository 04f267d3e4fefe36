"""What holds for any number that might be typed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from services.registry.subjects.rules.characters import clean
from services.registry.subjects.rules.documents import ID_TYPES, StatedDocument
from services.registry.subjects.rules.names import name_key
from services.registry.subjects.rules.reading import read_document
from shared.problems import Fault

TODAY = date(2026, 3, 1)
BIRTHS = st.integers(0, (TODAY - date(1900, 1, 1)).days).map(lambda days: date(1900, 1, 1) + timedelta(days))
BODIES = st.builds(lambda birth, sequence: f"360101{birth:%Y%m%d}{sequence:03d}", BIRTHS, st.integers(1, 999))
NUMBERS = BODIES.map(lambda body: body + mod_11_2.calc_check_digit(body))
LONGEST_COMMON = 4  # sentences of their own have "2013", "1900" and "GB 11643"


@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_every_single_digit_error_is_caught(number: str, place: int, shift: int) -> None:
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert isinstance(read_document("resident_id", number, "CHN", TODAY, False), StatedDocument)
    assert isinstance(read_document("resident_id", wrong, "CHN", TODAY, False), Fault)


@given(NUMBERS, st.integers(0, 15))
def test_every_swap_of_neighbours_is_caught(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    found = read_document("resident_id", swapped, "CHN", TODAY, False)
    assert isinstance(found, StatedDocument) == (swapped == number)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


@given(st.text())
def test_a_names_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(
    st.sampled_from(sorted(ID_TYPES)),
    NUMBERS,
    st.integers(0, 17),
    st.sampled_from("OX9*张０.E\u0425"),
    st.text(max_size=3),
)
def test_a_refusal_repeats_nothing_that_was_submitted(
    id_type: str, number: str, place: int, char: str, country: str
) -> None:
    typed = number[:place] + char + number[place + 1 :]
    found = read_document(id_type, typed, country, TODAY, False)
    if isinstance(found, Fault):
        sentences = found.said.zh + found.said.en
        assert not any(typed[at : at + LONGEST_COMMON + 1] in sentences for at in range(len(typed) - LONGEST_COMMON))


@given(st.sampled_from(sorted(ID_TYPES)), st.text(max_size=20), st.text(max_size=4))
def test_whatever_is_typed_gets_an_answer(id_type: str, raw: str, country: str) -> None:
    assert isinstance(read_document(id_type, raw, country, TODAY, False), StatedDocument | Fault)
