"""One act on one registration: what it needs, what it changes, and what is told of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.registry.institutions.errors import InstitutionBarred
from services.registry.programmes.rules.calendar import last_notice_day
from services.registry.programmes.rules.terms import service_until
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.standing import already
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.models import Awaiting, Registration
from services.registry.registrations.rules import (
    BEYOND_AMOUNT,
    Place,
    may_recognise_itself,
    place_refusal,
    stored_notes,
)
from services.registry.transitions.commands.context import Around
from services.registry.transitions.commands.transfers import transfer, transfer_faults
from services.registry.transitions.errors import IN_SERVICE, FourEyes, TransitionNotAllowed
from services.registry.transitions.queries.transitions import faults_in, seconds
from services.registry.transitions.rules.events import TOLD
from services.registry.transitions.rules.revocations import STATUS_AFTER, contested_until, too_late
from services.registry.transitions.rules.transitions import (
    LEAVING,
    RECOGNISING,
    RETURNING,
    Move,
    counts_from,
    exit_reason_of,
    may_ever,
    move_of,
    open_moves,
    takes_two,
)
from services.registry.transitions.schemas import Transition
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import ENDED, RegistrationEvent, RegistrationRecognised
from shared.problems import Fault, Forbidden, InvalidBody, Refusal

# What the history has of an act as it was asked for.
KEPT = {"reason", "decision_no", "decision_date", "effective_on", "impact_assessment_ref", "override_reason"}


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
        around: Around,
    ) -> None:
        self.session = session
        self.registration = registration
        self.programme = programme
        self.wanted = acting.transition
        self.place = acting.place
        self.caller = caller
        self.around = around
        self.limited = registration.programme in around.limited

    @property
    def kind(self) -> type[RegistrationEvent] | None:
        """The event of what was done; a direct submission that recognised itself tells the recognition."""
        if self.wanted.action == "submit" and self.registration.state == "recognised":
            return RegistrationRecognised
        return TOLD.get(self.wanted.action)

    def done(self) -> Refusal | str:
        """A refusal, "awaiting" or "done"; the registration is changed only when it is done."""
        move = self._move()
        if isinstance(move, Refusal):
            return move
        if refusal := self._refusal(move):
            return refusal
        first = None
        if takes_two(move, override=self.wanted.override_reason is not None):
            first = self.around.waiting.get(self.registration.id)
            if not seconds(first, self.wanted, self.caller):
                return self._await(first)
        if refusal := self._refusal_of_place(by_two=first is not None):
            return refusal
        if first:
            self.session.delete(self.around.waiting.pop(self.registration.id))
        return self._carry_out(move, first.by if first else None)

    def _move(self) -> Move | Refusal:
        action, registration = self.wanted.action, self.registration
        if not may_ever(action, self.caller.role):
            return Forbidden()
        here = registration.state, self.programme.workflow
        move = move_of(action, *here, registration.revocation_status)
        if move is None or self.caller.role not in move.roles:
            open_now = open_moves(*here, self.caller.role, registration.revocation_status)
            return TransitionNotAllowed(registration.state, open_now)
        return move

    def _refusal(self, move: Move) -> Refusal | None:
        wanted, registration = self.wanted, self.registration
        if move.action == "endorse" and self.caller.sub in self.around.writers.get(registration.id, ()):
            return FourEyes()
        if move.action == "submit" and (until := self.around.barred.get(registration.institution_id)):
            return InstitutionBarred(until)
        faults = faults_in(move, wanted, registration) + transfer_faults(wanted, registration, self.around.destinations)
        if wanted.effective_on:
            told_on, until = registration.revocation_served_on, registration.contest_until
            faults += too_late(move.action, wanted.effective_on, told_on, until, self.around.years)
        if isinstance(last_day := self._last_notice_day(), Fault):
            faults.append(last_day)
        if faults:
            return InvalidBody(*faults)
        if self._becomes_active(move):
            standing = self.around.active.get((registration.programme, registration.record_ref))
            if standing and standing.state not in ENDED:
                return already(standing, self.caller)
        return None

    def _last_notice_day(self) -> date | Fault | None:
        """Until when a publication would run; None for another act."""
        if self.wanted.action != "publish" or self.wanted.effective_on is None:
            return None
        return last_notice_day(self.around.years, self.wanted.effective_on, self.programme.notice_working_days or 0)

    def _becomes_active(self, move: Move) -> bool:
        """Whether it is active again after it had ended: beside another one of its subject it cannot be."""
        if move.action == "overturn_revocation":
            return self.around.before[self.registration.id] not in ENDED
        return move.action == "readmit"

    def _refusal_of_place(self, *, by_two: bool) -> Refusal | None:
        if self.wanted.action not in RECOGNISING or not self.limited:
            return None
        return place_refusal(self.place, self.registration.version, self.around.gone, by_two=by_two)

    def _await(self, waiting: Awaiting | None) -> str:
        """Leave it to a second officer, who asks for the same; another content takes the place of the first."""
        wanted = self.wanted.model_dump(mode="json")
        asked: dict[str, Any] = {"action": self.wanted.action, "by": self.caller.sub, "at": clock.now()}
        if waiting is None:
            waiting = Awaiting(registration_id=self.registration.id, wanted=wanted, **asked)
            self.around.waiting[self.registration.id] = waiting
            self.session.add(waiting)
        elif waiting.wanted != wanted:
            waiting.sqlmodel_update(asked | {"wanted": wanted})
        return "awaiting"

    def _carry_out(self, move: Move, first_officer: str | None) -> str:
        registration, wanted = self.registration, self.wanted
        if isinstance(last_day := self._last_notice_day(), date):
            registration.notice_first_day, registration.notice_last_day = wanted.effective_on, last_day
        if move.action == "revoke":
            self.around.before[registration.id] = registration.state
        registration.state = move.target
        self._count(move)
        if move.action in RETURNING:
            self.around.active[registration.programme, registration.record_ref] = registration
        self._follow_revocation()
        reckon_term(registration, self.programme)
        registration.version += 1
        registration.updated_at = clock.now()
        by, second = (first_officer, self.caller.sub) if first_officer else (self.caller.sub, None)
        told = wanted.model_dump(include=KEPT)
        left = registration.exit_reason if move.action in LEAVING else None
        entry = history_entry(
            registration, move.action, self.caller, second_by=second, exit_reason=left, moved_to=wanted.to, **told
        )
        entry.by = by
        self.session.add(entry)
        return "done"

    def _recognises_itself(self) -> bool:
        return (
            self.programme.workflow == "direct"
            and not self.limited
            and may_recognise_itself(self.registration.warnings)
        )

    def _counts_from(self) -> date:
        registration, wanted = self.registration, self.wanted
        counting_date, fact_date = self.programme.counting_date, registration.fact_date
        return counts_from(wanted.action, counting_date, fact_date, wanted.decision_date, registration.counted_on)

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
                    registration.warnings = registration.warnings + stored_notes("place", [BEYOND_AMOUNT])
            case "exit" | "cancel":
                registration.ended_on = wanted.effective_on
                registration.exit_reason = exit_reason_of(move.action, wanted.exit_reason, wanted.reason)
                until = service_until(self.programme.aftercare, registration.counted_on)
                if until and wanted.effective_on and wanted.effective_on <= until:
                    registration.warnings = registration.warnings + stored_notes("service", [IN_SERVICE])
            case "readmit":
                registration.ended_on = registration.exit_reason = None
            case "transfer":
                transfer(registration, wanted)
            case "overturn_revocation":
                # Who had exited before has still exited (自始无效的撤销不留痕).
                registration.state = self.around.before[registration.id]
            case _:
                pass

    def _follow_revocation(self) -> None:
        """How a revocation stands after the act, and until when it can be contested."""
        registration, wanted = self.registration, self.wanted
        if wanted.action not in STATUS_AFTER:
            return
        registration.revocation_status = STATUS_AFTER[wanted.action]
        day = wanted.effective_on or wanted.decision_date or clock.today()
        if wanted.action == "revoke":
            registration.revocation_served_on = day
        registration.contest_until = contested_until(wanted.action, day)
