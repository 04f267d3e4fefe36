"""Birth dates, contradictions and ages: cases of section A, by their numbers."""

from datetime import date

import pytest

from services.registry.subjects.rules.ages import age_faults
from services.registry.subjects.rules.dates import age_on
from services.registry.subjects.rules.documents import stated_details_notes
from tests.registry.subjects.reading import A01, TODAY, document, fault, with_check


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
