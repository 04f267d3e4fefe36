"""What an alert is: its kinds, its weight, and what it replaces."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happened (提醒类别)."""

    MILESTONE_REACHED = "milestone_reached"
    MILESTONE_FALLEN_BACK = "milestone_fallen_back"
    MILESTONE_REGAINED = "milestone_regained"
    CORRECTION = "correction"
    CAP_FILLED = "cap_filled"
    OVERRUN = "overrun"
    BEHIND_PACE = "behind_pace"
    PACE_RECOVERED = "pace_recovered"
    SILENT_PARTNER = "silent_partner"


class Severity(StrEnum):
    """How much it matters (程度), lightest first."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


class State(StrEnum):
    """Where the alert stands with its recipient (状态)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"


@dataclass(frozen=True)
class Happening:
    """What a subscription is asked about; `unit` None is the whole city."""

    kind: Kind
    severity: Severity
    programme: str
    unit: str | None


OF_PACE = (Kind.BEHIND_PACE, Kind.PACE_RECOVERED)
WARNINGS = (Kind.MILESTONE_FALLEN_BACK, Kind.OVERRUN, Kind.BEHIND_PACE, Kind.SILENT_PARTNER)
NEARLY_THERE = 90  # percent; from here on a milestone is more than news


def severity_of(kind: Kind, percent: int | None) -> Severity:
    """The weight of an alert: what is lost, exceeded, late or missing warns, early milestones inform, else noticed."""
    if kind in WARNINGS:
        return Severity.WARNING
    if kind is Kind.MILESTONE_REACHED and percent is not None and percent < NEARLY_THERE:
        return Severity.INFO
    return Severity.NOTICE


def at_least(severity: Severity, floor: Severity) -> bool:
    """Whether a severity is as heavy as a floor, or heavier."""
    order = list(Severity)
    return order.index(severity) >= order.index(floor)


def replaces_earlier(kind: Kind) -> bool:
    """Whether an alert of this kind takes the place of what was last said of the milestone, or of pace (以本条为准)."""
    return kind in (Kind.MILESTONE_FALLEN_BACK, Kind.MILESTONE_REGAINED, *OF_PACE)


def completion_percent(value: int, amount: int) -> str | None:
    """完成率 with one decimal, floored: never 100.0 below the amount; None where there is no amount."""
    if amount <= 0:
        return None
    tenths = max(value, 0) * 1000 // amount
    return f"{tenths // 10}.{tenths % 10}"
