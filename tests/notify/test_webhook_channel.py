"""The webhook of a system of the house, against a receiver that verifies as the standard's own package does."""

import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.notify.channels.protocol import OutgoingMessage
from services.notify.channels.webhook import WebhookChannel, WebhookReceiver, signed_headers
from shared import clock, outbound
from shared.config import Settings
from tests.receivers import Received, Receiver, receiver

SECRET = f"whsec_{base64.b64encode(b'k' * 32).decode()}"
OTHER = f"whsec_{base64.b64encode(b'o' * 32).decode()}"


@pytest.fixture
def other(chosen: Settings) -> Iterator[Receiver]:
    outbound._clients.cache_clear()
    with receiver() as found:
        yield found
    outbound._clients.cache_clear()


def verified(received: Received, secret: str = SECRET) -> object:
    return Webhook(secret).verify(received.body, dict(received.headers))


def sent(other: Receiver) -> str:
    channel = WebhookChannel(Settings(), WebhookReceiver.model_validate({"url": other.url, "secret": SECRET}))
    return channel.send(OutgoingMessage(UUID(int=7), "分管市领导", "", "【人才计划提醒】", "现累计4家😀𠮷")).result


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_n8_a_verifying_receiver_accepts_what_is_sent(
    other: Receiver, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """Wherever the machine stands; the id stays at each attempt, and a changed byte or another secret is refused."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC).astimezone(ZoneInfo(zone)))
    try:
        assert [sent(other), sent(other)] == ["delivered", "delivered"]
        for received in other.received:
            assert verified(received)
            assert received.headers["webhook-id"] == str(UUID(int=7))
            with pytest.raises(WebhookVerificationError):
                verified(received, OTHER)
            with pytest.raises(WebhookVerificationError):
                verified(replace(received, body=received.body + b" "))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_n8_while_a_secret_is_renewed_the_old_one_and_the_new_one_verify() -> None:
    body = '{"现累计": 4}'.encode()
    headers = signed_headers("msg_1", body, [SECRET, OTHER])
    assert [Webhook(secret).verify(body, headers) for secret in (SECRET, OTHER)] == [{"现累计": 4}] * 2


@pytest.mark.parametrize(("status", "result"), [(204, "delivered"), (302, "retry"), (410, "failed"), (503, "retry")])
def test_n8_a_status_alone_says_what_came_of_it(other: Receiver, status: int, result: str) -> None:
    other.judge = lambda _: (status, {}, b"")
    assert sent(other) == result
