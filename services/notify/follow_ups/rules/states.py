"""Where a follow-up stands, and what is done to it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from services.notify.alerts.rules import EVERY_KIND, AlertContent, Severity


class FollowUpState(StrEnum):
    """Where a follow-up stands (督办状态)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"


class FollowUpEntryKind(StrEnum):
    """What was done to a follow-up (办理环节)."""

    OPENED = "opened"
    DELEGATED = "delegated"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    RETURNED = "returned"
    ASSIGNED = "assigned"
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSED = "closed"
    RECOVERED = "recovered"


TO_ANSWER = (FollowUpState.ACKNOWLEDGED, FollowUpState.RETURNED)
UNANSWERED = (FollowUpState.OPEN, *TO_ANSWER)


class FollowUpAct(StrEnum):
    """What somebody does with a follow-up (督办办理)."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    CLOSE = "close"
    RETURN = "return"
    ASSIGN = "assign"
    PAUSE = "pause"
    RESUME = "resume"


# In which states each act is possible; what is closed takes none.
POSSIBLE: Mapping[FollowUpAct, Sequence[FollowUpState]] = {
    FollowUpAct.ACKNOWLEDGE: UNANSWERED,
    FollowUpAct.ANSWER: UNANSWERED,
    FollowUpAct.CLOSE: (FollowUpState.ANSWERED,),
    FollowUpAct.RETURN: (FollowUpState.ANSWERED,),
    FollowUpAct.ASSIGN: UNANSWERED,
    FollowUpAct.PAUSE: UNANSWERED,
    FollowUpAct.RESUME: UNANSWERED,
}


def opens_follow_up(content: AlertContent) -> bool:
    """Whether an alert needs an owner and an answer: it is red, or critical."""
    return EVERY_KIND[content.kind].red or content.severity is Severity.CRITICAL
