"""Deliveries: claimed by one sender, sent while no transaction is open, every attempt kept, tried again, given up."""

import email
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from services.notify.channels.email import Email
from services.notify.channels.protocol import OutgoingMessage, SendOutcome, SendResult
from services.notify.deliveries import commands, queries
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.queries import DeliveryRecord
from services.notify.deliveries.workers import senders
from services.notify.recipients.models import AlertRecipient
from shared import clock
from shared.db import Database
from shared.operations import Call
from shared.service import Context
from tests.notify.conftest import BUREAU, consume, of_another, reached, send_next
from tests.notify.test_mail import text_of

PORTAL = "http://portal.example.org"
DELIVERED = SendOutcome(SendResult.DELIVERED, "250")
BUSY = SendOutcome(SendResult.RETRY, "451")
REFUSED = SendOutcome(SendResult.FAILED, "550")


class Postman(Email):
    """Takes e-mail and answers as it should."""

    def __init__(self, *answers: SendOutcome) -> None:
        self.messages: list[OutgoingMessage] = []
        self._answers: Iterator[SendOutcome] = iter(answers)

    def send(self, message: OutgoingMessage) -> SendOutcome:
        self.messages.append(message)
        return next(self._answers)


@pytest.fixture
def due(city: Database) -> Database:
    """A city with one letter that is due."""
    consume(city, reached(100, 5))
    return city


def mail(session: Session) -> Delivery:
    return session.exec(select(Delivery).where(Delivery.channel == "email")).one()


def attempts(database: Database) -> list[tuple[int, str, str | None]]:
    with database.reading() as session:
        found = session.exec(
            select(Attempt).where(Attempt.delivery_id == mail(session).id).order_by(col(Attempt.number))
        )
        return [(attempt.number, attempt.status, attempt.code) for attempt in found]


def state(database: Database) -> str:
    with database.reading() as session:
        return mail(session).state


def make_due(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Delivery).where(col(Delivery.channel) == "email").values(due_at=clock.now()))


def test_the_inbox_has_the_alert_in_the_transaction_that_raised_it(due: Database) -> None:
    with due.reading() as session:
        inbox = session.exec(select(Delivery).where(Delivery.channel == "inbox")).one()
        [attempt] = queries.in_ledger(session, [inbox])[0].attempts
    assert inbox.state == "delivered"
    assert (attempt.status, attempt.code, attempt.duration_ms) == ("delivered", "stored", 0)


def test_a_post_without_an_address_is_skipped_and_the_ledger_says_so(city: Database) -> None:
    consume(city, reached(100, 1, unit="donghu"))
    with city.reading() as session:
        states = {
            delivery.channel: delivery.state
            for delivery in session.exec(select(Delivery).where(Delivery.recipient == "donghu-leader"))
        }
    assert states == {"inbox": "delivered", "email": "skipped"}


def test_a_letter_is_sent_once_and_its_outcome_kept(due: Database) -> None:
    postman = Postman(DELIVERED)
    assert [send_next(due, postman, PORTAL) for _ in range(3)] == [1, 0, 0]
    [message] = postman.messages
    assert message.address == "leader@example.org"
    assert "市级技能大师工作室（2018年）达到100%节点" in message.subject
    assert f"{PORTAL}/?as_of=2018-12-07#T08" in message.text
    assert state(due) == "delivered"
    assert attempts(due) == [(1, "delivered", "250")]


def test_nothing_is_written_and_no_transaction_is_open_while_the_letter_is_on_its_way(due: Database) -> None:
    class Slow(Postman):
        def send(self, message: OutgoingMessage) -> SendOutcome:
            with due.writing() as session:  # would wait for ever for a transaction of the sender
                states.append(mail(session).state)
            return super().send(message)

    states: list[str] = []
    assert send_next(due, Slow(DELIVERED), PORTAL) == 1
    assert (states, state(due)) == (["sending"], "delivered")


def test_a_busy_server_is_asked_again_by_the_schedule_and_given_up_at_its_end(due: Database) -> None:
    postman = Postman(*[BUSY] * 7)
    waits = []
    for _ in range(7):
        make_due(due)
        before = clock.now()
        assert send_next(due, postman, PORTAL) == 1
        with due.reading() as session:
            at = mail(session).due_at
        waits.append((at - before).total_seconds() if at else None)
    *again, last = waits
    schedule = [5, 300, 1800, 7200, 18000, 36000]
    assert all(wait and 0.89 * full <= wait <= full + 1 for wait, full in zip(again, schedule, strict=True)), waits
    assert last is None
    assert state(due) == "failed"
    assert attempts(due) == [(n, "retry", "451") for n in range(1, 7)] + [(7, "failed", "451")]
    assert {message.id for message in postman.messages} == {postman.messages[0].id}
    assert send_next(due, postman, PORTAL) == 0


def test_what_is_due_by_one_channel_is_neither_looked_at_nor_given_up_by_another(due: Database) -> None:
    with due.writing() as session:
        assert queries.anything_to_do(session, "email", clock.now()) == (False, True)
        assert queries.anything_to_do(session, "endpoint-1", clock.now()) == (False, False)
        commands.give_up(session, "endpoint-1", clock.now())
    assert state(due) == "pending"
    with due.writing() as session:
        commands.give_up(session, "email", clock.now())
    assert state(due) == "failed"


