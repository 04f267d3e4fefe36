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

from services.notify.channels.email import Email, MailSettings, compose, reply, send_by_smtp
from services.notify.channels.protocol import OutgoingMessage, SendOutcome, SendResult, one_line
from services.notify.deliveries.rules import DeliveryState, next_try, state_after
from shared.config import Settings

MESSAGE = OutgoingMessage(
    UUID(int=7), "分管副市长", "leader@example.org", "洪城工匠（2018—2019）达到90%节点", "累计45名。"
)


class Mailbox:
    """A mail server's memory; `says` is what it answers to the next mails."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.says = "250 OK"

    async def handle_DATA(  # noqa: N802, the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.says.startswith("2"):
            self.mails.append(envelope.original_content or b"")
        return self.says

    async def handle_RCPT(  # noqa: N802, the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def read(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=default) for raw in self.mails]


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
    assert send_by_smtp(MESSAGE, settings) == SendOutcome(SendResult.DELIVERED, "250")
    [message] = box.read()
    assert message["Subject"] == MESSAGE.subject
    assert message["To"] == "leader@example.org"
    assert message["Message-ID"] == f"<{MESSAGE.id}@example.org>"
    assert text_of(message).strip() == "累计45名。"


def text_of(mail: EmailMessage, form: str = "plain") -> str:
    """What a mail says in plain text, or as a page."""
    body = mail.get_body((form,))
    assert body
    return str(body.get_content())


def test_a_mail_says_the_same_as_text_and_as_a_page_in_which_nothing_is_markup() -> None:
    url = "https://talent.example.org/?as_of=2018-12-07&lang=zh#T08"
    said = f"分管副市长：\n\n<b>5家</b> & 目标\n查看：{url}\n一键签收（只签一次）：{url}/x\n"
    mail = compose(OutgoingMessage(MESSAGE.id, "p", MESSAGE.address, "<节点>", said), "talent@example.org")
    read = email.message_from_bytes(mail.as_bytes(), policy=default)
    assert [each.get_content_type() for each in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert text_of(read).replace("\r\n", "\n") == said
    page = text_of(read, "html")
    escaped = url.replace("&", "&amp;")
    assert f'查看：<a href="{escaped}">{escaped}</a><br>一键签收（只签一次）：<a href="{escaped}/x">' in page
    assert "<p>分管副市长：</p>" in page
    assert "<p>&lt;b&gt;5家&lt;/b&gt; &amp; 目标<br>" in page
    assert "<title>&lt;节点&gt;</title>" in page


def test_a_busy_server_is_asked_again_and_a_refusal_is_final(mailbox: tuple[Mailbox, MailSettings]) -> None:
    box, settings = mailbox
    box.says = "451 try again later"
    assert send_by_smtp(MESSAGE, settings) == SendOutcome(SendResult.RETRY, "451")
    box.says = "554 not wanted"
    assert send_by_smtp(MESSAGE, settings) == SendOutcome(SendResult.FAILED, "554")
    unknown = OutgoingMessage(MESSAGE.id, MESSAGE.post, "nobody@example.org", MESSAGE.subject, MESSAGE.text)
    assert send_by_smtp(unknown, settings) == SendOutcome(SendResult.FAILED, "550")
    assert box.mails == []


def test_a_server_that_is_not_there_is_tried_again(mailbox: tuple[Mailbox, MailSettings]) -> None:
    _, settings = mailbox
    nowhere = settings.model_copy(update={"smtp_port": 1})
    assert send_by_smtp(MESSAGE, nowhere) == SendOutcome(SendResult.RETRY, "unreachable")


def test_a_server_without_encryption_gets_nothing_where_encryption_is_asked_for(
    mailbox: tuple[Mailbox, MailSettings],
) -> None:
    box, settings = mailbox
    assert send_by_smtp(MESSAGE, settings.model_copy(update={"smtp_tls": "starttls"})).result is SendResult.RETRY
    assert box.mails == []


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: thief@example.org", "a\nBcc: thief@example.org", "a\u2028Bcc: b\x00\x85c"]
)
def test_a_line_break_in_a_name_adds_no_header(mailbox: tuple[Mailbox, MailSettings], subject: str) -> None:
    box, settings = mailbox
    assert send_by_smtp(OutgoingMessage(MESSAGE.id, "p", MESSAGE.address, subject, "x"), settings).code == "250"
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
    assert not Email.is_address(address)
    settings = MailSettings(smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none")
    assert send_by_smtp(OutgoingMessage(MESSAGE.id, "p", address, "s", "t"), settings).code == "bad_address"


def test_without_a_server_letters_are_files_and_the_run_says_for_which_post(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALENT_SMTP_HOST", raising=False)
    with caplog.at_level(logging.INFO):
        assert Email(Settings(data_dir=tmp_path)).send(MESSAGE) == SendOutcome(SendResult.DELIVERED, "file")
    [path] = (tmp_path / "mail").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    assert (path.name, message["Subject"]) == (f"{MESSAGE.id}.eml", MESSAGE.subject)
    assert caplog.messages == [f"mail for 分管副市长 written: {MESSAGE.subject}"]


def test_a_long_chinese_subject_stays_one_header() -> None:
    message = compose(OutgoingMessage(MESSAGE.id, "p", MESSAGE.address, "节点" * 90, "t"), "talent@example.org")
    raw = message.as_bytes()
    assert email.message_from_bytes(raw, policy=default)["Subject"] == "节点" * 90
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_reply_codes() -> None:
    assert [reply(code).result for code in (250, 421, 451, 550, 354)] == [
        SendResult.DELIVERED,
        SendResult.RETRY,
        SendResult.RETRY,
        SendResult.FAILED,
        SendResult.RETRY,
    ]
    assert one_line("a\tb\r\n c\x00\x1b[31m\u2028d") == "a b c [31m d"


def test_retries_follow_the_schedule_and_then_stop() -> None:
    now = datetime(2019, 7, 1, tzinfo=UTC)
    waits = [next_try(SendResult.RETRY, tries, now) for tries in range(1, 8)]
    schedule = [
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
    ]
    assert all(at and 0.9 * wait <= at - now <= wait for at, wait in zip(waits[:6], schedule, strict=True))
    assert waits[6] is None
    assert [state_after(SendResult.RETRY, at) for at in waits[5:]] == [DeliveryState.PENDING, DeliveryState.FAILED]
    assert state_after(SendResult.FAILED, next_try(SendResult.FAILED, 1, now)) is DeliveryState.FAILED
    assert state_after(SendResult.DELIVERED, None) is DeliveryState.DELIVERED
