"""WeCom: the robot of a group (企业微信群机器人)."""

import re

from pydantic import BaseModel, ConfigDict

from services.notify.channels.posting import HookUrl, RobotCodes, judged, one_text, read_object, sent, written
from services.notify.channels.protocol import (
    Channel,
    Limits,
    MessageContent,
    OutgoingMessage,
    RenderedMessage,
    SendOutcome,
)
from services.notify.channels.registry import register
from shared.config import Settings
from shared.outbound import HttpAnswer
from shared.problems import Said

MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
MOBILE = re.compile(r"\+?[0-9]{11,15}")
CODES = RobotCodes(later={-1: 30, 45009: 60, 45033: 60}, broken=(93000, 93004, 93008, 40001, 60020))


class WeComRobot(BaseModel):
    """The robot's address as the group shows it, or that of a private deployment; its key is in it."""

    model_config = ConfigDict(extra="forbid")

    url: HookUrl


@register
class WeCom(Channel):
    """A text in a group, for all in it; a post's address is who is called (userid or mobile)."""

    name = "wecom"
    title = Said("企业微信群机器人", "WeCom robot")
    limits = Limits(subject_characters=200, text_bytes=2048, per_minute=18)
    connects_by = WeComRobot
    stands_alone = False
    has_address = True
    knows_repetitions = False

    def __init__(self, settings: Settings, connected: WeComRobot) -> None:
        self._robot = connected

    @classmethod
    def means(cls) -> str:
        """A robot."""
        return "robot"

    @classmethod
    def is_address(cls, text: str) -> bool:
        """A member's userid, or the mobile number of their account."""
        return MEMBER.fullmatch(text) is not None or MOBILE.fullmatch(text) is not None

    @classmethod
    def render(cls, content: MessageContent) -> RenderedMessage:
        """One text: only texts call somebody, and nothing in them is markup."""
        return one_text(content, cls.limits)

    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Post it; what `errcode` says counts, and `errmsg` may be any text."""
        text: dict[str, object] = {"content": message.text}
        if message.address:
            called = "mentioned_mobile_list" if MOBILE.fullmatch(message.address) else "mentioned_list"
            text[called] = [message.address]
        return sent(self._robot.url, written({"msgtype": "text", "text": text}), _judge)


def _judge(answer: HttpAnswer) -> SendOutcome:
    found = read_object(answer)
    return judged(answer, found.get("errcode"), found.get("errmsg"), CODES)
