"""What a link signs for, found again from what was sent."""

from typing import NamedTuple

from sqlmodel import Session

from services.notify.alerts import queries as alerts
from services.notify.alerts.models import Alert
from services.notify.alerts.rules.links import SignLink, is_holders
from services.notify.follow_ups import errors
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import AlertRecipient
from shared import clock


class LinkedAlert(NamedTuple):
    """The alert that a link signs for, and the post whose it is."""

    alert: Alert
    post: AlertRecipient


def linked(session: Session, link: SignLink) -> LinkedAlert:
    """What a link signs for, signed for or not. Raises LinkUnknown for none of ours, LinkOver for one of the past."""
    alert = alerts.by_ids(session, [link.alert_id]).get(link.alert_id)
    post = recipients.by_code(session, {link.recipient}).get(link.recipient)
    if alert is None or post is None or alert.recipient != link.recipient:
        raise errors.LinkUnknown
    reached = [address for _, address in recipients.addresses(session, {post.code}).get(post.code, [])]
    if link.expires_at <= clock.now() or not is_holders(link, post.login, reached):
        raise errors.LinkOver
    return LinkedAlert(alert, post)
