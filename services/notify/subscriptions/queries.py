"""Named reads of subscriptions."""

from collections.abc import Sequence
from datetime import time
from uuid import UUID

from sqlmodel import Session, col, select

from services.notify.alerts.rules import Severity
from services.notify.connections import queries as connections
from services.notify.recipients.models import AlertRecipient
from services.notify.subscriptions.models import AlertSubscription
from services.notify.subscriptions.rules import ActiveSubscription, DigestDays, DigestPlan, QuietHours


def subscriptions(
    session: Session, recipient: str | None, after: UUID | None, limit: int
) -> Sequence[AlertSubscription]:
    """Subscriptions in the order they were made, of one post or (None) of all, after an id; up to `limit + 1`."""
    chosen = select(AlertSubscription).order_by(col(AlertSubscription.id)).limit(limit + 1)
    if recipient is not None:
        chosen = chosen.where(AlertSubscription.recipient == recipient)
    if after is not None:
        chosen = chosen.where(AlertSubscription.id > after)
    return session.exec(chosen).all()


def held(session: Session, subscription_id: UUID) -> AlertSubscription | None:
    """One subscription, its row locked: nobody else changes it until the transaction ends. None without any."""
    return session.get(AlertSubscription, subscription_id, with_for_update=True)


def active(session: Session) -> list[ActiveSubscription]:
    """What everybody asks to hear of; a channel that is not in use reaches nobody."""
    in_use = connections.in_use(session)
    joined = select(AlertSubscription, AlertRecipient.unit).join(
        AlertRecipient, col(AlertRecipient.code) == AlertSubscription.recipient
    )
    return [as_active(kept, unit, in_use) for kept, unit in session.exec(joined)]


def as_active(kept: AlertSubscription, post_unit: str | None, in_use: frozenset[str]) -> ActiveSubscription:
    """A subscription with the reach of its post, and those of its channels that are in use."""
    return ActiveSubscription(
        recipient=kept.recipient,
        post_unit=post_unit,
        programmes=_set(kept.programmes),
        units=_set(kept.units),
        kinds=_set(kept.kinds),
        min_severity=Severity(kept.min_severity),
        channels=frozenset(kept.channels).intersection(in_use),
        digest=_digest(kept),
        quiet=_quiet(kept),
    )


def _digest(kept: AlertSubscription) -> DigestPlan | None:
    if kept.digest_at is None or kept.digest_days is None:
        return None
    return DigestPlan(time.fromisoformat(kept.digest_at), DigestDays(kept.digest_days))


def _quiet(kept: AlertSubscription) -> QuietHours | None:
    if kept.quiet_start is None or kept.quiet_end is None:
        return None
    return QuietHours(time.fromisoformat(kept.quiet_start), time.fromisoformat(kept.quiet_end))


def _set(values: list[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)
