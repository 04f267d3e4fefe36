"""How fast 50,000 queued deliveries go to a receiver that answers in 50 ms, by one sender, on PostgreSQL.

Beside it the same posts by the same client, as many at once, without claims, wording, signatures and ledger.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
from alembic import command
from sqlmodel import select

from services.notify.channels.webhook import WebhookChannel, WebhookReceiver
from services.notify.connections import commands as connections
from services.notify.connections.schemas import NewChannel
from services.notify.deliveries import commands as deliveries
from services.notify.deliveries.models import Attempt
from services.notify.deliveries.workers import MOST_AT_ONCE, Lane, send_due
from services.notify.messages import commands as messages
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients import commands as recipients
from services.notify.recipients.schemas import NewRecipient
from shared.auth import Caller, Role
from shared.config import settings
from shared.db import Database
from shared.migrations import config_of
from shared.operations import Call
from shared.outbound import post
from shared.vault import generate_keys
from tests.bench.pairs import Line, Target, in_turn, line
from tests.city import eventually, free_ports
from tests.databases import PostgresDatabases

POSTS, OF_EACH = 500, 100
OF_A_PAIR = 1_500
ANSWERS_AFTER = 50  # milliseconds
CODE = "house"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
A_SECOND = Target("subject", "more", 300)
BUREAU = Caller("bureau", Role.BUREAU_OFFICER, person="bureau")


@contextmanager
def slow_receiver() -> Iterator[str]:
    """The address of a receiver in a process of its own."""
    port = free_ports(1)
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.slow_receiver", str(port), str(ANSWERS_AFTER)])
    url = f"http://127.0.0.1:{port}/hook"

    def answers() -> bool:
        try:
            return httpx.post(url, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    try:
        assert eventually(answers, bool)
        yield url
    finally:
        process.terminate()
        process.wait()


def queue(database: Database, url: str) -> None:
    """A webhook of the house, five hundred posts, and a hundred messages for each of them."""
    config = {"code": CODE, "kind": "webhook", "name": "house", "settings": {"url": url, "secret": SECRET}}
    codes = [f"post-{n}" for n in range(POSTS)]
    with database.writing() as session:
        connections.connect(session, [Call(NewChannel.model_validate(config), BUREAU)])
        made = [{"code": code, "post_zh": code, "post_en": code, "login": code} for code in codes]
        recipients.add(session, [Call(NewRecipient.model_validate(each), BUREAU) for each in made])
    for _ in range(OF_EACH // 10):
        with database.writing() as session:
            written = messages.write(session, [NewMessage(code, Purpose.TEST) for code in codes * 10])
            deliveries.start(session, [(message, {CODE}) for message in written])
    with database.writing() as session:
        session.connection().exec_driver_sql("ANALYZE")


class Draining:
    """One sender over the queue."""

    def __init__(self, database: Database, url: str) -> None:
        self._database, self._lane = database, Lane()
        self._channel = WebhookChannel(settings(), WebhookReceiver.model_validate({"url": url, "secret": SECRET}))

    def rate(self) -> float:
        """Deliveries a second."""
        started, done = time.perf_counter(), 0
        while done < OF_A_PAIR:
            done += send_due(self._database, self._channel, "http://portal", CODE, self._lane)
        return done / (time.perf_counter() - started)


def plain_rate(url: str) -> float:
    """Posts a second, of about the same bytes."""
    body = b'{"type":"notify.message","data":"' + b"x" * 400 + b'"}'
    started = time.perf_counter()
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        answered = list(pool.map(lambda _: post(url, body, {}).status, range(OF_A_PAIR)))
    assert set(answered) == {204}
    return OF_A_PAIR / (time.perf_counter() - started)


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Deliveries a second, beside plain posts."""
    os.environ |= {"TALENT_DATA_DIR": str(folder), "TALENT_ENVIRONMENT": "demo"}
    generate_keys(settings().keys_path, demo=True)
    database = Database(databases.like("empty", lambda _: None))
    command.upgrade(config_of("notify", database.engine), "head")
    try:
        with slow_receiver() as url:
            queue(database, url)
            ours, theirs = in_turn(Draining(database, url).rate, lambda: plain_rate(url))
        with database.reading() as session:
            assert {each.status for each in session.exec(select(Attempt))} <= {"delivered", "sending"}
    finally:
        database.close()
    return [
        line("50,000 queued, 50 ms each, one sender ÷ the same posts alone", "deliveries/s", ours, theirs, A_SECOND)
    ]
