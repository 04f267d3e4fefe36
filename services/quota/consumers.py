"""Events in: what happened to registrations, and how it is counted."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from sqlmodel import Session

from services.quota.counting.commands import headcounts
from services.quota.pace import commands as lamps
from services.quota.returns import commands as reports
from services.quota.seats.commands.settling import lapse, settle
from shared.consumer import Handler
from shared.contracts.registration import REGISTRATION_EVENTS, RegistrationEvent, SeatLapsed
from shared.events import Event


def count(session: Session, events: Sequence[Event]) -> None:
    """Count registrations, let seats and lamps follow the heads, and note who was heard of, in one transaction.

    History is no news, whatever comes in one batch with it: live events and replays are taken in apart, in their order.
    """
    for _, alike in groupby(events, lambda event: isinstance(event, RegistrationEvent) and event.replay):
        some = list(alike)
        headcounts.count(session, some)
        settle(session, some)
        lamps.follow(session, some)
        reports.note(session, some)


HANDLERS: Mapping[type[Event], Handler] = {**dict.fromkeys(REGISTRATION_EVENTS, count), SeatLapsed: lapse}
