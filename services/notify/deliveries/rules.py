"""The states of a delivery, and when it is tried again."""

from datetime import datetime, timedelta
from enum import StrEnum
from random import uniform

from services.notify.channels.protocol import SendResult


class DeliveryState(StrEnum):
    """Where a delivery stands (投递状态); `skipped`: the post has no address on that channel."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"


class AttemptStatus(StrEnum):
    """How one attempt stands; `unknown`: it may have arrived, but its sender went away or a robot gave no clear answer.

    A robot's is repeated once.
    """

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

MOST_MERGED = 20  # deliveries that go as one message

MISTAKE = "error"  # the code of an attempt that failed by a mistake of ours: it cannot be worded or rendered

HOLDS_BACK = 2  # tries after which a delivery no longer holds back what comes later to its post

SOONEST = 0.9  # of the time until the next try

LEASE = timedelta(minutes=5)  # longer than one attempt can take; after it the attempt's outcome is unknown


def next_try(result: SendResult, tries: int, now: datetime) -> datetime | None:
    """When to try again after so many tries in a row; None when it is settled or the schedule is used up.

    Up to a tenth sooner than the schedule says, so that what failed together is not tried again together.
    """
    if result is not SendResult.RETRY or tries > len(RETRY_AFTER):
        return None
    return now + RETRY_AFTER[tries - 1] * uniform(SOONEST, 1)


def state_after(result: SendResult, again_at: datetime | None) -> DeliveryState:
    """What one attempt's outcome makes of the delivery."""
    if result is SendResult.DELIVERED:
        return DeliveryState.DELIVERED
    return DeliveryState.PENDING if again_at else DeliveryState.FAILED
