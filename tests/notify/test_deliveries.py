"""Deliveries: claimed by one sender, sent while no transaction is open, every attempt kept, tried again, given up."""

import email
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from services.notify.channels.mail import MailSettings, sender
from services.notify.channels.rules import Letter, Outcome, Result
from services.notify.deliveries import commands, queries
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.sending import send_next, sending
from services.notify.recipients.models import Recipient
from shared import clock
from shared.db import Database
from shared.service import Context
from tests.notify.conftest import BUREAU, hear, reached

PORTAL = "http://portal.example.org"
DELIVERED = Outcome(Result.DELIVERED, "250")
BUSY = Outcome(Result.RETRY, "451")
REFUSED = Outcome(Result.FAILED, "550")


class Postman:
    """Takes letters and answers as it is told."""

    def __init__(self, *answers: Outcome) -> None:
        self.letters: list[Letter] = []
        self._answers: Iterator[Outcome] = iter(answers)

    def __call__(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        return next(self._answers)


@pytest.fixture
def due(city: Database) -> Database:
    """A city with one letter that is due."""
    hear(city, reached(100, 5))
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
        [attempt] = queries.with_attempts(session, [inbox])[0][1]
    assert inbox.state == "delivered"
    assert (attempt.status, attempt.code, attempt.duration_ms) == ("delivered", "stored", 0)


def test_a_post_without_an_address_is_skipped_and_the_ledger_says_so(city: Database) -> None:
    hear(city, reached(100, 1, unit="donghu"))
    with city.reading() as session:
        states = {
            delivery.channel: delivery.state
            for delivery in session.exec(select(Delivery).where(Delivery.recipient == "donghu-leader"))
        }
    assert states == {"inbox": "delivered", "email": "skipped"}


def test_a_letter_is_sent_once_and_its_outcome_kept(due: Database) -> None:
    postman = Postman(DELIVERED)
    assert [send_next(due, postman, PORTAL) for _ in range(3)] == [1, 0, 0]
    [letter] = postman.letters
    assert letter.address == "leader@example.org"
    assert "市级技能大师工作室（2018年）达到100%节点" in letter.subject
    assert f"{PORTAL}/?as_of=2018-12-07#T08" in letter.text
    assert state(due) == "delivered"
    assert attempts(due) == [(1, "delivered", "250")]


def test_nothing_is_written_and_no_transaction_is_open_while_the_letter_is_on_its_way(due: Database) -> None:
    def slow(letter: Letter) -> Outcome:
        with due.writing() as session:  # would wait for ever for a transaction of the sender
            assert mail(session).state == "sending"
        return DELIVERED

    assert send_next(due, slow, PORTAL) == 1


def test_a_busy_server_is_asked_again_by_the_schedule_and_given_up_at_its_end(due: Database) -> None:
    postman = Postman(*[BUSY] * 7)
    waits = []
    for _ in range(7):
        make_due(due)
        before = clock.now()
        assert send_next(due, postman, PORTAL) == 1
        with due.reading() as session:
            at = mail(session).due_at
        waits.append(round((at - before).total_seconds()) if at else None)
    assert waits == [5, 300, 1800, 7200, 18000, 36000, None]
    assert state(due) == "failed"
    assert attempts(due) == [(n, "retry", "451") for n in range(1, 7)] + [(7, "failed", "451")]
    assert {letter.delivery_id for letter in postman.letters} == {postman.letters[0].delivery_id}
    assert send_next(due, postman, PORTAL) == 0


def test_before_its_time_a_letter_is_not_sent_again(due: Database) -> None:
    postman = Postman(BUSY, DELIVERED)
    assert [send_next(due, postman, PORTAL) for _ in range(2)] == [1, 0]
    assert state(due) == "pending"


def test_a_refusal_is_final(due: Database) -> None:
    assert send_next(due, Postman(REFUSED), PORTAL) == 1
    assert (state(due), attempts(due)) == ("failed", [(1, "failed", "550")])


def test_a_sender_that_dies_leaves_the_letter_to_the_next_one_after_its_lease(due: Database) -> None:
    with due.writing() as session:
        abandoned = commands.claim(session, PORTAL)
    assert abandoned
    assert send_next(due, Postman(), PORTAL) == 0
    make_due(due)
    assert send_next(due, Postman(DELIVERED), PORTAL) == 1
    assert attempts(due) == [(1, "unknown", None), (2, "delivered", "250")]
    with due.writing() as session:  # and if it was only slow, what it says later changes nothing
        commands.note_outcome(session, abandoned, BUSY, 90_000)
    assert (state(due), attempts(due)) == ("delivered", [(1, "unknown", None), (2, "delivered", "250")])


def test_five_senders_send_a_letter_once(due: Database) -> None:
    hear(due, *(reached(percent, 4) for percent in (25, 50, 75)))
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
    assert len({letter.delivery_id for letter in postman.letters}) == len(postman.letters) == 4


def test_sent_again_it_keeps_its_id_and_starts_its_schedule_anew(due: Database) -> None:
    postman = Postman(REFUSED, BUSY, DELIVERED)
    send_next(due, postman, PORTAL)
    with due.writing() as session:
        [outcome] = commands.resend(session, [mail(session).id], BUREAU)
    assert isinstance(outcome, tuple)
    send_next(due, postman, PORTAL)
    after = clock.now()
    with due.reading() as session:
        due_at = mail(session).due_at
    assert due_at
    assert due_at <= after + timedelta(seconds=5)
    make_due(due)
    send_next(due, postman, PORTAL)
    assert len({letter.delivery_id for letter in postman.letters}) == 1
    assert [number for number, _, _ in attempts(due)] == [1, 2, 3]


def test_the_worker_of_a_service_writes_letters_to_files_where_no_server_is_set(
    context: Context, due: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALENT_SMTP_HOST", raising=False)
    monkeypatch.setenv("TALENT_PORTAL_URL", "https://talent.example.org/")
    step: Callable[[], int] = sending(context)
    assert [step(), step()] == [1, 0]
    [path] = (context.settings.data_dir / "mail").iterdir()
    letter = email.message_from_bytes(path.read_bytes(), policy=default)
    assert "https://talent.example.org/?as_of=2018-12-07#T08" in letter.get_content()
    assert attempts(due) == [(1, "delivered", "file")]


def test_a_letter_is_written_in_the_language_of_the_post(due: Database, tmp_path: Path) -> None:
    with due.writing() as session:
        session.get_one(Recipient, "city-leader").language = "en"
    postman = Postman(DELIVERED)
    send_next(due, postman, PORTAL)
    assert postman.letters[0].subject == "[Talent programmes] Skill master studios (2018): 100% milestone reached"
    assert sender(MailSettings(smtp_host=None), tmp_path)(postman.letters[0]).code == "file"
