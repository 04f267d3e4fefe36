"""Events in: what happened to registrations, and how it is counted."""

from collections.abc import Mapping

from services.quota.headcounts.commands import count
from shared.consumer import Handler
from shared.contracts.registration import REGISTRATION_EVENTS
from shared.events import Event

HANDLERS: Mapping[type[Event], Handler] = dict.fromkeys(REGISTRATION_EVENTS, count)
