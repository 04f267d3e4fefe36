"""What a letter says: the alert, where to see its figures, and nothing personal."""

from services.notify.alerts import texts
from services.notify.alerts.models import Alert
from services.notify.channels.rules import Letter
from services.notify.deliveries.models import Delivery
from services.notify.recipients.models import Recipient
from shared.problems import Language, Said

SUBJECT = Said("【人才计划提醒】{title}", "[Talent programmes] {title}")
TEXT = Said(
    "{post}：\n\n{title}\n\n{body}\n\n查看：{page}\n提醒编号：{id}\n请在门户或通过接口签收。\n",
    "To the {post}:\n\n{title}\n\n{body}\n\nSee: {page}\nAlert: {id}\n"
    "Please sign for it in the portal or over the API.\n",
)
TRIAL_SUBJECT = Said("【人才计划提醒】渠道测试", "[Talent programmes] Trial of this channel")
TRIAL_TEXT = Said(
    "{post}：\n\n本邮件用于测试提醒渠道，无须处理。\n\n{page}\n",
    "To the {post}:\n\nThis is a trial of the channel; nothing needs to be done.\n\n{page}\n",
)


def letter(delivery: Delivery, recipient: Recipient, alert: Alert | None, portal: str) -> Letter:
    """The letter for one delivery, in the language of the post; `portal` is the address of the portal."""
    language: Language = "en" if recipient.language == "en" else "zh"
    post = Said(recipient.post_zh, recipient.post_en).in_(language)
    if alert is None:
        subject = TRIAL_SUBJECT.in_(language)
        text = TRIAL_TEXT.in_(language).format(post=post, page=portal)
    else:
        shown = texts.alert_read(alert, language)
        subject = SUBJECT.in_(language).format(title=shown.title)
        text = TEXT.in_(language).format(
            post=post, title=shown.title, body=shown.body, page=portal + shown.facts.link, id=alert.id
        )
    return Letter(delivery.id, post, recipient.email or "", subject, text)
