"""What a message says: its alerts, where to see their figures, and nothing personal."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.notify.alerts.models import Alert
from services.notify.alerts.rendering import alert_read
from services.notify.alerts.rules import AlertContent, AlertState, Severity
from services.notify.alerts.rules.links import LASTS, SignLink, mark_of, written_link
from services.notify.channels.protocol import AlertText, MessageContent
from services.notify.messages.commands import LookedBack
from services.notify.messages.models import Message
from services.notify.messages.rules import Purpose, WouldBeMessage
from services.notify.messages.schemas import (
    BacktestRead,
    WouldBeByChannel,
    WouldBeKind,
    WouldBeRecipient,
    WouldBeSample,
    WouldBeText,
)
from services.notify.recipients.models import AlertRecipient
from shared import clock
from shared.problems import Language, Said
from shared.vault import vault

SUBJECT = Said("【人才计划提醒】{title}", "[Talent programmes] {title}")
AGAIN = Said("（重发）", "(Sent again) ")
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
NOWHERE = UUID(int=0)  # the number of an alert that would have been
SAMPLES = 5

TEST_SUBJECT = Said("【人才计划提醒】渠道测试", "[Talent programmes] Trial of this channel")
TEST_TEXT = Said(
    "{post}：\n\n本消息用于测试提醒渠道，无须处理。\n\n{page}\n",
    "To the {post}:\n\nThis is a trial of the channel; nothing needs to be done.\n\n{page}\n",
)


def content(
    message: Message, recipient: AlertRecipient, alerts: Sequence[Alert], portal: str, *, signs_at: str | None = None
) -> MessageContent:
    """What a message says to its recipient; `portal` is the address that its links begin with.

    Where it goes to an address that the post alone reads, `signs_at`, each alert that waits for it has a link by which
    one tap signs for it.
    """
    language: Language = "en" if (message.language or recipient.language) == "en" else "zh"
    post = Said(recipient.post_zh, recipient.post_en).in_(language)
    if message.purpose == Purpose.TEST:
        text = TEST_TEXT.in_(language).format(post=post, page=portal)
        return MessageContent(post, TEST_SUBJECT.in_(language), text, language=language)
    shown = [_text(alert, recipient, language, portal, signs_at) for alert in alerts]
    written = [_written(each, language) for each in shown]
    text = TEXT.in_(language).format(post=post, alerts="\n\n".join(written))
    return MessageContent(
        post, SUBJECT.in_(language).format(title=_title(shown, language)), text, shown, language, f"{portal}/alerts"
    )


def sent_again(content: MessageContent) -> MessageContent:
    """The same, saying that it may have come before (重发)."""
    return replace(content, subject=AGAIN.in_(content.language) + content.subject)


def _text(alert: Alert, recipient: AlertRecipient, language: Language, portal: str, signs_at: str | None) -> AlertText:
    shown = alert_read(alert, language)
    waits = alert.state == AlertState.OPEN
    sign = sign_page(alert.id, recipient, signs_at, portal) if waits and signs_at is not None else ""
    return AlertText(alert.id, shown.title, shown.body, portal + shown.facts.link, sign)


def _written(shown: AlertText, language: Language) -> str:
    text = ALERT.in_(language).format(title=shown.title, body=shown.body, page=shown.page, id=shown.alert_id)
    return f"{text}\n{SIGN.in_(language).format(days=LASTS.days, sign=shown.sign)}" if shown.sign else text


def sign_page(alert_id: UUID, recipient: AlertRecipient, sent_to: str, portal: str) -> str:
    """The address where one tap signs for an alert (签收链接), for who holds the post now and reads there."""
    mark = mark_of(recipient.login, sent_to, alert_id)
    link = SignLink(alert_id, recipient.code, mark, clock.now() + LASTS)
    return f"{portal}/sign/{written_link(link, *vault('notify').rings['links'].current)}"


def _title(shown: Sequence[AlertText], language: Language) -> str:
    title = shown[0].title
    if len(shown) == 1:
        return title
    return SEVERAL.in_(language).format(title=title, count=len(shown), others=len(shown) - 1)


def backtest_read(found: LookedBack, portal: str, *, readable: bool) -> BacktestRead:
    """What a subscription would have sent, in counts; `readable` with samples of its newest messages."""
    counted = Counter((content.kind, content.severity) for _, content in found.heard)
    newest = found.messages[: -SAMPLES - 1 : -1] if readable else []
    return BacktestRead(
        since=found.since,
        until=found.until,
        events=found.events,
        alerts=len(found.heard),
        messages=len(found.messages),
        recipients=[_of_post(found, post) for post in sorted({post for post, _ in found.heard})],
        kinds=[
            WouldBeKind(kind=kind, severity=Severity(severity), alerts=alerts)
            for (kind, severity), alerts in sorted(counted.items())
        ],
        samples=[_sample(each, found.posts[each.recipient], portal) for each in newest],
    )


def _of_post(found: LookedBack, post: str) -> WouldBeRecipient:
    heard = [content for recipient, content in found.heard if recipient == post]
    then = [content for content in heard if all((cause, post) in found.heard_then for cause in content.causes)]
    messages = [each for each in found.messages if each.recipient == post]
    names = sorted({name for each in messages for name in each.channels})
    channels = [_by_channel(found, post, name, [each for each in messages if name in each.channels]) for name in names]
    return WouldBeRecipient(recipient=post, alerts=len(heard), heard_then=len(then), channels=channels)


def _by_channel(found: LookedBack, post: str, name: str, messages: Sequence[WouldBeMessage]) -> WouldBeByChannel:
    return WouldBeByChannel(
        channel=name,
        messages=len(messages),
        digests=sum(each.purpose == Purpose.DIGEST for each in messages),
        to_come=sum(each.at > found.until for each in messages),
        addresses=found.reached[post, name],
    )


def _sample(would_be: WouldBeMessage, recipient: AlertRecipient, portal: str) -> WouldBeSample:
    alerts = [_alert(content, would_be) for content in would_be.contents]
    texts: dict[Language, WouldBeText] = {}
    for language in ("zh", "en"):
        message = Message(
            recipient=would_be.recipient, purpose=would_be.purpose, language=language, created_at=would_be.at
        )
        said = content(message, recipient, alerts, portal)
        texts[language] = WouldBeText(subject=said.subject, text=said.text)
    return WouldBeSample(
        recipient=would_be.recipient,
        purpose=would_be.purpose,
        channels=sorted(would_be.channels),
        at=would_be.at,
        alerts=len(alerts),
        zh=texts["zh"],
        en=texts["en"],
    )


def _alert(said: AlertContent, would_be: WouldBeMessage) -> Alert:
    """An alert as it would have been; in no table."""
    about = {name: getattr(said, name) for name in ("kind", "severity", "programme", "unit", "subject_kind")}
    return Alert(
        **about,
        id=NOWHERE,
        position=0,
        cause_event_id=said.cause,
        recipient=would_be.recipient,
        subject_ref=said.subject_ref,
        percent=said.percent,
        facts=said.facts.model_dump(mode="json", exclude_none=True),
        raised_at=would_be.at,
    )
