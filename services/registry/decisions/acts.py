"""One act on one registration: what it needs, what it changes, and what is told of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from services.registry.calendar.rules import YearOf, last_notice_day
from services.registry.decisions.errors import FourEyes, TransitionNotAllowed
from services.registry.decisions.queries import faults_in, seconds
from services.registry.decisions.rules import (
    RECOGNISING,
    Move,
    counts_from,
    may_ever,
    move_of,
    open_moves,
    takes_two,
)
from services.registry.decisions.schemas import Transition
from services.registry.decisions.transfers import transfer, transfer_faults
from services.registry.registrations import queries
from services.registry.registrations.commands import kept, may_recognise_itself, step
from services.registry.registrations.models import ENDED, Awaiting, Registration
from services.registry.registrations.standing import already
from services.registry.seats.asking import BEYOND_AMOUNT, Place, refusal_of
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import (
    RegistrationCancelled,
    RegistrationCorrected,
    RegistrationEvent,
    RegistrationExited,
    RegistrationRecognised,
    RegistrationRestored,
    RegistrationResumed,
    RegistrationReturned,
    RegistrationRevoked,
    RegistrationSubmitted,
    RegistrationSuspended,
    RegistrationTransferred,
)
from shared.problems import Fault, Forbidden, InvalidBody, Refusal

TOLD: Mapping[str, type[RegistrationEvent]] = {
    "submit": RegistrationSubmitted,
    "return": RegistrationReturned,
    "recognise": RegistrationRecognised,
    "suspend": RegistrationSuspended,
    "resume": RegistrationResumed,
    "exit": RegistrationExited,
    "cancel": RegistrationCancelled,
    "revoke": RegistrationRevoked,
    "overturn_revocation": RegistrationRestored,
    "merge": RegistrationCorrected,
    "unmerge": RegistrationCorrected,
    "transfer": RegistrationTransferred,
    "rezone": RegistrationTransferred,
}


@dataclass(frozen=True)
class Acting:
    """An act wanted on one registration; `place` is what quota answered, if it was asked for one."""

    id: UUID
    transition: Transition
    place: Place | Refusal | None = None


class Act:
    """One act on one registration: refused, left to a second officer, or done."""

    def __init__(
        self,
        session: Session,
        registration: Registration,
        programme: Programme,
        acting: Acting,
        caller: Caller,
        writers: set[str],
        limited: Collection[str],
        gone: set[UUID],
        years: YearOf,
    ) -> None:
        self.session = session
        self.registration = registration
        self.programme = programme
        self.wanted = acting.transition
        self.place = acting.place
        self.limited = registration.programme in limited
        self.gone = gone
        self.years = years
        self.caller = caller
        self.writers = writers

    @property
    def kind(self) -> type[RegistrationEvent] | None:
        """The event of what was done; a direct submission that recognised itself tells the recognition."""
        if self.wanted.action == "submit" and self.registration.state == "recognised":
            return RegistrationRecognised
        return TOLD.get(self.wanted.action)

    def done(self, waiting: Awaiting | None) -> Refusal | str:
        """A refusal, "awaiting" or "done"; the registration is changed only when it is done."""
        move = self._move()
        if isinstance(move, Refusal):
            return move
        if refusal := self._refusal(move):
            return refusal
        first = None
        if takes_two(move, override=self.wanted.override_reason is not None):
            if not seconds(waiting, self.wanted, self.caller):
                return self._await(waiting)
            first = waiting
        if refusal := self._refusal_of_place(by_two=first is not None):
            return refusal
        if first:
            self.session.delete(first)
        return self._carry_out(move, first.by if first else None)

    def _move(self) -> Move | Refusal:
        action, registration = self.wanted.action, self.registration
        if not may_ever(action, self.caller.role):
            return Forbidden()
        move = move_of(action, registration.state, self.programme.workflow)
        if move is None or self.caller.role not in move.roles:
            return TransitionNotAllowed(
                state=registration.state,
                open=open_moves(registration.state, self.programme.workflow, self.caller.role),
            )
        return move

    def _refusal(self, move: Move) -> Refusal | None:
        wanted, registration = self.wanted, self.registration
        if move.action == "endorse" and self.caller.sub in self.writers:
            return FourEyes()
        if faults := faults_in(move, wanted, registration) + transfer_faults(self.session, wanted, registration):
            return InvalidBody(*faults)
        if move.action == "overturn_revocation" and self._state_before_revocation() not in ENDED:
            for standing in queries.active(self.session, [registration.subject_ref]):
                if (standing.programme, standing.record_ref) == (registration.programme, registration.record_ref):
                    return already(standing, self.caller)
        return None

    def _refusal_of_place(self, *, by_two: bool) -> Refusal | None:
        if self.wanted.action not in RECOGNISING or not self.limited:
            return None
        return refusal_of(self.place, self.registration.version, self.gone, by_two=by_two)

    def _await(self, waiting: Awaiting | None) -> str:
        """Leave it to a second officer, who asks for the same; another content takes the place of the first."""
        wanted = self.wanted.model_dump(mode="json")
        if waiting is None or waiting.wanted != wanted:
            self.session.merge(
                Awaiting(
                    registration_id=self.registration.id,
                    action=self.wanted.action,
                    wanted=wanted,
                    by=self.caller.sub,
                    at=clock.now(),
                )
            )
        return "awaiting"

    def _carry_out(self, move: Move, first_officer: str | None) -> Refusal | str:
        registration, wanted = self.registration, self.wanted
        if move.action == "publish":
            days = self.programme.notice_working_days or 0
            first_day = wanted.effective_on or clock.today()
            last_day = last_notice_day(self.years, first_day, days)
            if isinstance(last_day, Fault):
                return InvalidBody(last_day)
            registration.notice_first_day, registration.notice_last_day = first_day, last_day
        registration.state = move.target
        self._count(move)
        registration.version += 1
        registration.updated_at = clock.now()
        by, second = (first_officer, self.caller.sub) if first_officer else (self.caller.sub, None)
        entry = step(registration, move.action, self.caller, second_by=second, reason=wanted.reason,
                     decision_no=wanted.decision_no, decision_date=wanted.decision_date,
                     effective_on=wanted.effective_on,
                     impact_assessment_ref=wanted.impact_assessment_ref,
                     override_reason=wanted.override_reason, moved_to=wanted.to)  # fmt: skip
        entry.by = by
        self.session.add(entry)
        return "done"

    def _recognises_itself(self) -> bool:
        return self.programme.workflow == "direct" and not self.limited and may_recognise_itself(self.registration)

    def _counts_from(self) -> date:
        registration, wanted = self.registration, self.wanted
        counting_date, fact_date = self.programme.counting_date, registration.fact_date
        return counts_from(wanted.action, counting_date, fact_date, wanted.decision_date, registration.counted_on)

    def _state_before_revocation(self) -> str:
        """What an overturned revocation leaves: who had exited before has still exited (自始无效的撤销不留痕)."""
        return queries.state_before(self.session, self.registration.id, "revoke")

    def _count(self, move: Move) -> None:
        """What the act means for counting: from when it counts, and since when it is over."""
        registration, wanted = self.registration, self.wanted
        match move.action:
            case "submit" if self._recognises_itself():
                registration.state, registration.counted_on = "recognised", registration.fact_date
            case "recognise":
                registration.decision_no, registration.decision_date = wanted.decision_no, wanted.decision_date
                registration.counted_on = self._counts_from()
                if isinstance(self.place, Place) and self.place.beyond_amount:
                    registration.warnings = registration.warnings + kept("place", [BEYOND_AMOUNT])
            case "exit" | "cancel":
                registration.ended_on = wanted.effective_on
            case "transfer":
                transfer(registration, wanted)
            case "overturn_revocation":
                registration.state = self._state_before_revocation()
            case _:
                pass
