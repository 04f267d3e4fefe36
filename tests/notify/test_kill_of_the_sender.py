"""kill -9 of the sender at every point of a send: each alert at least once, digests once, every attempt explained.

Each seed has its own point for the first death, and one by lot for the second. One seed by default; `make faults` runs
twenty, `TALENT_TEST_SENDER_SEEDS` so many.
"""

import os
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from random import Random
from signal import SIGKILL

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import update
from sqlmodel import Session, col, select

from services.notify.deliveries.models import Attempt, DayDigest, Delivery, WaitingAlert
from services.notify.messages.models import Message
from shared import clock
from shared.db import Database
from tests import warm
from tests.notify.conftest import consume, consume_singly, of_another, reached
from tests.notify.test_digests import subscribe
from tests.notify.test_mail import Mailbox

SEEDS = range(int(os.environ.get("TALENT_TEST_SENDER_SEEDS", "1")))
# Three mails, in three commits: what waited is released, all is claimed, what came of it is kept.
POINTS = list(product(("commit", "mail"), ("before", "after"), (1, 2, 3)))


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that the senders of this test hand their mails to."""
    held = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(held, hostname="127.0.0.1", port=port)
    server.start()
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none"}.items():
        monkeypatch.setenv(f"TALENT_SMTP_{name}", value)
    yield held
    server.stop()


def run_sender(boundary: str, side: str, nth: int) -> int:
    """A sender of its own process that dies at that point, if it comes so far; its exit status."""
    command = [sys.executable, "-m", "tests.notify.dying", boundary, side, str(nth)]
    return warm.run(command, env=os.environ, timeout=120).returncode


def let_time_pass(database: Database) -> None:
    """Whatever is to happen later is due: leases, retries and digests."""
    with database.writing() as session:
        for table in (Delivery, WaitingAlert):
            due = update(table).where(col(table.due_at).is_not(None))
            session.execute(due.values(due_at=clock.now() - timedelta(seconds=1)))


def ledger(session: Session) -> dict[str, list[str]]:
    """The attempts of every mail by its id, in order."""
    chosen = select(Attempt).join(Delivery, col(Delivery.id) == Attempt.delivery_id).where(Delivery.channel == "email")
    found: dict[str, list[str]] = {}
    for each in session.exec(chosen.order_by(col(Attempt.delivery_id), col(Attempt.number))):
        found.setdefault(str(each.delivery_id), []).append(each.status)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sender_that_is_killed_loses_nothing_and_its_ledger_explains_what_came(
    city: Database, box: Mailbox, seed: int
) -> None:
    consume_singly(city, of_another(reached(50, 3)), of_another(reached(90, 4)))
    subscribe(city, digest={"at": "08:53", "days": "every_day"})
    consume(city, reached(100, 5))
    let_time_pass(city)
    assert run_sender(*POINTS[seed % len(POINTS)]) == -SIGKILL
    let_time_pass(city)
    run_sender(*Random(seed).choice(POINTS))
    let_time_pass(city)
    assert run_sender("commit", "before", 10_000) == 0
    came = Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in box.read())
    with city.reading() as session:
        mails = session.exec(select(Delivery).where(Delivery.channel == "email")).all()
        assert {each.state for each in mails} == {"delivered"}
        assert set(came) == {str(each.id) for each in mails}
        assert len(mails) == 3
        assert len(session.exec(select(Message).where(Message.purpose == "digest")).all()) == 1
        assert len(session.exec(select(DayDigest)).all()) == 1
        assert not session.exec(select(WaitingAlert)).all()
        for delivery, statuses in ledger(session).items():
            assert statuses.count("delivered") == 1 == (statuses[-1] == "delivered")
            assert set(statuses[:-1]) <= {"unknown"}
            assert came[delivery] <= len(statuses)
