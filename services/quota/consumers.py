"""Events in: what happened to registrations, and how it is counted."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from services.quota.headcounts import commands as headcounts
from services.quota.seats.settling import lapse, settle
from shared.consumer import Handler
from shared.contracts.registration import REGISTRATION_EVENTS, SeatLapsed
from shared.events import Event


def count(session: Session, events: Sequence[Event]) -> None:
    """Count registrations, and let seats follow the heads, in one transaction."""
    headcounts.count(session, events)
    settle(session, events)


HANDLERS: Mapping[type[Event], Handler] = {**dict.fromkeys(REGISTRATION_EVENTS, count), SeatLapsed: lapse}
