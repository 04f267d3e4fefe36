"""What channels that post JSON share: what they write, how they ask, what an answer means, and how texts are fitted."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError

from services.notify.channels.protocol import (
    AlertText,
    Limits,
    MessageContent,
    RenderedMessage,
    SendOutcome,
    SendResult,
    cut,
    one_line,
)
from shared import clock
from shared.fields import OneLine
from shared.outbound import HttpAnswer, NoAnswer, fault_in_url, post
from shared.problems import Said

LONGEST_WAIT = 24 * 3600  # seconds that another side may have us wait
SKEWED = 5 * 60  # seconds by which clocks may differ before a signature is no longer believed
MARKUP = re.compile(r"<(?=[@/A-Za-z])")  # calls everybody in a group, in a text that came from a file
NUMBER = Said("提醒编号尾号：{end}", "Alert ending in {end}")
MORE = Said("\n\n……另有{count}项，见 {page}", "\n\n... {count} more, see {page}")


def _looked_at(given: str, info: ValidationInfo) -> str:
    """Whether it may be sent to is looked at when it is typed, and again whenever something is sent."""
    if info.context is not None and (fault := fault_in_url(given, info.context["allowed"], "")):
        raise PydanticCustomError(fault.code, fault.said.en, {"zh": fault.said.zh})
    return given


HookUrl = Annotated[OneLine, Field(max_length=1000, repr=False), AfterValidator(_looked_at)]
# As it was pasted: often with the end of its line.
HookSecret = Annotated[
    SecretStr,
    BeforeValidator(lambda given: given.strip() if isinstance(given, str) else given),
    Field(min_length=1, max_length=200),
]


@dataclass(frozen=True)
class RobotCodes:
    """What the codes of a robot mean beside zero: later, in so many seconds, or not until somebody repairs it."""

    later: Mapping[int, int] = field(default_factory=dict)
    broken: Sequence[int] = ()
    of_a_clock: Sequence[int] = ()  # those of them that a wrong clock causes as well


def written(payload: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8 as it is: escapes would double its bytes, and WeCom refuses them (40033)."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def sent(
    url: str, body: bytes, judge: Callable[[HttpAnswer], SendOutcome], headers: Mapping[str, str] | None = None
) -> SendOutcome:
    """What came of a post of JSON: as its answer is judged, or what kept that away.

    An address that may not be reached breaks the channel.
    """
    try:
        answer = post(url, body, {"Content-Type": "application/json; charset=utf-8"} | dict(headers or {}))
    except NoAnswer as none:
        refused = none.code == "address_refused"
        result = SendResult.FAILED if refused else SendResult.RETRY
        return SendOutcome(result, none.code, channel_broken=refused, perhaps_sent=none.sent)
    return judge(answer)


def by_status(answer: HttpAnswer) -> SendOutcome:
    """What a status alone means (RFC 9110): 2xx delivered, 410 gone for good, anything else later."""
    code = str(answer.status)
    if 200 <= answer.status < 300:
        return SendOutcome(SendResult.DELIVERED, code)
    if answer.status == 410:
        return SendOutcome(SendResult.FAILED, code, channel_broken=True)
    return SendOutcome(SendResult.RETRY, code, not_before=wait_of(answer))


def judged(answer: HttpAnswer, code: object, text: object, codes: RobotCodes) -> SendOutcome:
    """What a robot's own code means: it answers refusals with status 200, and says ok by an explicit zero alone."""
    if type(code) is not int:
        found = by_status(answer)
        unclear = SendOutcome(SendResult.RETRY, "unconfirmed", perhaps_sent=True)
        return unclear if found.result is SendResult.DELIVERED else found
    if code == 0:
        return SendOutcome(SendResult.DELIVERED, "0")
    said = one_line(text if isinstance(text, str) else "", 120)
    skew = skew_of(answer) if code in codes.of_a_clock else 0
    if abs(skew) > SKEWED:
        said = f"服务器时间相差{round(abs(skew) / 60)}分钟（{said}）"
        return SendOutcome(SendResult.RETRY, str(code)[:20], said=said)
    if code in codes.later:
        wait = max(codes.later[code], wait_of(answer))
        return SendOutcome(SendResult.RETRY, str(code), not_before=wait, said=said)
    return SendOutcome(SendResult.FAILED, str(code)[:20], channel_broken=code in codes.broken, said=said)


def read_object(answer: HttpAnswer) -> Mapping[str, Any]:
    """The JSON object that was answered; empty for anything else, or more than is read."""
    try:
        found = json.loads(answer.body) if answer.whole else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def wait_of(answer: HttpAnswer) -> int:
    """The seconds of Retry-After (RFC 9110, 10.2.3), which may be a date; 0 without any that can be read."""
    given = answer.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        return min(int(given[:9]), LONGEST_WAIT)
    found = _date(given)
    seconds = (found - clock.now()).total_seconds() if found else 0
    return max(0, min(round(seconds), LONGEST_WAIT))


def skew_of(answer: HttpAnswer) -> float:
    """By how many seconds the clock of the other side is ahead of ours, as its Date says; 0 where it says nothing."""
    found = _date(answer.headers.get("date", ""))
    return (found - clock.now()).total_seconds() if found else 0.0


def one_text(content: MessageContent, limits: Limits) -> RenderedMessage:
    """A message as one text, in which nothing is markup."""
    return RenderedMessage(one_line(content.subject, limits.subject_characters), fitted(content, limits.text_bytes))


def fitted(content: MessageContent, longest: int) -> str:
    """A message as one text of so many bytes: whole alerts, each with its number and page, and how many more there are.

    By the number a reader sees that a message which is sent again is none of another alert. One alert alone is cut
    between characters, and its number and page are kept.
    """
    head = plain(one_line(content.subject))
    if not content.alerts:
        return cut(f"{head}\n\n{plain(content.text)}", longest)
    items = [f"\n\n{plain(each.title)}\n{plain(each.body)}\n{_end_of(each, content)}" for each in content.alerts]
    for count in range(len(items), 0, -1):
        left = len(items) - count
        more = MORE.in_(content.language).format(count=left, page=content.inbox) if left else ""
        if len(text := "".join((head, *items[:count], more)).encode()) <= longest:
            return text.decode()
    first, left = content.alerts[0], len(items) - 1
    more = MORE.in_(content.language).format(count=left, page=content.inbox) if left else ""
    end = f"……\n{_end_of(first, content)}{more}"
    return cut(f"{head}\n\n{plain(first.body)}", longest - len(end.encode())) + end


def _end_of(alert: AlertText, content: MessageContent) -> str:
    return f"{NUMBER.in_(content.language).format(end=alert.alert_id.hex[-8:])}\n{alert.page}"


def plain(text: str) -> str:
    """A text in which nothing is markup that a robot obeys: a name in a file cannot ring everybody."""
    return MARKUP.sub("＜", text)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
