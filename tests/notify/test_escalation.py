"""An alert that nobody signs for climbs the ladder of posts, at the right working hour, once, and stops."""

import json
import threading
from datetime import date, time, timedelta
from typing import Any

import pytest

from services.notify.alerts.rendering import alert_read
from services.notify.calendar.rules import end_of_term, read_hours, worked_between
from services.notify.consumers import move_working_days
from services.notify.follow_ups.commands import acting, signing
from services.notify.follow_ups.queries.views import view_of
from services.notify.follow_ups.workers import climb
from services.notify.recipients.models import AlertRecipient
from services.notify.subscriptions.commands import default
from shared.auth import Caller, Role
from shared.contracts.calendar import CalendarDecreed
from shared.contracts.notify import AlertEscalated
from shared.db import Database
from shared.service_tables import outbox
from tests.notify.conftest import At
from tests.notify.ladder import (
    OFFICER,
    act,
    alerts_of,
    by,
    entries,
    heard,
    instant,
    ladder,
    linked,
    on_leave,
    post,
    recover,
    the_only,
    turn_red,
)
from tests.notify.test_digests import local, worked

__all__ = ["ladder"]

ESCALATED = "follow_up_escalated"
HOURS = read_hours("08:30-12:00,14:00-17:30")


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        ("2019-09-27 17:00", 7, "2019-09-29 17:00"),  # Saturday off, Sunday worked (调休)
        ("2019-09-30 17:00", 7, "2019-10-08 17:00"),  # the seven days of the National Day
        ("2019-09-28 10:00", 1, "2019-09-29 09:30"),  # begins on a day off
        ("2019-10-11 12:30", 1, "2019-10-11 15:00"),  # at noon nobody is there
        ("2019-10-11 14:00", 7, "2019-10-12 12:00"),  # Saturday worked
        ("2019-10-11 17:30", 0, "2019-10-12 08:30"),
        ("2031-01-03 17:00", 1, "2031-01-06 09:00"),  # a year that nobody has goes by weekends
    ],
)
def test_a_term_is_of_working_hours(start: str, hours: int, ends: str) -> None:
    found = end_of_term(local(start), timedelta(hours=hours), HOURS, worked)
    assert found == local(ends)
    assert worked_between(local(start), found, HOURS, worked) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "9-12", "12:00-08:30", "08:30-12:00,11:00-17:00", "08:30"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_hours(text)
    assert read_hours("08:30-12:00")[0] == (time(8, 30), time(12))


def test_w04_whose_it_was_gains_no_time_by_giving_it_around(ladder: Database, at: At) -> None:
    turn_red(ladder)
    with ladder.writing() as session:
        session.get_one(AlertRecipient, "deputy-office").superior = "bureau-office"
        session.add(post("clerk", superior="bureau-office"))
    found, owner = the_only(ladder), by("bureau-office")

    def give(to: str, caller: Caller) -> Any:
        outcome = act(ladder, acting.assign, acting.Assignment(found.id, to, None), caller)
        return outcome if isinstance(outcome, str) else outcome.climbs_at

    first = give("deputy-office", owner)
    at("2019-09-29 10:00")
    assert [give(to, owner) for to in ("section", "head", "deputy-head")] == ["not-responsible"] * 3
    assert [give(to, owner) for to in ("clerk", "bureau-office", "deputy-office")] == [first] * 3
    at("2019-09-29 17:30")
    assert climb(ladder) == 1
    assert heard(ladder, ESCALATED) == ["bureau-office"]
    then = the_only(ladder).climbs_at
    at("2019-09-30 10:00")
    assert [give(to, owner) for to in ("clerk", "bureau-office", "clerk")] == [then] * 3
    at("2019-10-08 17:30")
    assert climb(ladder) == 1
    assert heard(ladder, ESCALATED) == ["bureau-office", "section"]
    assert give("deputy-office", by("section")) > then  # who stands above may give time


def climbs(database: Database, at: At, *times: str) -> list[int]:
    found = []
    for each in times:
        at(each)
        found.append(climb(database))
    return found


