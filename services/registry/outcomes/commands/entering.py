from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from services.registry.outcomes.rules.circumstances import Recorded, later_details
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationEvent, RegistrationFactRecorded


class Change(NamedTuple):
    """What was done to what is recorded of a registration: by which word of the history, by whom, from which day."""

    action: str
    caller: Caller
    effective_on: date
    reason: str | None = None


def change_registration(
    session: Session, registration: Registration, programme: Programme, standing: Iterable[Recorded], change: Change
) -> RegistrationEvent:
    """Bring a registration to what stands of it now, as its next version; the event that announces it.

    Writes the registration and its history.
    """
    registration.later_details = list(later_details(standing, programme))
    reckon_term(registration, programme)
    registration.version += 1
    registration.updated_at = clock.now()
    entry = history_entry(
        registration, change.action, change.caller, effective_on=change.effective_on, reason=change.reason
    )
    session.add(entry)
    return fact(RegistrationFactRecorded, registration, programme)
