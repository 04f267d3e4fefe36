"""Messages: one or many alerts to one recipient, when they may go, and in which language."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.deliveries import commands as deliveries
from services.notify.deliveries.models import Delivery
from services.notify.messages import commands as messages
from services.notify.messages import queries
from services.notify.messages.models import Message, MessageAlert
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients.models import AlertRecipient
from shared import clock
from shared.db import Database
from tests.notify.conftest import consume, of_another, reached, send_next
from tests.notify.test_deliveries import DELIVERED, PORTAL, Postman


def alerts(session: Session) -> list[UUID]:
    return list(session.exec(select(Alert.id).order_by(col(Alert.position))))


def test_each_alert_of_its_own_batch_is_a_message_with_a_delivery_by_each_channel(city: Database) -> None:
    consume(city, reached(90, 5))
    consume(city, reached(100, 5))
    with city.reading() as session:
        written = session.exec(select(Message).order_by(col(Message.id))).all()
        assert [(each.recipient, each.purpose, each.language, each.not_before) for each in written] == [
            ("city-leader", "alert", None, None)
        ] * 2
        assert list(queries.alerts_of(session, [each.id for each in written]).values()) == [
            [alert] for alert in alerts(session)
        ]
        by_message = session.exec(select(Delivery).order_by(col(Delivery.message_id), col(Delivery.channel))).all()
        assert [(each.message_id, each.channel) for each in by_message] == [
            (message.id, channel) for message in written for channel in ("email", "inbox")
        ]


@pytest.mark.parametrize(
    ("language", "subject", "between"),
    [
        ("zh", "【人才计划提醒】市级技能大师工作室（2018年）达到90%节点等2项", "查看"),
        ("en", "[Talent programmes] Skill master studios (2018): 90% milestone reached and 1 more", "See"),
    ],
)
def test_a_message_says_all_its_alerts_in_the_language_of_its_post(
    city: Database, language: str, subject: str, between: str
) -> None:
    consume(city, reached(90, 5))
    consume(city, reached(100, 5))
    with city.writing() as session:
        session.get_one(AlertRecipient, "city-leader").language = language
        for waiting in session.exec(select(Delivery).where(Delivery.channel == "email")):
            waiting.due_at = clock.now() + timedelta(days=1)
        both = messages.write(session, [NewMessage("city-leader", Purpose.DIGEST, alerts(session))])
        deliveries.start(session, [(both[0], {"email"})])
    postman = Postman(DELIVERED)
    assert [send_next(city, postman, PORTAL) for _ in range(2)] == [1, 0]
    (message,) = postman.messages
    assert message.subject == subject
    with city.reading() as session:
        places = [message.text.index(str(alert)) for alert in alerts(session)]
    assert places == sorted(places)
    assert message.text.count(between) == 2
    assert message.text.count(f"{PORTAL}/?as_of=2018-12-07#T08") == 2


def test_a_message_waits_until_it_may_go(city: Database) -> None:
    with city.writing() as session:
        later = NewMessage("city-leader", Purpose.TEST, not_before=clock.now() + timedelta(hours=1))
        written = messages.write(session, [later])
        deliveries.start(session, [(written[0], {"email"})])
    postman = Postman(DELIVERED)
    assert send_next(city, postman, PORTAL) == 0
    with city.writing() as session:
        waiting = session.exec(select(Delivery)).one()
        assert waiting.due_at == session.exec(select(Message.not_before)).one()
        waiting.due_at = clock.now()
    assert send_next(city, postman, PORTAL) == 1


def test_a_message_in_a_language_of_its_own_keeps_it(city: Database) -> None:
    with city.writing() as session:
        written = messages.write(session, [NewMessage("city-leader", Purpose.TEST, language="en")])
        deliveries.start(session, [(written[0], {"email"})])
    postman = Postman(DELIVERED)
    send_next(city, postman, PORTAL)
    assert postman.messages[0].text.startswith("To the City leader:")


def test_a_test_of_a_channel_is_a_message_without_alerts(city: Database) -> None:
    with city.writing() as session:
        written = messages.write(session, [NewMessage("city-leader", Purpose.TEST)])
        deliveries.start(session, [(written[0], {"email", "inbox"})])
    with city.reading() as session:
        assert session.exec(select(MessageAlert)).all() == []
        assert sorted(session.exec(select(Delivery.state))) == ["delivered", "pending"]
    postman = Postman(DELIVERED)
    send_next(city, postman, PORTAL)
    assert "渠道测试" in postman.messages[0].subject


def test_what_cannot_be_worded_is_tried_again_and_delays_nothing(
    city: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = clock.now()
    monkeypatch.setattr(clock, "now", lambda: began)  # the first try again is due in seconds
    consume(city, of_another(reached(90, 5)))
    consume(city, reached(100, 5))
    with city.writing() as session:
        broken = session.exec(select(Alert).order_by(col(Alert.position))).first()
        assert broken
        broken.facts = {}
    postman = Postman(DELIVERED)
    assert [send_next(city, postman, PORTAL) for _ in range(3)] == [1, 1, 0]
    assert len(postman.messages) == 1
    with city.reading() as session:
        states = session.exec(select(Delivery.state).where(Delivery.channel == "email").order_by(col(Delivery.id)))
        assert list(states) == ["pending", "delivered"]
