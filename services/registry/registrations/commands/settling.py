"""What comes of the seats that registrations waited for (名额核定): recognised, or put on the waiting list."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.registry.programmes.queries import programmes
from services.registry.registrations import queries
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.registering import Shown
from services.registry.registrations.commands.seats import lapse, nothing_comes_of
from services.registry.registrations.commands.stated import settle_names, subjects
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.errors import QuotaFull
from services.registry.registrations.models import Registration, WantedSeat
from services.registry.registrations.queries import fact
from services.registry.registrations.rules import (
    ABOUT_PLACE,
    BEYOND_AMOUNT,
    SYSTEM,
    Place,
    on_waiting_list,
    place_refusal,
    stored_notes,
    without_place_notes,
)
from shared import clock
from shared.auth import Itself
from shared.contracts.policy import Programme
from shared.contracts.registration import STANDING, RegistrationRecognised, RegistrationState, SeatLapsed
from shared.db import stretches
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import NotFound, Refusal


class AnsweredSeat(NamedTuple):
    """What quota answered about the seat of a registration; None where it was not asked."""

    id: UUID
    place: Place | Refusal | None

    @property
    def seat_id(self) -> UUID | None:
        """The seat that it holds, if any."""
        return self.place.seat_id if isinstance(self.place, Place) else None


class Settled(NamedTuple):
    """A registration after quota's answer, and whether it changed."""

    shown: Shown
    changed: bool

    def effect(self) -> Effect | None:
        """Nothing is kept of what did not change."""
        return self.shown.effect() if self.changed else None


@operation("settle_seat", roles=(Itself.SYSTEM,), target=lambda answered: answered.id, effect=Settled.effect)
def settle_seats(session: Session, calls: Sequence[Call[AnsweredSeat]]) -> list[Settled | Refusal]:
    """Recognise registrations that have their seat, and put those that found none on the waiting list (候补).

    Who waits no more, or changed since quota was asked, stays as it is. Locks the registrations. Writes them, history,
    wanted and lapsed seats. Announces RegistrationRecognised, and behind those SeatLapsed for seats that serve nothing.
    Refuses with NotFound where there is none.
    """
    answers = [call.item for call in calls]
    held, known = queries.locked(session, None, [each.id for each in answers]), programmes(session)
    wanted = _wanted(session, held)
    causes = dict(wanted)
    lapsed = queries.lapsed(session, [each.seat_id for each in answers if each.seat_id])
    changed = [_settled(session, held.get(each.id), each, wanted, known, lapsed) for each in answers]
    session.flush()
    settled = {each: found for each, found in held.items() if each not in wanted}
    _forget(session, settled)
    recognised = [held[each.id] for each, so in zip(answers, changed, strict=True) if so and held[each.id].counted_on]
    facts = [fact(RegistrationRecognised, each, known[each.programme], cause=causes[each.id]) for each in recognised]
    announce(session, *facts)
    lapse(session, _unused(answers, settled))
    settle_names(session, recognised)
    known_subjects = subjects(session, [*held.values()])
    return [
        Settled(Shown(found, known_subjects[found.id], known[found.programme]), so)
        if (found := held.get(each.id))
        else NotFound()
        for each, so in zip(answers, changed, strict=True)
    ]


def _wanted(session: Session, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Which of these wait for a seat, each with the import that brought it."""
    rows = select(WantedSeat.registration_id, WantedSeat.cause)
    found = (session.exec(rows.where(col(WantedSeat.registration_id).in_(some))) for some in stretches(ids))
    return {each: cause for some in found for each, cause in some}


def _settled(
    session: Session,
    registration: Registration | None,
    answered: AnsweredSeat,
    wanted: dict[UUID, UUID | None],
    known: Mapping[str, Programme],
    lapsed: Collection[UUID],
) -> bool:
    """Whether the registration changed; who waits no more is taken from those that want a seat."""
    if registration is None or registration.id not in wanted:
        return False
    if registration.state != RegistrationState.SUBMITTED or registration.restricted:  # an officer was here first
        wanted.pop(registration.id)
        return False
    refusal = place_refusal(answered.place, registration.version, lapsed, by_two=False)
    if isinstance(refusal, QuotaFull):
        _put_on_waiting_list(registration, refusal)
    elif refusal is None and isinstance(answered.place, Place):
        _recognise(registration, answered.place, known[registration.programme])
    else:  # still unknown: quota is asked again
        return False
    wanted.pop(registration.id)
    registration.version += 1
    registration.updated_at = clock.now()
    action = "recognise" if registration.counted_on else "wait_for_seat"
    session.add(history_entry(registration, action, SYSTEM))
    return True


def _recognise(registration: Registration, place: Place, programme: Programme) -> None:
    notes = stored_notes(ABOUT_PLACE, [BEYOND_AMOUNT] if place.beyond_amount else [])
    registration.warnings = without_place_notes(registration.warnings) + notes
    registration.state, registration.counted_on = RegistrationState.RECOGNISED, registration.fact_date
    reckon_term(registration, programme)


def _put_on_waiting_list(registration: Registration, full: QuotaFull) -> None:
    notes = stored_notes(ABOUT_PLACE, [on_waiting_list(full.limit)])
    registration.warnings = without_place_notes(registration.warnings) + notes


def _forget(session: Session, ids: Collection[UUID]) -> None:
    for some in stretches(ids):
        session.execute(delete(WantedSeat).where(col(WantedSeat.registration_id).in_(some)))


def _unused(answers: Sequence[AnsweredSeat], settled: Mapping[UUID, Registration]) -> list[SeatLapsed]:
    """The seats that nothing will come of: of who is not recognised after all. Who waits still is asked about again."""
    return [
        nothing_comes_of(each.seat_id, each.id, found.subject_ref)
        for each in answers
        if each.seat_id and (found := settled.get(each.id)) and found.state not in STANDING
    ]
