"""DingTalk: the robot of a group (钉钉群机器人), with a signature (加签) where it has a secret."""

import base64
import hmac
import re
from hashlib import sha256
from urllib.parse import quote

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

MOBILE = re.compile(r"(?:\+[0-9]{1,3}-)?[0-9]{11}")
MUTED = 600  # seconds for which a robot says nothing once it was too fast
CODES = RobotCodes(
    later={-1: 30, 130101: MUTED, 410100: MUTED},
    broken=(300001, 300005, 310000, 400013, 400102),
    of_a_clock=(310000,),
)


class DingTalkRobot(BaseModel):
    """The robot's address, and its secret (加签) where it has one."""

    model_config = ConfigDict(extra="forbid")

    url: HookUrl
    secret: HookSecret | None = None


@register
class DingTalk(Channel):
    """A text in a group, for all in it; a post's address is the mobile number of who is called."""

    name = "dingtalk"
    title = Said("钉钉群机器人", "DingTalk robot")
    limits = Limits(subject_characters=200, text_bytes=9_500, per_minute=18)  # 20,000 in JSON, which may double it
    connects_by = DingTalkRobot
    stands_alone = False
    has_address = True
    knows_repetitions = False

    def __init__(self, settings: Settings, connected: DingTalkRobot) -> None:
        self._robot = connected

    @classmethod
    def means(cls) -> str:
        """A robot."""
        return "robot"

    @classmethod
    def is_address(cls, text: str) -> bool:
        """The mobile number of an account; the group sees it."""
        return MOBILE.fullmatch(text) is not None

    @classmethod
    def render(cls, content: MessageContent) -> RenderedMessage:
        """One text, in which nothing is markup."""
        return one_text(content, cls.limits)

    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Post it, signed anew at each attempt: a signature is believed for an hour."""
        called = f"\n@{message.address}" if message.address else ""
        payload = {"msgtype": "text", "text": {"content": message.text + called}}
        if called:
            payload["at"] = {"atMobiles": [message.address]}
        return sent(self._robot.url + self._signature(), written(payload), _judge)

    def _signature(self) -> str:
        if self._robot.secret is None:
            return ""
        secret, at = self._robot.secret.get_secret_value(), round(clock.now().timestamp() * 1000)
        signed = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), sha256).digest()
        joined = "&" if "?" in self._robot.url else "?"
        return f"{joined}timestamp={at}&sign={quote(base64.b64encode(signed).decode(), safe='')}"


def _judge(answer: HttpAnswer) -> SendOutcome:
    found = read_object(answer)
    return judged(answer, found.get("errcode"), found.get("errmsg"), CODES)
