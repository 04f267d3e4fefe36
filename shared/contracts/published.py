"""Every event that any service publishes, by its CloudEvents type."""

from shared.contracts.calendar import CalendarDecreed
from shared.contracts.notify import NOTIFY_EVENTS
from shared.contracts.placement import PlacementRecorded
from shared.contracts.quota import QUOTA_EVENTS
from shared.contracts.registration import REGISTRATION_EVENTS, SeatLapsed
from shared.events import by_type

PUBLISHED = by_type(REGISTRATION_EVENTS, (SeatLapsed, PlacementRecorded, CalendarDecreed), QUOTA_EVENTS, NOTIFY_EVENTS)
