"""When alerts go out: at once, in a digest of the day, or after quiet hours; a digest exactly once."""

import threading
from datetime import date, datetime, time
from typing import Any

import pytest
from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.alerts.rules import Severity
from services.notify.calendar import queries as calendar
from services.notify.calendar.commands import keep_decrees
from services.notify.deliveries import commands
from services.notify.deliveries.models import DayDigest, Delivery, WaitingAlert
from services.notify.messages.models import Message, MessageAlert
from services.notify.subscriptions import commands as subscriptions
from services.notify.subscriptions.models import AlertSubscription
from services.notify.subscriptions.rules import (
    ActiveSubscription,
    DigestDays,
    DigestPlan,
    QuietHours,
    end_of_quiet,
    next_digest,
)
from services.notify.subscriptions.schemas import NewSubscription
from shared.contracts.calendar import CalendarDecreed
from shared.contracts.quota import MilestoneFallenBack
from shared.db import Database
from shared.operations import Call
from shared.working_days import by_weekends, packaged_year
from tests.notify.conftest import BUREAU, At, consume, milestone, of_another, reached

NIGHT = QuietHours(time(18), time(8, 30))
PLAN = DigestPlan(time(8, 53), DigestDays.WORKING_DAYS)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00")


def worked(day: date) -> bool:
    return (packaged_year(day.year) or by_weekends(day.year)).is_working(day)


def subscribe(database: Database, **wanted: Any) -> None:
    """The city's leader hears of everything by mail, in this way alone."""
    with database.writing() as session:
        for each in all_of(session, AlertSubscription):
            session.delete(each)
        new = NewSubscription.model_validate({"recipient": "city-leader", "channels": ["email"]} | wanted)
        subscriptions.subscribe(session, [Call(new, BUREAU)])


def all_of(session: Session, model: type[Any]) -> list[Any]:
    return list(session.exec(select(model)).all())


def release(database: Database) -> int:
    with database.writing() as session:
        return commands.release(session, "email")


def mails(session: Session) -> list[tuple[str, int]]:
    """Each message that goes by mail, with how many alerts it says."""
    chosen = select(Message).join(Delivery, col(Delivery.message_id) == Message.id).where(Delivery.channel == "email")
    carried = [each.message_id for each in all_of(session, MessageAlert)]
    return [(each.purpose, carried.count(each.id)) for each in session.exec(chosen.order_by(col(Delivery.id)))]


def test_n10_quiet_hours_end_on_a_working_day_also_when_holidays_moved_the_week() -> None:
    ends = {
        "2018-12-28 17:59": None,  # Friday, seconds before
        "2018-12-28 18:00": "2018-12-29 08:30",  # a Saturday that is worked for the New Year
        "2018-12-30 10:00": "2019-01-02 08:30",  # Sunday, and off until the 1st
        "2019-09-30 23:59": "2019-10-08 08:30",  # eight days of holidays
        "2019-10-12 07:00": "2019-10-12 08:30",  # a Saturday that is worked
        "2098-01-01 19:00": "2098-01-02 08:30",  # a year that nobody knows goes by weekends
    }
    assert {now: end_of_quiet(local(now), NIGHT, worked) for now in ends} == {
        now: local(end) if end else None for now, end in ends.items()
    }
    noon = QuietHours(time(12), time(14))
    assert end_of_quiet(local("2019-10-10 13:00"), noon, worked) == local("2019-10-10 14:00")
    assert end_of_quiet(local("2019-10-10 14:00"), noon, worked) is None


def test_a_digest_goes_out_at_its_time_on_the_next_of_its_days() -> None:
    following = [
        ("2018-12-28 08:52", DigestDays.WORKING_DAYS, "2018-12-28 08:53"),
        ("2018-12-28 08:53", DigestDays.WORKING_DAYS, "2018-12-29 08:53"),
        ("2018-12-29 09:00", DigestDays.WORKING_DAYS, "2019-01-02 08:53"),
        ("2018-12-29 09:00", DigestDays.EVERY_DAY, "2018-12-30 08:53"),
        ("2018-12-29 09:00", DigestDays.WEDNESDAY, "2019-01-02 08:53"),
    ]
    found = [next_digest(local(now), DigestPlan(time(8, 53), days), worked) for now, days, _ in following]
    assert found == [local(then) for *_, then in following]


def test_what_is_critical_waits_for_nothing() -> None:
    everything = ActiveSubscription(
        "a", None, None, None, None, Severity.INFO, frozenset({"email"}), digest=PLAN, quiet=NIGHT
    )
    assert everything.departure(Severity.CRITICAL, local("2018-12-30 23:00"), worked) is None
    assert everything.departure(Severity.WARNING, local("2018-12-30 23:00"), worked)


