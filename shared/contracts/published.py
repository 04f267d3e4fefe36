"""Every event that any service publishes, by its CloudEvents type."""

from shared.contracts.calendar import CalendarDecreed
from shared.contracts.institution import INSTITUTION_EVENTS
from shared.contracts.notify import NOTIFY_EVENTS
from shared.contracts.placement import PlacementRecorded
from shared.contracts.quota import QUOTA_EVENTS
from shared.contracts.registration import REGISTRATION_EVENTS, SeatLapsed
from shared.contracts.self_check import SELF_CHECK_EVENTS
from shared.events import Event, by_type

OTHERS: tuple[type[Event], ...] = (SeatLapsed, PlacementRecorded, CalendarDecreed)
PUBLISHED = by_type(REGISTRATION_EVENTS, INSTITUTION_EVENTS, OTHERS, QUOTA_EVENTS, NOTIFY_EVENTS, SELF_CHECK_EVENTS)
