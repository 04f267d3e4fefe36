"""Events in: what happened to registrations, and how it is counted."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from services.quota.counting.commands import headcounts
from services.quota.pace import commands as lamps
from services.quota.returns import commands as reports
from services.quota.seats.commands.settling import lapse, settle
from shared.consumer import Handler
from shared.contracts.registration import REGISTRATION_EVENTS, SeatLapsed
from shared.contracts.self_check import SelfCheckStarted
from shared.events import Event
from shared.self_checks import pass_on


def count(session: Session, events: Sequence[Event]) -> None:
    """Count registrations, let seats and lamps follow the heads, and note who was heard of, in one transaction.

    History is no news, whatever comes in one batch with it: what an event moved is as loud as the event.
    """
    rises = headcounts.count(session, events)
    settle(session, events, rises)
    lamps.follow(session, events)
    reports.note(session, events)


HANDLERS: Mapping[type[Event], Handler] = {
    **dict.fromkeys(REGISTRATION_EVENTS, count),
    SeatLapsed: lapse,
    SelfCheckStarted: pass_on,
}