def test_red_climbs_across_a_worked_weekend_and_a_holiday_with_a_deputy_on_leave(ladder: Database, at: At) -> None:
    """Done when: nobody signs. The head is on leave, his deputy as well, and whose deputy acts hears."""
    on_leave(ladder, "head", date(2019, 9, 28), date(2019, 10, 20), deputy="deputy-head")
    on_leave(ladder, "deputy-head", date(2019, 9, 30), None, deputy="mayor")
    turn_red(ladder)
    assert (the_only(ladder).owner, the_only(ladder).due_at) == ("bureau-office", instant("2019-09-29 17:00"))
    assert climbs(ladder, at, "2019-09-28 12:00", "2019-09-29 16:59", "2019-09-29 17:00") == [0, 0, 1]
    assert heard(ladder, ESCALATED) == ["section"]
    assert climbs(ladder, at, "2019-09-30 16:59", "2019-09-30 17:00") == [0, 1]
    assert heard(ladder, ESCALATED) == ["section", "head", "mayor"]
    assert climbs(ladder, at, "2019-10-01 00:00", "2019-10-07 17:30", "2019-10-08 16:59") == [0, 0, 0]
    assert climbs(ladder, at, "2019-10-08 17:00", "2019-10-09 17:00", "2019-11-01 12:00") == [1, 1, 0]
    assert heard(ladder, ESCALATED) == ["section", "head", "mayor", "mayor"]
    assert the_only(ladder).due_at == instant("2019-09-29 17:00")
    with ladder.reading() as session:
        bodies = [row.body.decode() for row in session.execute(outbox.select())]
    said = [json.loads(body)["data"] for body in bodies if AlertEscalated.type in body]
    assert [(each["escalated_to"], each["level"]) for each in said] == [("section", 1), ("head", 2), ("mayor", 3)]


def test_the_deputy_who_acts_signs_and_the_ladder_ends(ladder: Database, at: At) -> None:
    on_leave(ladder, "head", date(2019, 9, 28), date(2019, 10, 20), deputy="deputy-head")
    turn_red(ladder)
    assert climbs(ladder, at, "2019-09-29 17:00", "2019-09-30 17:00") == [1, 1]
    with ladder.reading() as session:
        (alert,) = alerts_of(session, "deputy-head")
    signed = act(ladder, signing.acknowledge, alert.id, by("deputy-head"))
    assert (signed.state, the_only(ladder).state) == ("acknowledged", "acknowledged")
    assert climbs(ladder, at, "2019-10-08 17:00", "2019-12-01 17:00") == [0, 0]
    assert entries(ladder)[-1] == ("acknowledged", "deputy-head")


def test_whoever_merely_hears_of_it_stops_no_ladder(ladder: Database, at: At) -> None:
    """The leader of the city asked to hear of everything, and stands above nobody here."""
    turn_red(ladder)
    with ladder.reading() as session:
        (alert,) = alerts_of(session, "city-leader")
    assert (
        act(ladder, signing.acknowledge, alert.id, Caller("leader", Role.LEADER, person="leader")).state
        == "acknowledged"
    )
    assert the_only(ladder).state == "open"
    assert climbs(ladder, at, "2019-09-29 17:00") == [1]


def test_an_escalated_alert_replaces_nothing_and_ends_when_the_matter_recovers(ladder: Database, at: At) -> None:
    with ladder.writing() as session:
        session.add(default("section"))
    turn_red(ladder)
    assert climbs(ladder, at, "2019-09-29 17:00") == [1]
    recover(ladder)
    with ladder.reading() as session:
        own, escalated, recovered = alerts_of(session, "section")
        assert (own.kind, escalated.kind, recovered.kind) == ("behind_pace", ESCALATED, "pace_recovered")
        assert (escalated.supersedes, recovered.supersedes) == (None, own.id)
        assert (own.state, escalated.state, recovered.state) == ("closed", "closed", "open")
        assert ("section", 1) in linked(session)
    assert (the_only(ladder).state, entries(ladder)[-1][0]) == ("closed", "recovered")
    assert climbs(ladder, at, "2019-12-01 12:00") == [0]


