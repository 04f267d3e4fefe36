"""What a message says: its alerts, where to see their figures, and nothing personal."""

from collections.abc import Sequence
from uuid import UUID

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.notify.alerts.models import Alert
from services.notify.alerts.rendering import alert_read
from services.notify.alerts.rules import AlertState
from services.notify.alerts.rules.links import LASTS, SignLink, mark_of, written_link
from services.notify.channels.protocol import AlertText, MessageContent
from services.notify.messages.models import Message
from services.notify.messages.rules import Purpose
from services.notify.recipients.models import AlertRecipient
from shared import clock
from shared.config import Settings
from shared.problems import Language, Said
from shared.vault import vault

SUBJECT = Said("【人才计划提醒】{title}", "[Talent programmes] {title}")
SEVERAL = Said("{title}等{count}项", "{title} and {others} more")
TEXT = Said(
    "{post}：\n\n{alerts}\n请在门户或通过接口签收。\n",
    "To the {post}:\n\n{alerts}\nPlease sign for it in the portal or over the API.\n",
)
SIGN = Said(
    "一键签收（{days}天内有效，只签一次，请勿转发）：{sign}",
    "Sign for it with one tap (good for {days} days, once; do not pass it on): {sign}",
)
ALERT = Said("{title}\n\n{body}\n\n查看：{page}\n提醒编号：{id}", "{title}\n\n{body}\n\nSee: {page}\nAlert: {id}")
TEST_SUBJECT = Said("【人才计划提醒】渠道测试", "[Talent programmes] Trial of this channel")
TEST_TEXT = Said(
    "{post}：\n\n本消息用于测试提醒渠道，无须处理。\n\n{page}\n",
    "To the {post}:\n\nThis is a trial of the channel; nothing needs to be done.\n\n{page}\n",
)


class LinkSettings(BaseSettings):
    """Where the links of messages lead."""

    model_config = SettingsConfigDict(env_prefix="TALENT_", extra="ignore")

    portal_url: str = ""  # as readers reach it; empty: where the portal runs


def portal_address(settings: Settings) -> str:
    """The address of the portal as readers reach it, without a trailing slash."""
    return LinkSettings().portal_url.rstrip("/") or settings.url("portal")


def content(
    message: Message, recipient: AlertRecipient, alerts: Sequence[Alert], portal: str, *, signs: bool = False
) -> MessageContent:
    """What a message says to its recipient; `portal` is the address that its links begin with.

    With `signs` each alert that waits for it has a link by which one tap signs for it.
    """
    language: Language = "en" if (message.language or recipient.language) == "en" else "zh"
    post = Said(recipient.post_zh, recipient.post_en).in_(language)
    if message.purpose == Purpose.TEST:
        text = TEST_TEXT.in_(language).format(post=post, page=portal)
        return MessageContent(post, TEST_SUBJECT.in_(language), text, language=language)
    shown = [_text(alert, recipient, language, portal, signs=signs) for alert in alerts]
    written = [_written(each, language) for each in shown]
    text = TEXT.in_(language).format(post=post, alerts="\n\n".join(written))
    return MessageContent(
        post, SUBJECT.in_(language).format(title=_title(shown, language)), text, shown, language, f"{portal}/alerts"
    )


def _text(alert: Alert, recipient: AlertRecipient, language: Language, portal: str, *, signs: bool) -> AlertText:
    shown = alert_read(alert, language)
    waits = signs and alert.state == AlertState.OPEN
    sign = sign_page(alert.id, recipient, portal) if waits else ""
    return AlertText(alert.id, shown.title, shown.body, portal + shown.facts.link, sign)


def _written(shown: AlertText, language: Language) -> str:
    text = ALERT.in_(language).format(title=shown.title, body=shown.body, page=shown.page, id=shown.alert_id)
    return f"{text}\n{SIGN.in_(language).format(days=LASTS.days, sign=shown.sign)}" if shown.sign else text


def sign_page(alert_id: UUID, recipient: AlertRecipient, portal: str) -> str:
    """The address where one tap signs for an alert (签收链接), for who holds the post now."""
    link = SignLink(alert_id, recipient.code, mark_of(recipient.login, alert_id), clock.now() + LASTS)
    return f"{portal}/sign/{written_link(link, *vault('notify').rings['links'].current)}"


def _title(shown: Sequence[AlertText], language: Language) -> str:
    title = shown[0].title
    if len(shown) == 1:
        return title
    return SEVERAL.in_(language).format(title=title, count=len(shown), others=len(shown) - 1)
