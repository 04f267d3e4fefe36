"""How deliveries go: several at once, of each post in order, at the pace of a channel, what waits merged."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from sqlmodel import Session, col, select

from services.notify.channels.protocol import Limits, OutgoingMessage, SendOutcome, SendResult
from services.notify.deliveries import commands
from services.notify.deliveries.models import Delivery
from services.notify.deliveries.workers import MOST_AT_ONCE, Lane, send_due
from services.notify.messages import commands as messages
from services.notify.messages.models import MessageAlert
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients import commands as recipients
from services.notify.recipients.schemas import NewRecipient
from shared import clock
from shared.auth import Role
from shared.db import Database
from shared.operations import Call
from tests.city import TIMEOUT
from tests.notify.conftest import BUREAU, consume, of_another, reached, send_next
from tests.notify.test_deliveries import BUSY, DELIVERED, PORTAL, Postman

MUTED = SendOutcome(SendResult.RETRY, "130101", not_before=600)


class Robot(Postman):
    """Takes three messages a minute, as robots do."""

    limits = Limits(subject_characters=200, text_bytes=20_000, per_minute=3)


class Receiver(Postman):
    """Needs its time for an answer, and stands still at one address."""

    def __init__(self) -> None:
        super().__init__()
        self.together: list[int] = []
        self.resting = threading.Event()
        self._inside = 0
        self._lock = threading.Lock()

    def send(self, message: OutgoingMessage) -> SendOutcome:
        with self._lock:
            self._inside += 1
            self.together.append(self._inside)
            self.messages.append(message)
        if message.address.startswith("hangs"):
            self.resting.wait(TIMEOUT)
        time.sleep(0.02)
        with self._lock:
            self._inside -= 1
        return DELIVERED


def mails(session: Session) -> list[Delivery]:
    return list(session.exec(select(Delivery).where(Delivery.channel == "email").order_by(col(Delivery.id))))


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.state for each in mails(session)]


def queue(database: Database, posts: list[str], times: int) -> None:
    """Posts with an address each, and for each so many messages that are due."""
    with database.writing() as session:
        for code in posts:
            made = {"code": code, "post_zh": code, "post_en": code, "login": code, "email": f"{code}@example.org"}
            recipients.add(session, [Call(NewRecipient.model_validate(made), BUREAU)])
        written = messages.write(session, [NewMessage(code, Purpose.TEST) for _ in range(times) for code in posts])
        commands.start(session, [(message, {"email"}) for message in written])


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass, or turns the clock back."""
    at = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: at[0])

    def by(seconds: float) -> None:
        at[0] += timedelta(seconds=seconds)

    return by


def test_many_go_at_once_of_each_post_in_order_and_one_that_hangs_delays_nobody(city: Database) -> None:
    queue(city, ["hangs", *(f"post-{n}" for n in range(20))], 4)
    receiver, lane = Receiver(), Lane()
    try:
        while states(city).count("delivered") < 80:
            send_due(city, receiver, PORTAL, "email", lane)
        assert states(city).count("sending") == 1
        assert 10 < max(receiver.together) <= MOST_AT_ONCE
        for n in range(20):
            own = [each.id for each in receiver.messages if each.address == f"post-{n}@example.org"]
            assert own == sorted(own)
    finally:
        receiver.resting.set()
    while states(city).count("delivered") < 84:
        send_due(city, receiver, PORTAL, "email", lane)


def test_what_is_tried_again_soon_is_not_overtaken_and_what_fails_for_longer_is(
    city: Database, move: Callable[[float], None]
) -> None:
    consume(city, of_another(reached(50, 3)))
    consume(city, reached(100, 5))
    postman = Postman(BUSY, BUSY, BUSY, DELIVERED)
    move(1)
    assert [send_next(city, postman, PORTAL), send_next(city, postman, PORTAL)] == [1, 0]
    move(6)
    assert [send_next(city, postman, PORTAL), send_next(city, postman, PORTAL)] == [1, 0]
    move(301)
    assert [send_next(city, postman, PORTAL), send_next(city, postman, PORTAL)] == [1, 1]
    assert states(city) == ["pending", "delivered"]


