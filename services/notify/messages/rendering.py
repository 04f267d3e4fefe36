"""What a message says: its alerts, where to see their figures, and nothing personal."""

from collections.abc import Sequence

from services.notify.alerts.models import Alert
from services.notify.alerts.rendering import alert_read
from services.notify.channels.protocol import AlertText, MessageContent
from services.notify.messages.models import Message
from services.notify.messages.rules import Purpose
from services.notify.recipients.models import AlertRecipient
from shared.problems import Language, Said

SUBJECT = Said("【人才计划提醒】{title}", "[Talent programmes] {title}")
SEVERAL = Said("{title}等{count}项", "{title} and {others} more")
TEXT = Said(
    "{post}：\n\n{alerts}\n请在门户或通过接口签收。\n",
    "To the {post}:\n\n{alerts}\nPlease sign for it in the portal or over the API.\n",
)
ALERT = Said("{title}\n\n{body}\n\n查看：{page}\n提醒编号：{id}", "{title}\n\n{body}\n\nSee: {page}\nAlert: {id}")
TEST_SUBJECT = Said("【人才计划提醒】渠道测试", "[Talent programmes] Trial of this channel")
TEST_TEXT = Said(
    "{post}：\n\n本消息用于测试提醒渠道，无须处理。\n\n{page}\n",
    "To the {post}:\n\nThis is a trial of the channel; nothing needs to be done.\n\n{page}\n",
)


def content(message: Message, recipient: AlertRecipient, alerts: Sequence[Alert], portal: str) -> MessageContent:
    """What a message says to its recipient; `portal` is the address that its links begin with."""
    language: Language = "en" if (message.language or recipient.language) == "en" else "zh"
    post = Said(recipient.post_zh, recipient.post_en).in_(language)
    if message.purpose == Purpose.TEST:
        text = TEST_TEXT.in_(language).format(post=post, page=portal)
        return MessageContent(post, TEST_SUBJECT.in_(language), text, language=language)
    shown = [_text(alert, language, portal) for alert in alerts]
    written = [
        ALERT.in_(language).format(title=each.title, body=each.body, page=each.page, id=each.alert_id) for each in shown
    ]
    text = TEXT.in_(language).format(post=post, alerts="\n\n".join(written))
    return MessageContent(
        post, SUBJECT.in_(language).format(title=_title(shown, language)), text, shown, language, f"{portal}/alerts"
    )


def _text(alert: Alert, language: Language, portal: str) -> AlertText:
    shown = alert_read(alert, language)
    return AlertText(alert.id, shown.title, shown.body, portal + shown.facts.link)


def _title(shown: Sequence[AlertText], language: Language) -> str:
    title = shown[0].title
    if len(shown) == 1:
        return title
    return SEVERAL.in_(language).format(title=title, count=len(shown), others=len(shown) - 1)
