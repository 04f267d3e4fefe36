"""Named reads of subscriptions."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.notify.alerts.rules import Kind, Severity
from services.notify.channels.rules import Channel
from services.notify.recipients.models import Recipient
from services.notify.subscriptions.models import Subscription
from services.notify.subscriptions.rules import Wish


def subscriptions(session: Session, recipient: str | None, after: UUID | None, limit: int) -> Sequence[Subscription]:
    """Subscriptions in the order they were made, one more than asked for."""
    chosen = select(Subscription).order_by(col(Subscription.id)).limit(limit + 1)
    if recipient is not None:
        chosen = chosen.where(Subscription.recipient == recipient)
    if after is not None:
        chosen = chosen.where(Subscription.id > after)
    return session.exec(chosen).all()


def held(session: Session, subscription_id: UUID) -> Subscription | None:
    """One subscription, which nobody else changes until the transaction ends."""
    return session.get(Subscription, subscription_id, with_for_update=True)


def wishes(session: Session) -> list[Wish]:
    """What everybody asks for."""
    joined = select(Subscription, Recipient.unit).join(Recipient, col(Recipient.code) == Subscription.recipient)
    return [
        Wish(
            recipient=asked.recipient,
            post_unit=unit,
            programmes=None if asked.programmes is None else frozenset(asked.programmes),
            units=None if asked.units is None else frozenset(asked.units),
            kinds=frozenset(map(Kind, asked.kinds)),
            min_severity=Severity(asked.min_severity),
            channels=frozenset(map(Channel, asked.channels)),
        )
        for asked, unit in session.exec(joined)
    ]
