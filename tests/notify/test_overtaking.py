"""What is queued and said better later does not go; a correction reaches whoever heard what it corrects."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.deliveries.models import Delivery, WaitingAlert
from services.notify.messages.queries import alerts_of
from services.notify.subscriptions.models import AlertSubscription
from shared.contracts.quota import MilestoneFallenBack, MilestoneRegained, PaceBehind
from shared.db import Database
from tests.notify.conftest import At, consume, milestone, pace, reached, revised, send_next
from tests.notify.test_deliveries import BUSY, DELIVERED, PORTAL, Postman
from tests.notify.test_digests import all_of, subscribe

FALLEN = milestone(MilestoneFallenBack, 100, 4)


def mails(session: Session) -> Sequence[Delivery]:
    return session.exec(select(Delivery).where(Delivery.channel == "email").order_by(col(Delivery.id))).all()


def heard(session: Session, recipient: str = "city-leader") -> list[tuple[str, int | None]]:
    chosen = select(Alert).where(Alert.recipient == recipient).order_by(col(Alert.position))
    return [(each.kind, each.percent) for each in session.exec(chosen)]


def sent(database: Database, postman: Postman) -> list[str]:
    while send_next(database, postman, PORTAL):
        pass
    return [message.subject for message in postman.messages]


def test_a_queued_90_percent_is_dropped_when_100_percent_comes(city: Database) -> None:
    """X05, row 63: the queue has the last word, the inbox both; what was tried is dropped too, and never told anew."""
    consume(city, reached(90, 4))
    consume(city, pace(PaceBehind, "-20.0"))
    consume(city, reached(100, 5))
    with city.reading() as session:
        ninety, behind, hundred = mails(session)
        assert (ninety.state, ninety.merged_into, behind.state) == ("skipped", hundred.id, "pending")
        assert len(heard(session)) == 3
    [red, last] = sent(city, Postman(*[DELIVERED] * 3))
    assert "100%" in last
    assert "红灯" in red


@pytest.mark.parametrize("tried", [False, True])
def test_a_message_that_says_more_says_the_rest_unless_it_was_tried(city: Database, tried: bool) -> None:
    consume(city, reached(90, 4), pace(PaceBehind, "-20.0"))
    if tried:
        assert send_next(city, Postman(BUSY), PORTAL) == 1
    consume(city, reached(100, 5))
    with city.reading() as session:
        assert [each.state for each in mails(session)] == ["pending", "pending"]
        first, _ = mails(session)
        assert len(alerts_of(session, [first.message_id])[first.message_id]) == 1 + tried


def test_what_is_sent_or_goes_another_way_is_left_alone(city: Database, at: At) -> None:
    at("2019-03-06 22:00")
    subscribe(city, quiet_hours={"start": "18:00", "end": "08:30"})
    consume(city, reached(90, 4))
    consume(city, reached(100, 5))  # waits as well: the end of the night says the last word
    with city.reading() as session:
        assert len(all_of(session, WaitingAlert)) == 2
    at("2019-03-07 07:00")
    subscribe(city)
    consume(city, FALLEN)
    with city.reading() as session:
        assert not all_of(session, WaitingAlert)
        assert [each.state for each in mails(session)] == ["pending"]
    assert len(sent(city, Postman(*[DELIVERED] * 3))) == 1
    consume(city, milestone(MilestoneRegained, 100, 5, episode=2))
    with city.reading() as session:
        assert [each.state for each in mails(session)] == ["delivered", "pending"]


@pytest.mark.parametrize("instead", [{"kinds": ["milestone_reached"]}, {"min_severity": "critical"}, None])
def test_f01_f02_a_correction_reaches_whoever_heard_the_milestone(
    city: Database, instead: dict[str, Any] | None
) -> None:
    """Whatever they subscribe to by then, the way they heard; who heard nothing of it hears no correction."""
    subscribe(city, kinds=["milestone_reached"])
    consume(city, reached(100, 5))
    assert len(sent(city, Postman(*[DELIVERED] * 3))) == 1
    if instead is None:
        with city.writing() as session:
            for each in all_of(session, AlertSubscription):
                session.delete(each)
    else:
        subscribe(city, **{"kinds": ["milestone_reached"]} | instead)
    consume(city, FALLEN)
    consume(city, milestone(MilestoneFallenBack, 90, 3))  # of which nobody was told that it was reached
    consume(city, milestone(MilestoneRegained, 100, 5, episode=2))
    consume(city, revised(6, 5, 5, []))
    corrected = [("milestone_fallen_back", 100), ("milestone_regained", 100), ("correction", None)]
    with city.reading() as session:
        assert heard(session) == [("milestone_reached", 100), *corrected]
        assert not heard(session, "donghu-leader")
        assert {each.channel for each in all_of(session, Delivery)} == {"inbox", "email"}


def test_f01_one_batch_that_says_and_takes_back_reaches_who_hears_of_the_first(city: Database) -> None:
    subscribe(city, kinds=["milestone_reached"])
    consume(city, reached(100, 5), FALLEN)
    with city.reading() as session:
        assert heard(session) == [("milestone_reached", 100), ("milestone_fallen_back", 100)]


def test_f01_a_correction_keeps_the_quiet_hours_of_its_channel(city: Database, at: At) -> None:
    at("2019-03-06 22:00")
    night = {"kinds": ["milestone_reached"], "quiet_hours": {"start": "18:00", "end": "08:30"}}
    subscribe(city, **night)
    consume(city, reached(100, 5))
    consume(city, FALLEN)
    with city.reading() as session:
        assert len(all_of(session, WaitingAlert)) == 2
        assert not mails(session)
