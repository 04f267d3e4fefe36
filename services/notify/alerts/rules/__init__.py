"""What an alert is: its content, its kind, its weight and its state."""

from services.notify.alerts.rules.content import AlertContent, AlertFacts, BilingualName, completion_percent
from services.notify.alerts.rules.grouping import together
from services.notify.alerts.rules.kinds import (
    CALENDAR_MISSING,
    CHANNEL_BROKEN,
    ENDPOINT_OFF,
    EVERY_KIND,
    KINDS,
    AlertKind,
    kind_for,
    series_of,
)
from services.notify.alerts.rules.states import AlertState, Severity, SubjectKind, at_least

__all__ = [
    "CALENDAR_MISSING",
    "CHANNEL_BROKEN",
    "ENDPOINT_OFF",
    "EVERY_KIND",
    "KINDS",
    "AlertContent",
    "AlertFacts",
    "AlertKind",
    "AlertState",
    "BilingualName",
    "Severity",
    "SubjectKind",
    "at_least",
    "completion_percent",
    "kind_for",
    "series_of",
    "together",
]
