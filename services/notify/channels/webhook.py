"""Webhooks of the house's own systems, by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com)."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr
from pydantic_core import PydanticCustomError
from standardwebhooks import Webhook

from services.notify.channels.posting import HookSecret, HookUrl, by_status, sent, written
from services.notify.channels.protocol import Channel, Limits, OutgoingMessage, SendOutcome
from services.notify.channels.registry import register
from shared import clock
from shared.config import Settings
from shared.problems import Said

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret, as the standard has it


def _as_the_standard_has_it(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().removeprefix(PREFIX)
    try:
        length = len(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if not SHORTEST <= length <= LONGEST:
        zh = "须为 24 至 64 字节的密钥，按 Base64 书写，可带前缀"
        raise PydanticCustomError(
            "secret_unfit", "should be 24 to 64 bytes in Base64, with or without prefix", {"zh": zh}
        )
    return secret


class WebhookReceiver(BaseModel):
    """The receiver's address, and the secret that both sides know."""

    model_config = ConfigDict(extra="forbid")

    url: HookUrl
    secret: Annotated[HookSecret, AfterValidator(_as_the_standard_has_it)]


@register
class WebhookChannel(Channel):
    """A message as JSON, signed, to a system of the house."""

    name = "webhook"
    title = Said("系统回调", "Webhook")
    limits = Limits(subject_characters=200, text_bytes=100_000)
    connects_by = WebhookReceiver
    stands_alone = False
    has_address = True

    def __init__(self, settings: Settings, connected: WebhookReceiver) -> None:
        self._receiver = connected

    @classmethod
    def means(cls) -> str:
        """A webhook."""
        return "webhook"

    @classmethod
    def is_address(cls, text: str) -> bool:
        """The receiver is the channel's own."""
        return False

    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Post it; its id is the delivery's at each attempt, so that the receiver can tell a repetition."""
        data = {"post": message.post, "subject": message.subject, "text": message.text}
        body = written({"type": "notify.message", "timestamp": clock.now().isoformat(), "data": data})
        secrets = [self._receiver.secret.get_secret_value()]
        return sent(self._receiver.url, body, by_status, signed_headers(str(message.id), body, secrets))


class EndpointChannel(Channel):
    """An event to a system of an institution, in the bytes in which it is kept."""

    name = "endpoint"
    title = Said("合作单位回调", "Institution's webhook")
    limits = WebhookChannel.limits

    def __init__(self, url: str, secrets: Sequence[str]) -> None:
        self._url, self._secrets = url, secrets

    @classmethod
    def means(cls) -> str:
        """A webhook."""
        return "webhook"

    @classmethod
    def is_address(cls, text: str) -> bool:
        """The receiver is the endpoint's own."""
        return False

    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Post it; its id is the event's, at each attempt and whenever it is sent again."""
        body = message.text.encode()
        return sent(self._url, body, by_status, signed_headers(str(message.id), body, self._secrets))


def signed_headers(message_id: str, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers of an attempt: the message's id, this moment, and a signature by each secret that is valid now.

    The library reads a moment as if it were of UTC, so it is given one of UTC.
    """
    now = clock.now().astimezone(UTC)
    signatures = [Webhook(secret).sign(message_id, now, body.decode()) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
