"""Feishu: the robot of a group (飞书群机器人), with a signature where it has a secret."""

import base64
import hmac
import re
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from services.notify.channels.posting import (
    HookSecret,
    HookUrl,
    RobotCodes,
    judged,
    one_text,
    read_object,
    sent,
    written,
)
from services.notify.channels.protocol import (
    Channel,
    Limits,
    MessageContent,
    OutgoingMessage,
    RenderedMessage,
    SendOutcome,
)
from services.notify.channels.registry import register
from shared import clock
from shared.config import Settings
from shared.outbound import HttpAnswer
from shared.problems import Said

MEMBER = re.compile(r"ou_[A-Za-z0-9]{1,60}")
CODES = RobotCodes(
    later={11232: 60},
    broken=(19001, 19021, 19022, 19024),
    of_a_clock=(19021,),
)


class FeishuRobot(BaseModel):
    """The robot's address, of Feishu, Lark or a private deployment, and its secret (签名校验) where it has one."""

    model_config = ConfigDict(extra="forbid")

    url: HookUrl
    secret: HookSecret | None = None


@register
class Feishu(Channel):
    """A text in a group, for all in it; a post's address is the open id of who is called."""

    name = "feishu"
    title = Said("飞书群机器人", "Feishu robot")
    limits = Limits(subject_characters=200, text_bytes=9_500, per_minute=60)  # 20 KB in JSON, which may double it
    connects_by = FeishuRobot
    stands_alone = False
    has_address = True
    knows_repetitions = False

    def __init__(self, settings: Settings, connected: FeishuRobot) -> None:
        self._robot = connected

    @classmethod
    def means(cls) -> str:
        """A robot."""
        return "robot"

    @classmethod
    def is_address(cls, text: str) -> bool:
        """The open id of a member."""
        return MEMBER.fullmatch(text) is not None

    @classmethod
    def render(cls, content: MessageContent) -> RenderedMessage:
        """One text, in which nothing is markup."""
        return one_text(content, cls.limits)

    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Post it, signed anew at each attempt: a signature is believed for an hour."""
        called = f'<at user_id="{message.address}"></at> ' if message.address else ""
        payload = {"msg_type": "text", "content": {"text": called + message.text}}
        return sent(self._robot.url, written(self._signature() | payload), _judge)

    def _signature(self) -> dict[str, object]:
        if self._robot.secret is None:
            return {}
        at = int(clock.now().timestamp())
        key = f"{at}\n{self._robot.secret.get_secret_value()}".encode()  # the text is the key, and nothing is signed
        return {"timestamp": str(at), "sign": base64.b64encode(hmac.new(key, b"", sha256).digest()).decode()}


def _judge(answer: HttpAnswer) -> SendOutcome:
    """An answer has one of two forms, and refusals have any status."""
    found = read_object(answer)
    code = found.get("code", found.get("StatusCode"))
    return judged(answer, code, found.get("msg", found.get("StatusMessage")), CODES)
