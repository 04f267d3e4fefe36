"""What an alert is about, how much it matters, and where it stands."""

from enum import StrEnum


class SubjectKind(StrEnum):
    """What an alert is about (提醒对象); `subject_ref` says which of them."""

    QUOTA = "quota"
    REGISTRATION = "registration"
    IMPORT = "import"
    INSTITUTION = "institution"
    SYSTEM = "system"


class Severity(StrEnum):
    """How much it matters (程度), lightest first."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertState(StrEnum):
    """Where the alert stands with its recipient (状态)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"


def at_least(severity: Severity, floor: Severity) -> bool:
    """Whether a severity is as heavy as a floor, or heavier."""
    order = list(Severity)
    return order.index(severity) >= order.index(floor)
