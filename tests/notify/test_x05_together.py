"""X05: what one batch brings is said once: a jump is one alert that names its milestones, a batch one message."""

from datetime import date

import pytest
from sqlmodel import Session, col, select

from services.notify.alerts.commands import content_of
from services.notify.alerts.models import Alert
from services.notify.alerts.rendering import alert_read
from services.notify.alerts.rules import KINDS, AlertContent, together
from services.notify.deliveries.models import Delivery
from services.notify.messages.models import Message, MessageAlert
from services.notify.recipients.models import AlertRecipient
from services.notify.subscriptions.models import AlertSubscription
from shared import clock
from shared.contracts.quota import MilestoneEvent, MilestoneFallenBack, MilestoneRegained
from shared.db import Database
from tests.notify.conftest import consume, milestone, reached

JUMP = (25, 50, 75, 90, 100)


def alerts(session: Session, recipient: str = "city-leader") -> list[Alert]:
    return list(session.exec(select(Alert).where(Alert.recipient == recipient).order_by(col(Alert.position))))


def test_x05_three_milestones_of_one_batch_are_one_alert_and_one_message(city: Database) -> None:
    events = [reached(percent, 5) for percent in JUMP]
    consume(city, *events)
    for again in (events, events[:2], events[3:]):  # told again, whole or in part, by a bus that forgot
        consume(city, *again)
    with city.reading() as session:
        [alert] = alerts(session)
        assert (alert.percent, alert.facts["percents"], alert.severity) == (100, list(JUMP), "notice")
        chinese, english = alert_read(alert, "zh"), alert_read(alert, "en")
        assert len(session.exec(select(Message)).all()) == 1
        assert {each.channel for each in session.exec(select(Delivery))} == {"inbox", "email"}
    assert chinese.title == "市级技能大师工作室（2018年）达到25%、50%、75%、90%、100%节点"
    assert english.title == "Skill master studios (2018): 25%, 50%, 75%, 90%, 100% milestones reached"
    assert "the 25%, 50%, 75%, 90%, 100% milestones are reached for the first time" in english.body


def test_x05_what_a_jump_said_is_said_by_what_comes_with_it_later_once(city: Database) -> None:
    """The first of a jump came in an earlier poll: the rest is one further alert, and the first is not said again."""
    first, *rest = (reached(percent, 5) for percent in JUMP)
    consume(city, first)
    consume(city, first, *rest)
    with city.reading() as session:
        assert [alert.facts["percents"] for alert in alerts(session)] == [[25], [50, 75, 90, 100]]


def test_f01_falling_below_several_replaces_the_jump_that_said_them(city: Database) -> None:
    consume(city, *(reached(percent, 5) for percent in JUMP))
    fallen = [milestone(MilestoneFallenBack, percent, 4) for percent in (100, 90)]
    consume(city, *fallen)
    consume(city, milestone(MilestoneRegained, 90, 5, episode=2))
    with city.reading() as session:
        jump, back, regained = alerts(session)
        assert (back.percent, back.facts["percents"], back.supersedes) == (90, [90, 100], jump.id)
        assert (regained.supersedes, regained.severity) == (back.id, "notice")
        assert "90%、100%节点曾经达成，现已回落" in alert_read(back, "zh").body
        assert alert_read(back, "en").body.endswith("This replaces what was said before about these milestones.")


def test_x05_a_batch_about_many_quotas_is_one_message_to_each_post(city: Database) -> None:
    consume(city, *(reached(50, 3, unit=unit) for unit in ("donghu", "xihu")), reached(50, 3), reached(75, 4))
    with city.reading() as session:
        assert sorted(each.recipient for each in session.exec(select(Message))) == ["city-leader", "donghu-leader"]
        assert len(alerts(session)) == 3
        assert len(session.exec(select(MessageAlert)).all()) == 4


def content(kind: str, event: MilestoneEvent) -> AlertContent:
    return content_of(event, KINDS[kind], {})


def test_x05_what_happened_between_keeps_milestones_apart() -> None:
    there = [
        *(content("milestone_reached", reached(percent, 5)) for percent in (25, 50)),
        content("milestone_fallen_back", milestone(MilestoneFallenBack, 50, 2)),
        content("milestone_regained", milestone(MilestoneRegained, 50, 3, episode=2)),
    ]
    assert [each.facts.percents for each in together(there)] == [[25, 50], [50], [50]]
    assert together(there)[0].causes == (there[0].cause, there[1].cause)


def test_during_leave_the_deputy_hears_too_and_after_it_no_more(
    city: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with city.writing() as session:
        post = session.get_one(AlertRecipient, "donghu-leader")
        post.deputy, post.leave_from, post.leave_to = "city-leader", date(2026, 10, 1), date(2026, 10, 9)
        for subscription in session.exec(select(AlertSubscription).where(AlertSubscription.recipient == "city-leader")):
            session.delete(subscription)
    monkeypatch.setattr(clock, "local", lambda instant: instant.replace(year=2026, month=10, day=9))
    event = reached(50, 1, unit="donghu")
    consume(city, event)
    consume(city, event)
    with city.reading() as session:
        assert [len(alerts(session, code)) for code in ("donghu-leader", "city-leader")] == [1, 1]
    monkeypatch.setattr(clock, "local", lambda instant: instant.replace(year=2026, month=10, day=10))
    consume(city, reached(75, 2, unit="donghu"))
    with city.reading() as session:
        assert [len(alerts(session, code)) for code in ("donghu-leader", "city-leader")] == [2, 1]
