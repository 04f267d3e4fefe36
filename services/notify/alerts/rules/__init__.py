"""What an alert is: its content, its kind, its weight and its state."""

from services.notify.alerts.rules.content import AlertContent, AlertFacts, BilingualName, completion_percent
from services.notify.alerts.rules.grouping import together
from services.notify.alerts.rules.kind import AlertKind
from services.notify.alerts.rules.kinds import EVERY_KIND, KINDS, kind_for, series_of
from services.notify.alerts.rules.kinds_of_system import (
    ADDRESSES_CHANGED,
    CALENDAR_MISSING,
    CHANNEL_BROKEN,
    ENDPOINT_OFF,
)
from services.notify.alerts.rules.states import AlertState, Severity, SubjectKind, at_least

__all__ = [
    "ADDRESSES_CHANGED",
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