def test_a_digest_says_once_and_in_order_what_waited_and_of_one_subject_the_last_word(city: Database, at: At) -> None:
    subscribe(city, digest={"at": "08:53", "days": "working_days"})
    at("2018-12-27 09:00")
    consume(city, reached(50, 3), reached(90, 5))
    consume(city, milestone(MilestoneFallenBack, 90, 4), reached(100, 1, unit="donghu"))
    at("2018-12-28 08:52")
    assert release(city) == 0
    at("2018-12-28 08:53")
    assert [release(city), release(city)] == [1, 0]
    with city.reading() as session:
        assert mails(session) == [("digest", 2)]
        message = next(each for each in all_of(session, Message) if each.purpose == "digest")
        said = session.exec(
            select(MessageAlert.alert_id)
            .where(MessageAlert.message_id == message.id)
            .order_by(col(MessageAlert.number))
        ).all()
        kinds = [
            each.kind for each in sorted(all_of(session, Alert), key=lambda each: each.position) if each.id in said
        ]
        assert kinds == ["milestone_fallen_back", "milestone_reached"]
        assert [each.message_id for each in all_of(session, DayDigest)] == [message.id]
        assert {each.state for each in all_of(session, Delivery) if each.channel == "inbox"} == {"delivered"}


def test_n7_a_clock_that_is_set_back_makes_no_second_digest_of_a_day(city: Database, at: At) -> None:
    subscribe(city, digest={"at": "08:53", "days": "working_days"})
    at("2018-12-27 09:00")
    consume(city, reached(50, 3))
    at("2018-12-28 08:53")
    assert release(city) == 1
    at("2018-12-28 08:51")
    consume(city, reached(90, 4))
    at("2018-12-28 08:54")
    assert release(city) == 0
    at("2018-12-29 08:53")
    assert release(city) == 1
    with city.reading() as session:
        assert mails(session) == [("digest", 1), ("digest", 1)]
        assert not all_of(session, WaitingAlert)


def test_n7_two_senders_and_one_that_dies_before_its_commit_make_one_digest(city: Database, at: At) -> None:
    subscribe(city, digest={"at": "08:53", "days": "every_day"})
    at("2018-12-27 09:00")
    consume(city, reached(50, 3), reached(100, 1, unit="donghu"))
    at("2018-12-28 08:53")
    with pytest.raises(KeyboardInterrupt), city.writing() as session:
        assert commands.release(session, "email") == 1
        raise KeyboardInterrupt
    gate, written = threading.Barrier(2), []

    def work() -> None:
        gate.wait()
        written.append(release(city))

    together = [threading.Thread(target=work) for _ in range(2)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert sorted(written) == [0, 1]
    with city.reading() as session:
        assert mails(session) == [("digest", 2)]


def test_n10_what_comes_in_quiet_hours_goes_out_as_one_message_when_they_end(city: Database, at: At) -> None:
    subscribe(city, quiet_hours={"start": "18:00", "end": "08:30"})
    at("2018-12-29 17:59")
    consume(city, reached(25, 2))
    at("2018-12-29 18:00")
    consume(city, reached(50, 3))
    at("2018-12-31 12:00")
    consume(city, reached(100, 1, unit="donghu"))
    assert release(city) == 0
    at("2019-01-02 08:30")
    assert [release(city), release(city)] == [1, 0]
    with city.reading() as session:
        assert mails(session) == [("alert", 1), ("alert", 2)]


def test_of_two_subscriptions_the_earlier_departure_holds_for_each_channel(city: Database, at: At) -> None:
    subscribe(city, digest={"at": "08:53", "days": "every_day"})
    with city.writing() as session:
        now = NewSubscription.model_validate(
            {"recipient": "city-leader", "channels": ["email"], "min_severity": "notice"}
        )
        subscriptions.subscribe(session, [Call(now, BUREAU)])
    at("2018-12-27 09:00")
    consume(city, of_another(reached(50, 3)))
    consume(city, reached(100, 5))
    with city.reading() as session:
        assert mails(session) == [("alert", 1)]
        assert len(all_of(session, WaitingAlert)) == 1


def test_a_decree_moves_the_working_days_that_notify_goes_by(city: Database) -> None:
    days = {"days_off": [date(2098, 1, 2)], "days_worked": [date(2098, 1, 4)]}
    with city.writing() as session:
        keep_decrees(session, [CalendarDecreed(year=2098, version=2, document_no="n", **days)])
        keep_decrees(session, [CalendarDecreed(year=2098, version=1, document_no="o", days_off=[], days_worked=[])])
        is_working = calendar.working_days(session)
        assert [is_working(date(2098, 1, day)) for day in (2, 3, 4, 5)] == [False, True, True, False]