def test_before_its_time_a_letter_is_not_sent_again(due: Database) -> None:
    postman = Postman(BUSY, DELIVERED)
    assert [send_next(due, postman, PORTAL) for _ in range(2)] == [1, 0]
    assert state(due) == "pending"


def test_a_refusal_is_final(due: Database) -> None:
    assert send_next(due, Postman(REFUSED), PORTAL) == 1
    assert (state(due), attempts(due)) == ("failed", [(1, "failed", "550")])


def test_a_sender_that_dies_leaves_the_letter_to_the_next_one_after_its_lease(due: Database) -> None:
    with due.writing() as session:
        (abandoned,) = commands.claim(session, "email")
    assert send_next(due, Postman(), PORTAL) == 0
    make_due(due)
    assert send_next(due, Postman(DELIVERED), PORTAL) == 1
    assert attempts(due) == [(1, "unknown", None), (2, "delivered", "250")]
    with due.writing() as session:  # and if it was only slow, what it says later changes nothing
        commands.record_outcomes(session, [(abandoned, BUSY, 90_000)])
    assert (state(due), attempts(due)) == ("delivered", [(1, "unknown", None), (2, "delivered", "250")])


def test_a_sender_that_lost_its_lease_says_nothing_while_another_sends(due: Database) -> None:
    with due.writing() as session:
        (slow,) = commands.claim(session, "email")
    make_due(due)
    with due.writing() as session:
        assert commands.claim(session, "email")
    with due.writing() as session:
        commands.record_outcomes(session, [(slow, DELIVERED, 400_000)])
    assert (state(due), attempts(due)) == ("sending", [(1, "unknown", None), (2, "sending", None)])


def test_five_senders_send_a_letter_once(due: Database) -> None:
    for percent in (25, 50, 75):
        consume(due, of_another(reached(percent, 4)))
    postman = Postman(*[DELIVERED] * 20)
    gate = threading.Barrier(5)

    def work() -> None:
        gate.wait()
        while send_next(due, postman, PORTAL):
            pass

    senders = [threading.Thread(target=work) for _ in range(5)]
    for thread in senders:
        thread.start()
    for thread in senders:
        thread.join()
    assert len({message.id for message in postman.messages}) == len(postman.messages) == 4


def test_sent_again_it_keeps_its_id_and_starts_its_schedule_anew(due: Database) -> None:
    postman = Postman(REFUSED, BUSY, DELIVERED)
    send_next(due, postman, PORTAL)
    with due.writing() as session:
        [outcome] = commands.resend(session, [Call(mail(session).id, BUREAU)])
    assert isinstance(outcome, DeliveryRecord)
    send_next(due, postman, PORTAL)
    after = clock.now()
    with due.reading() as session:
        due_at = mail(session).due_at
    assert due_at
    assert due_at <= after + timedelta(seconds=5)
    make_due(due)
    send_next(due, postman, PORTAL)
    assert len({message.id for message in postman.messages}) == 1
    assert [number for number, _, _ in attempts(due)] == [1, 2, 3]


def test_the_worker_of_a_service_writes_letters_to_files_where_no_server_is_set(
    context: Context, due: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALENT_SMTP_HOST", raising=False)
    monkeypatch.setattr(context.settings, "portal_url", "https://talent.example.org/")
    send, *_ = senders(context)
    assert [send(), send()] == [1, 0]
    [path] = (context.settings.data_dir / "mail").iterdir()
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    assert "https://talent.example.org/?as_of=2018-12-07#T08" in text_of(mail)
    assert attempts(due) == [(1, "delivered", "file")]


def test_a_letter_is_written_in_the_language_of_the_post(
    context: Context, due: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALENT_SMTP_HOST", raising=False)
    with due.writing() as session:
        session.get_one(AlertRecipient, "city-leader").language = "en"
    postman = Postman(DELIVERED)
    send_next(due, postman, PORTAL)
    assert postman.messages[0].subject == "[Talent programmes] Skill master studios (2018): 100% milestone reached"
    assert Email(context.settings).send(postman.messages[0]).code == "file"


def test_what_is_tried_in_vain_waits_since_its_first_try(due: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that is dead is seen between two tries as well; sent again it waits anew."""
    begun = clock.now()

    def waited(**since: float) -> float:
        monkeypatch.setattr(clock, "now", lambda: begun + timedelta(**since))
        with due.reading() as session:
            return round(queries.oldest_wait(session))

    assert waited(seconds=100) == pytest.approx(100, abs=2)  # and nobody has tried
    postman = Postman(BUSY, BUSY, REFUSED)
    assert send_next(due, postman, PORTAL) == 1
    assert waited(seconds=160) == 60
    assert send_next(due, postman, PORTAL) == 1
    assert waited(seconds=200) == 100
    with due.writing() as session:
        assert commands.resend(session, [Call(mail(session).id, BUREAU)])
    assert waited(seconds=230) == 30
    assert send_next(due, postman, PORTAL) == 1
    assert waited(hours=1) == 0
