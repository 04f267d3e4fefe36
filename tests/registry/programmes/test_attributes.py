"""What follows from the details: terms and attributes, the cases of section C that nobody has to state."""

from datetime import date

import pytest

from services.registry.programmes.rules.attributes import attributes_of
from services.registry.programmes.rules.details import DetailValue
from services.registry.programmes.rules.terms import TermDays, last_day, term_of
from shared.contracts.attributes import GivenAttribute, SameYearAttribute, TermFields

DUAL = SameYearAttribute(
    rule="same_year", name="dual_certificate", one="graduated_on", other="certificate_on", zh="双证", en="Dual"
)
VACANT = GivenAttribute(rule="given", name="vacant", field="vacant_since", zh="空缺", en="Vacant")
POST = TermFields(start="started_on", months="months", first_day_counts="first_day_counts", remind_days=60)


def holds(attribute: SameYearAttribute | GivenAttribute, **details: DetailValue) -> bool:
    return attributes_of([attribute], details)[attribute.name]


@pytest.mark.parametrize(
    ("start", "last", "remind"),
    [
        (date(2019, 3, 1), date(2022, 2, 28), date(2021, 12, 30)),
        (date(2020, 2, 29), date(2023, 2, 28), date(2022, 12, 30)),
    ],
)
def test_c31_the_last_day_of_a_post_and_the_reminder(start: date, last: date, remind: date) -> None:
    details: dict[str, DetailValue] = {"started_on": str(start), "months": 36, "first_day_counts": True}
    assert term_of(POST, details, None) == TermDays(last, remind)


def test_c32_the_style_of_the_agreement_decides_the_last_day() -> None:
    start = date(2020, 2, 29)
    assert [last_day(start, months, True) for months in (3, 12)] == [date(2020, 5, 28), date(2021, 2, 28)]
    assert [last_day(start, months, False) for months in (3, 12)] == [date(2020, 5, 29), date(2021, 2, 28)]


def test_c32_the_style_is_a_field_and_never_guessed() -> None:
    known: dict[str, DetailValue] = {"started_on": "2019-03-01", "months": 36}
    assert term_of(POST, known, None) is None
    assert term_of(POST, known | {"first_day_counts": False}, None) == TermDays(date(2022, 3, 1), date(2021, 12, 31))
    assert term_of(None, known | {"first_day_counts": False}, None) is None


def test_c41_both_certificates_of_one_graduation_year() -> None:
    """C41: diploma in June and certificate in September of 2020 are of one calendar year, and of two school years."""
    assert holds(DUAL, graduated_on="2020-06-30", certificate_on="2020-09-15")
    assert not holds(DUAL, graduated_on="2020-06-30", certificate_on="2021-01-01")
    school_year = DUAL.model_copy(update={"first_month": 9})
    assert not holds(school_year, graduated_on="2020-06-30", certificate_on="2020-09-15")
    assert holds(school_year, graduated_on="2020-06-30", certificate_on="2019-09-01")


def test_c41_one_certificate_is_not_two() -> None:
    assert not holds(DUAL, graduated_on="2020-06-30")
    assert not holds(DUAL, certificate_on="2020-06-30")
    assert not holds(DUAL)


def test_c28_a_post_is_vacant_from_the_day_that_is_given() -> None:
    assert holds(VACANT, vacant_since="2019-03-01")
    assert not holds(VACANT)
