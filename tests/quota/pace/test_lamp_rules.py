"""Lamps from day to day: red ends by catching up, and two changes are told."""

from datetime import date

import pytest

from services.quota.pace.rules.curves import Lamp
from services.quota.pace.rules.lamps import LampNews, LampState, look

GREEN, YELLOW, RED = Lamp.GREEN, Lamp.YELLOW, Lamp.RED
Day = tuple[str, Lamp, Lamp, LampNews | None]


def walk(*days: Day, attained_on: str = "") -> None:
    """Look at each day: its date, what the figures say, what is shown, what is told."""
    shown: LampState | None = None
    for day, found, lamp, news in days:
        change = look(shown, found, date.fromisoformat(day), attained=day == attained_on, loud=True)
        assert (day, change.shown.lamp, change.news) == (day, lamp, news)
        shown = change.shown


def test_red_is_told_once_and_turns_yellow_only_after_catching_up() -> None:
    """红→黄: less behind is still red; in step is yellow to the end of the month, then what the figures say."""
    walk(
        ("2020-03-31", GREEN, GREEN, None),
        ("2020-04-10", YELLOW, YELLOW, None),
        ("2020-04-20", RED, RED, LampNews.BEHIND),
        ("2020-04-21", RED, RED, None),
        ("2020-05-10", YELLOW, RED, None),
        ("2020-05-12", GREEN, YELLOW, LampNews.RECOVERED),
        ("2020-05-13", GREEN, YELLOW, None),
        ("2020-05-31", YELLOW, YELLOW, None),
        ("2020-06-01", GREEN, GREEN, None),
        ("2020-07-01", RED, RED, LampNews.BEHIND),
    )


def test_red_again_within_the_month_is_told_again() -> None:
    walk(
        ("2020-05-01", RED, RED, LampNews.BEHIND),
        ("2020-05-02", GREEN, YELLOW, LampNews.RECOVERED),
        ("2020-05-03", RED, RED, LampNews.BEHIND),
    )


def test_attained_is_green_at_once() -> None:
    walk(
        ("2020-05-01", RED, RED, LampNews.BEHIND),
        ("2020-05-02", GREEN, GREEN, LampNews.RECOVERED),
        attained_on="2020-05-02",
    )


@pytest.mark.parametrize("found", [GREEN, YELLOW, RED])
def test_a_quiet_look_tells_nothing_and_so_does_the_end_of_what_was_not_told(found: Lamp) -> None:
    """Nothing is recovered that was never said to be behind."""
    first = look(None, found, date(2020, 5, 1), attained=False, loud=False)
    assert (first.shown, first.news) == (LampState(found, date(2020, 5, 1)), None)
    assert look(first.shown, GREEN, date(2020, 5, 2), attained=False, loud=True).news is None


def test_since_when_a_lamp_shows() -> None:
    first = look(None, RED, date(2020, 5, 1), attained=False, loud=True).shown
    assert look(first, RED, date(2020, 5, 9), attained=False, loud=True).shown == first
    assert look(first, GREEN, date(2020, 5, 9), attained=False, loud=True).shown == LampState(
        YELLOW, date(2020, 5, 9), date(2020, 5, 9)
    )
