"""Whoever enters the days off of a year hears in time that nobody did (N10)."""

from collections.abc import Callable

import httpx
import pytest

from services.notify.consumers import move_working_days
from services.notify.deliveries.commands import say_calendars_are_missing
from shared.auth import Role
from shared.contracts.calendar import CalendarDecreed
from shared.db import Database
from tests.notify.conftest import At, forget_what_was_said
from tests.notify.test_institution_webhooks import OPERATOR

As = Callable[..., dict[str, str]]
Hears = Callable[[], list[tuple[str, str, str]]]


@pytest.fixture(params=["bureau", "operator"])
def hears(request: pytest.FixtureRequest, city: Database, client: httpx.Client, as_: As) -> Hears:
    """What the one post that has this duty was alerted of: the year, the headline and the state, oldest first."""
    post = OPERATOR | {"duty": request.param}
    client.post("/v1/recipients", headers=as_("b", Role.BUREAU_OFFICER), json=post).raise_for_status()
    forget_what_was_said(city)

    def heard() -> list[tuple[str, str, str]]:
        items = client.get("/v1/alerts", headers=as_("op", Role.OPERATOR)).json()["items"]
        return [(each["subject_ref"], each["title"], each["state"]) for each in reversed(items)]

    return heard


def test_n10_from_november_on_the_next_year_is_missed_once_a_month(city: Database, hears: Hears, at: At) -> None:
    at("2031-10-31 23:59")
    said = [say_calendars_are_missing(city)]
    for day in ("2031-11-01 00:00", "2031-11-01 01:00", "2031-12-31 23:00"):
        at(day)
        said.append(say_calendars_are_missing(city))
    assert said == [1, 2, 2, 2]  # 2031 itself is not known either
    missed = {year: [title for of, title, _ in hears() if of == year] for year in ("2031", "2032")}
    assert missed == {"2031": ["2031年放假安排尚未录入"] * 3, "2032": ["2032年放假安排尚未录入"] * 2}


def test_n10_what_is_entered_is_missed_no_more(city: Database, hears: Hears, at: At) -> None:
    at("2031-01-03 09:00")
    say_calendars_are_missing(city)
    decreed = CalendarDecreed(year=2031, version=1, document_no="赣人社字〔2030〕1号", days_off=[], days_worked=[])
    with city.writing() as session:
        move_working_days(session, [decreed])
    assert (say_calendars_are_missing(city), hears()) == (0, [("2031", "2031年放假安排尚未录入", "closed")])


def test_a_year_that_the_software_knows_is_not_missed(city: Database, hears: Hears, at: At) -> None:
    at("2020-10-30 09:00")
    assert (say_calendars_are_missing(city), hears()) == (0, [])
