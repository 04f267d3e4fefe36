from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.calendar.queries import calendar
from services.registry.calendar.rules import last_notice_day
from services.registry.decisions.errors import FourEyes, TransitionNotAllowed
from services.registry.decisions.rules import Move, date_faults, may_ever, missing, move_of, open_moves
from services.registry.decisions.schemas import Transition
from services.registry.programmes.queries import programmes
from services.registry.registrations import queries
from services.registry.registrations.commands import already, may_recognise_itself, step
from services.registry.registrations.facts import fact
from services.registry.registrations.models import ENDED, Awaiting, Registration
from services.registry.registrations.schemas import SubjectRead
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import (
    RegistrationCancelled,
    RegistrationEvent,
    RegistrationExited,
    RegistrationRecognised,
    RegistrationRestored,
    RegistrationResumed,
    RegistrationReturned,
    RegistrationRevoked,
    RegistrationSubmitted,
    RegistrationSuspended,
)
from shared.db import ROWS_A_STATEMENT
from shared.outbox import announce
from shared.problems import Fault, Forbidden, InvalidBody, NotFound, Refusal

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
}


@dataclass(frozen=True)
class Acting:
    """An act wanted on one registration."""

    id: UUID
    transition: Transition


class Acted(NamedTuple):
    """The registration after the act, its subject masked, and whether a second officer is still needed."""

    registration: Registration
    subject: SubjectRead
    programme: Programme
    awaiting: bool


def transition(session: Session, wanted: Sequence[Acting], caller: Caller) -> list[Acted | Refusal]:
    """Move registrations through their workflow (办理); each on its own, with its history and its event."""
    held = queries.locked(session, caller, [each.id for each in wanted])
    known = programmes(session)
    waiting = _awaiting(session, held)
    wrote = queries.writers(session, held if any(each.transition.action == "endorse" for each in wanted) else ())
    facts: list[RegistrationEvent] = []
    outcomes: list[tuple[Registration, bool] | Refusal] = []
    for each in wanted:
        registration = held.get(each.id)
        if registration is None:
            outcomes.append(NotFound())
            continue
        programme = known[registration.programme]
        act = _Act(session, registration, programme, each.transition, caller, wrote.get(each.id, set()))
        outcome = act.done(waiting.get(each.id))
        outcomes.append(outcome if isinstance(outcome, Refusal) else (registration, outcome == "awaiting"))
        if outcome == "done" and (kind := act.kind):
            facts.append(fact(kind, registration, programme))
    session.flush()
    announce(session, *facts)
    subjects = queries.subjects(session, list(held.values()))
    return [
        each
        if isinstance(each, Refusal)
        else Acted(each[0], subjects[each[0].subject_ref], known[each[0].programme], each[1])
        for each in outcomes
    ]


def _awaiting(session: Session, held: Mapping[UUID, Registration]) -> dict[UUID, Awaiting]:
    ids = sorted(held)
    found: dict[UUID, Awaiting] = {}
    for start in range(0, len(ids), ROWS_A_STATEMENT):
        part = ids[start : start + ROWS_A_STATEMENT]
        found |= {
            a.registration_id: a for a in session.exec(select(Awaiting).where(col(Awaiting.registration_id).in_(part)))
        }
    return found


class _Act:
    """One act on one registration: refused, left to a second officer, or done."""

    def __init__(
        self,
        session: Session,
        registration: Registration,
        programme: Programme,
        wanted: Transition,
        caller: Caller,
        writers: set[str],
    ) -> None:
        self.session = session
        self.registration = registration
        self.programme = programme
        self.wanted = wanted
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
        if move.two:
            first = self._first_officer(waiting)
            if first is None:
                return "awaiting"
        return self._carry_out(move, first)

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
        faults = missing(move.needs, wanted.model_dump())
        faults += date_faults(
            move.action,
            clock.today(),
            decision_date=wanted.decision_date,
            effective_on=wanted.effective_on,
            counted_on=registration.counted_on,
            notice_last_day=registration.notice_last_day,
        )
        if faults:
            return InvalidBody(*faults)
        if move.action == "overturn_revocation" and self._state_before_revocation() not in ENDED:
            place = (registration.programme, registration.subject_ref)
            standing = queries.active(self.session, [registration.subject_ref]).get(place)
            if standing:
                return already(standing, self.caller)
        return None

    def _first_officer(self, waiting: Awaiting | None) -> str | None:
        """Who asked for this first, when this is the second officer asking for the same; else this one waits."""
        wanted = self.wanted.model_dump(mode="json")
        if waiting and waiting.wanted == wanted and waiting.by != self.caller.sub:
            self.session.delete(waiting)
            return waiting.by
        if waiting and waiting.wanted == wanted:
            return None
        self.session.merge(
            Awaiting(
                registration_id=self.registration.id,
                action=self.wanted.action,
                wanted=wanted,
                by=self.caller.sub,
                at=clock.now(),
            )
        )
        return None

    def _carry_out(self, move: Move, first_officer: str | None) -> Refusal | str:
        registration, wanted = self.registration, self.wanted
        if move.action == "publish":
            days = self.programme.notice_working_days or 0
            first_day = wanted.effective_on or clock.today()
            last_day = last_notice_day(calendar(self.session), first_day, days)
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
                     impact_assessment_ref=wanted.impact_assessment_ref)  # fmt: skip
        entry.by = by
        self.session.add(entry)
        return "done"

    def _state_before_revocation(self) -> str:
        """What an overturned revocation leaves: who had exited before has still exited (自始无效的撤销不留痕)."""
        return queries.state_before(self.session, self.registration.id, "revoke")

    def _count(self, move: Move) -> None:
        """What the act means for counting: from when it counts, and since when it is over."""
        registration, wanted = self.registration, self.wanted
        match move.action:
            case "submit" if self.programme.workflow == "direct" and may_recognise_itself(registration):
                registration.state, registration.counted_on = "recognised", registration.fact_date
            case "recognise":
                registration.decision_no, registration.decision_date = wanted.decision_no, wanted.decision_date
                by_fact = self.programme.counting_date == "fact" or wanted.decision_date is None
                registration.counted_on = registration.fact_date if by_fact else wanted.decision_date
            case "exit" | "cancel":
                registration.ended_on = wanted.effective_on
            case "overturn_revocation":
                registration.state = self._state_before_revocation()
            case _:
                pass