def test_n3_a_channel_keeps_its_pace_and_what_waits_for_a_post_goes_as_one_message(
    city: Database, move: Callable[[float], None]
) -> None:
    consume(city, reached(25, 2))
    robot = Robot(*[DELIVERED] * 5)
    move(1)
    assert send_next(city, robot, PORTAL) == 1
    for event in (of_another(reached(50, 3)), reached(90, 4), reached(100, 1, unit="donghu")):
        consume(city, event)
    move(19)
    assert send_next(city, robot, PORTAL) == 0
    move(1)
    assert [send_next(city, robot, PORTAL), send_next(city, robot, PORTAL)] == [1, 0]
    with city.reading() as session:
        sent = [each for each in mails(session) if each.recipient == "city-leader"]
        assert [each.state for each in sent] == ["delivered", "delivered", "skipped", "skipped"]
        assert {each.merged_into for each in sent[2:]} == {sent[1].id}
        carried = session.exec(select(MessageAlert).where(MessageAlert.message_id == sent[1].message_id)).all()
        assert len(carried) == 3
    assert len({each.id for each in robot.messages}) == 2


def test_n3_a_robot_that_is_muted_is_left_alone_by_every_sender_and_nothing_is_lost(
    city: Database, move: Callable[[float], None]
) -> None:
    consume(city, reached(25, 2))
    robot = Robot(MUTED, DELIVERED, DELIVERED)
    move(1)
    assert send_next(city, robot, PORTAL) == 1
    consume(city, of_another(reached(50, 3)))
    move(599)
    assert send_next(city, robot, PORTAL) == 0
    move(1)
    assert send_next(city, robot, PORTAL) == 1
    move(21)
    assert send_next(city, robot, PORTAL) == 1
    assert states(city) == ["delivered", "delivered"]
    assert robot.messages[0].id == robot.messages[1].id
    move(-3_600)
    consume(city, reached(90, 4))
    assert send_next(city, Robot(DELIVERED), PORTAL) == 1


def test_two_senders_share_what_is_due_and_each_goes_once(city: Database) -> None:
    queue(city, [f"post-{n}" for n in range(10)], 4)
    receiver = Receiver()

    def work(lane: Lane) -> None:
        while states(city).count("delivered") < 40:
            send_due(city, receiver, PORTAL, "email", lane)

    together: list[Any] = [threading.Thread(target=partial(work, Lane())) for _ in range(2)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert len(receiver.messages) == len({each.id for each in receiver.messages}) == 40


def test_many_are_sent_again_by_channel_and_a_channel_says_how_it_fares(
    client: httpx.Client, city: Database, as_: Callable[..., dict[str, str]]
) -> None:
    me = as_("o", Role.OPERATOR)
    queue(city, ["one", "two", "three"], 1)
    refused = SendOutcome(SendResult.FAILED, "550")
    postman = Postman(DELIVERED, refused, refused, DELIVERED, DELIVERED)
    assert [send_next(city, postman, PORTAL) for _ in range(3)] == [1, 1, 1]
    broken = client.get("/v1/channels/email/health", headers=me).json()
    assert (broken["waiting"], broken["dead"], broken["last_code"], broken["held_back"]) == (0, 2, "550", 0)
    assert broken["last_delivered_at"] < broken["failing_since"]
    wanted = {"channel": "email", "since": "2020-01-01T00:00:00Z"}
    assert client.post("/v1/deliveries/resend", headers=me, json=wanted).json() == {"channel": "email", "resent": 2}
    assert [send_next(city, postman, PORTAL) for _ in range(3)] == [1, 1, 0]
    sound = client.get("/v1/channels/email/health", headers=me).json()
    assert (sound["dead"], sound["failing_since"], sound["last_code"]) == (0, None, None)
    unknown = client.post("/v1/deliveries/resend", headers=me, json=wanted | {"channel": "nope"})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "channel_unknown")
    assert client.post("/v1/deliveries/resend", headers=me, json=wanted | {"channel": "inbox"}).status_code == 409
    assert client.get("/v1/channels/nope/health", headers=me).status_code == 404
