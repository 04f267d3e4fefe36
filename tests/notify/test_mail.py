"""Letters over real SMTP on the loopback interface, and into files where no server is configured."""

import email
import logging
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notify.channels.mail import MailSettings, compose, send_by_smtp, sender
from services.notify.channels.rules import Letter, Outcome, Result, is_address, one_line, reply
from services.notify.deliveries.rules import State, next_try, state_after

LETTER = Letter(UUID(int=7), "分管副市长", "leader@example.org", "洪城工匠（2018—2019）达到90%节点", "累计45名。")


class Mailbox:
    """A mail server's memory; `says` is what it answers to the next letters."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.says = "250 OK"

    async def handle_DATA(  # noqa: N802, the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.says.startswith("2"):
            self.letters.append(envelope.original_content or b"")
        return self.says

    async def handle_RCPT(  # noqa: N802, the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def read(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=default) for raw in self.letters]


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, MailSettings]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, MailSettings(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none", mail_from="talent@example.org")
    server.stop()


def test_a_letter_arrives_once_readable_with_a_stable_message_id(mailbox: tuple[Mailbox, MailSettings]) -> None:
    box, settings = mailbox
    assert send_by_smtp(LETTER, settings) == Outcome(Result.DELIVERED, "250")
    [message] = box.read()
    assert message["Subject"] == LETTER.subject
    assert message["To"] == "leader@example.org"
    assert message["Message-ID"] == f"<{LETTER.delivery_id}@example.org>"
    assert message.get_content().strip() == "累计45名。"


def test_a_busy_server_is_asked_again_and_a_refusal_is_final(mailbox: tuple[Mailbox, MailSettings]) -> None:
    box, settings = mailbox
    box.says = "451 try again later"
    assert send_by_smtp(LETTER, settings) == Outcome(Result.RETRY, "451")
    box.says = "554 not wanted"
    assert send_by_smtp(LETTER, settings) == Outcome(Result.FAILED, "554")
    unknown = Letter(LETTER.delivery_id, LETTER.post, "nobody@example.org", LETTER.subject, LETTER.text)
    assert send_by_smtp(unknown, settings) == Outcome(Result.FAILED, "550")
    assert box.letters == []


def test_a_server_that_is_not_there_is_tried_again(mailbox: tuple[Mailbox, MailSettings]) -> None:
    _, settings = mailbox
    nowhere = settings.model_copy(update={"smtp_port": 1})
    assert send_by_smtp(LETTER, nowhere) == Outcome(Result.RETRY, "unreachable")


def test_a_server_without_encryption_gets_nothing_where_encryption_is_asked_for(
    mailbox: tuple[Mailbox, MailSettings],
) -> None:
    box, settings = mailbox
    assert send_by_smtp(LETTER, settings.model_copy(update={"smtp_tls": "starttls"})).result is Result.RETRY
    assert box.letters == []


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: thief@example.org", "a\nBcc: thief@example.org", "a\u2028Bcc: b\x00\x85c"]
)
def test_a_line_break_in_a_name_adds_no_header(mailbox: tuple[Mailbox, MailSettings], subject: str) -> None:
    box, settings = mailbox
    assert send_by_smtp(Letter(LETTER.delivery_id, "p", LETTER.address, subject, "x"), settings).code == "250"
    [message] = box.read()
    assert message["Bcc"] is None
    assert message["Subject"].startswith("a Bcc:")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.cn\r\nBcc: c@d.cn",
        "a@b.cn\n",
        "a b@c.cn",
        "A <a@b.cn>",
        "a@b.cn,c@d.cn",
        "@b.cn",
        "a@",
        "",
        "名@b.cn",
        "a@" + "b" * 300,
    ],
)
def test_what_is_no_plain_address_never_reaches_the_server(address: str) -> None:
    assert not is_address(address)
    settings = MailSettings(smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none")
    assert send_by_smtp(Letter(LETTER.delivery_id, "p", address, "s", "t"), settings).code == "bad_address"


def test_without_a_server_letters_are_files_and_the_run_says_for_which_post(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert sender(MailSettings(smtp_host=None), tmp_path)(LETTER) == Outcome(Result.DELIVERED, "file")
    [path] = (tmp_path / "mail").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    assert (path.name, message["Subject"]) == (f"{LETTER.delivery_id}.eml", LETTER.subject)
    assert caplog.messages == [f"mail for 分管副市长 written: {LETTER.subject}"]


def test_a_long_chinese_subject_stays_one_header() -> None:
    message = compose(Letter(LETTER.delivery_id, "p", LETTER.address, "节点" * 90, "t"), "talent@example.org")
    raw = message.as_bytes()
    assert email.message_from_bytes(raw, policy=default)["Subject"] == "节点" * 90
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_reply_codes() -> None:
    assert [reply(code).result for code in (250, 421, 451, 550, 354)] == [
        Result.DELIVERED,
        Result.RETRY,
        Result.RETRY,
        Result.FAILED,
        Result.RETRY,
    ]
    assert one_line("a\tb\r\n c\x00\x1b[31m\u2028d") == "a b c [31m d"


def test_retries_follow_the_schedule_and_then_stop() -> None:
    now = datetime(2019, 7, 1, tzinfo=UTC)
    waits = [next_try(Result.RETRY, tries, now) for tries in range(1, 8)]
    assert [at - now for at in waits[:6] if at] == [
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
    ]
    assert waits[6] is None
    assert [state_after(Result.RETRY, at) for at in waits[5:]] == [State.PENDING, State.FAILED]
    assert state_after(Result.FAILED, next_try(Result.FAILED, 1, now)) is State.FAILED
    assert state_after(Result.DELIVERED, None) is State.DELIVERED
