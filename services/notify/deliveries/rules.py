"""The states of a delivery, when it is tried again, and what of much is said."""

from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.notify.channels.protocol import SendResult


class DeliveryState(StrEnum):
    """Where a delivery stands (投递状态); `skipped`: the post has no address on that channel."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"


class AttemptStatus(StrEnum):
    """How one attempt stands; `unknown`: the sender went away before it could say."""

    SENDING = "sending"
    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"


RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)

LEASE = timedelta(minutes=5)  # longer than one attempt can take; after it the attempt's outcome is unknown


def last_words(said: Sequence[tuple[UUID, Hashable]]) -> list[UUID]:
    """Of alerts in order, each with what it is about, the last about each (以最后一条为准), still in order."""
    last = {about: alert_id for alert_id, about in said}
    return [alert_id for alert_id, about in said if last[about] == alert_id]


def next_try(result: SendResult, tries: int, now: datetime) -> datetime | None:
    """When to try again after so many tries in a row; None when it is settled or the schedule is used up."""
    if result is not SendResult.RETRY or tries > len(RETRY_AFTER):
        return None
    return now + RETRY_AFTER[tries - 1]


def state_after(result: SendResult, again_at: datetime | None) -> DeliveryState:
    """What one attempt's outcome makes of the delivery."""
    if result is SendResult.DELIVERED:
        return DeliveryState.DELIVERED
    return DeliveryState.PENDING if again_at else DeliveryState.FAILED
