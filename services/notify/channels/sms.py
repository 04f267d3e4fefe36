"""Short messages (短信), by a gateway that takes JSON."""

import re

from pydantic import BaseModel, ConfigDict

from services.notify.channels.posting import (
    HookSecret,
    HookUrl,
    by_status,
    one_text,
    read_object,
    sent,
    wait_of,
    written,
)
from services.notify.channels.protocol import (
    Channel,
    Limits,
    MessageContent,
    OutgoingMessage,
    RenderedMessage,
    SendOutcome,
    SendResult,
    one_line,
)
from services.notify.channels.registry import register
from shared.config import Settings
from shared.fields import Line
from shared.outbound import HttpAnswer
from shared.problems import Said

NUMBER = re.compile(r"\+?[0-9]{6,15}")


class SmsGateway(BaseModel):
    """A gateway: its address, its token, and by which field and value of its answer it says that it has the message."""

    model_config = ConfigDict(extra="forbid")

    url: HookUrl
    secret: HookSecret | None = None
    ok_field: Line = "code"
    ok_value: Line = "0"


@register
class Sms(Channel):
    """A text of at most three parts to a number, with the link."""

    name = "sms"
    title = Said("短信", "Short message")
    limits = Limits(subject_characters=70, text_bytes=600)
    connects_by = SmsGateway
    stands_alone = False

    def __init__(self, settings: Settings, connected: SmsGateway) -> None:
        self._gateway = connected

    @classmethod
    def means(cls) -> str:
        """A gateway."""
        return "gateway"

    @classmethod
    def is_address(cls, text: str) -> bool:
        """A telephone number."""
        return NUMBER.fullmatch(text) is not None

    @classmethod
    def render(cls, content: MessageContent) -> RenderedMessage:
        """One short text."""
        return one_text(content, cls.limits)

    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Post `{id, mobile, content}`; the id is the same at each attempt. What the answer's field says counts."""
        if not message.address:
            return SendOutcome(SendResult.FAILED, "bad_address")
        secret = self._gateway.secret
        headers = {"Authorization": f"Bearer {secret.get_secret_value()}"} if secret else {}
        payload = {"id": str(message.id), "mobile": message.address, "content": message.text}
        return sent(self._gateway.url, written(payload), self._judge, headers)

    def _judge(self, answer: HttpAnswer) -> SendOutcome:
        found = by_status(answer)
        if found.result is not SendResult.DELIVERED:
            return found
        said = read_object(answer).get(self._gateway.ok_field)
        if said is None:
            return SendOutcome(SendResult.RETRY, "unconfirmed", perhaps_sent=True)
        if str(said) == self._gateway.ok_value:
            return found
        code = re.sub(r"[^A-Za-z0-9_.:-]", "", str(said))[:40] or "refused"
        return SendOutcome(SendResult.RETRY, code, not_before=wait_of(answer), said=one_line(str(said), 120))