def test_whoever_heard_by_escalation_alone_hears_that_it_recovered(ladder: Database, at: At) -> None:
    turn_red(ladder)
    assert climbs(ladder, at, "2019-09-29 17:00") == [1]
    recover(ladder)
    assert "section" in heard(ladder, "pace_recovered")


def test_two_workers_at_once_carry_it_up_once(ladder: Database, at: At) -> None:
    turn_red(ladder)
    at("2019-09-29 17:00")
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(climb(ladder))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (sum(done), heard(ladder, ESCALATED)) == (1, ["section"])


def test_a_crash_and_a_clock_set_back_carry_it_up_no_second_time(
    ladder: Database, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_red(ladder)
    at("2019-09-29 17:00")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("services.notify.follow_ups.commands.escalating.alerts.announce_escalation", die)
        with pytest.raises(KeyboardInterrupt):
            climb(ladder)
    assert heard(ladder, ESCALATED) == []
    assert climbs(ladder, at, "2019-09-29 17:00", "2019-09-29 16:50", "2019-09-29 17:00") == [1, 0, 0]
    assert heard(ladder, ESCALATED) == ["section"]


def test_a_decree_that_comes_later_moves_the_term(ladder: Database, at: At) -> None:
    turn_red(ladder)
    decreed = CalendarDecreed(
        year=2019, version=1, document_no="赣人社字〔2019〕1号", days_off=["2019-09-30"], days_worked=[]
    )
    with ladder.writing() as session:
        move_working_days(session, [decreed])
    assert the_only(ladder).climbs_at == instant("2019-10-01 17:00")  # the Sunday is off, as is the Monday


def test_n10_a_term_in_a_year_that_nobody_knows_says_so_until_it_is_decreed(ladder: Database, at: At) -> None:
    at("2031-01-03 17:00")
    turn_red(ladder)
    assert climbs(ladder, at, "2031-01-06 17:00") == [1]
    with ladder.reading() as session:
        (alert,) = alerts_of(session, "section", ESCALATED)
        assert "2031年1月6日（星期一）17:00（暂按周末推算）" in alert_read(alert, "zh").body
        assert view_of(session, OFFICER, the_only(ladder)).by_weekends
    decreed = CalendarDecreed(year=2031, version=1, document_no="赣人社字〔2030〕1号", days_off=[], days_worked=[])
    with ladder.writing() as session:
        move_working_days(session, [decreed])
        assert not view_of(session, OFFICER, the_only(ladder)).by_weekends


def test_a_pause_stops_the_clock_and_ends_by_itself(ladder: Database, at: At) -> None:
    turn_red(ladder)
    at("2019-09-29 15:00")  # five hours are gone, two are left
    pause = acting.NewPause(the_only(ladder).id, date(2019, 10, 9), "上级统一安排")
    assert act(ladder, acting.pause, pause, OFFICER).climbs_at == instant("2019-10-09 10:30")
    assert climbs(ladder, at, "2019-10-08 17:30", "2019-10-09 10:29", "2019-10-09 10:30") == [0, 0, 1]


def test_a_pause_that_is_ended_early_goes_on_where_it_stood(ladder: Database, at: At) -> None:
    turn_red(ladder)
    at("2019-09-29 15:00")
    act(ladder, acting.pause, acting.NewPause(the_only(ladder).id, date(2019, 10, 9), "上级统一安排"), OFFICER)
    at("2019-09-30 09:00")
    assert act(ladder, acting.resume, the_only(ladder).id, OFFICER).climbs_at == instant("2019-09-30 11:00")
    assert [kind for kind, _ in entries(ladder)] == ["opened", "paused", "resumed"]


def test_leave_that_begins_later_gives_it_to_the_deputy_once(ladder: Database, at: At) -> None:
    turn_red(ladder)
    on_leave(ladder, "bureau-office", date(2019, 9, 29), None)
    assert climbs(ladder, at, "2019-09-28 12:00", "2019-09-29 08:00", "2019-09-29 08:10") == [0, 1, 0]
    assert heard(ladder, "follow_up_assigned") == ["deputy-office"]
    assert act(ladder, acting.acknowledge, the_only(ladder).id, by("deputy-office")).state == "acknowledged"
