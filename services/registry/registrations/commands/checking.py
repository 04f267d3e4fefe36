"""Trying a registration (试算): what would come of it, without keeping anything."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.institutions.commands.allowances import RateLimit, spend
from services.registry.programmes.queries import programmes
from services.registry.registrations import queries
from services.registry.registrations.commands.amending import not_amendable, posted_now
from services.registry.registrations.commands.registering import Candidate, Shown, registered
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import WRITERS
from services.registry.registrations.schemas import (
    CheckRead,
    CheckReason,
    NewRegistration,
    RegistrationChange,
    StatedRegistration,
    Subject,
    TriedRegistration,
)
from services.registry.subjects.queries.people import lock_identities, number_index
from services.registry.subjects.rules.characters import clean
from services.registry.subjects.rules.numbers import legacy_upgrade
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationState
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said

EFFECTS: dict[str, Literal["warns", "informs"]] = {"warning": "warns", "info": "informs"}


ANOTHER_PROGRAMME = Fault(
    "/programme",
    "another_programme",
    Said("与地址中的计划不一致", "is another programme than that of the address"),
)


class Trial(NamedTuple):
    """A registration to try in a programme."""

    programme: str
    wanted: TriedRegistration


class Tried(NamedTuple):
    """What would come of a trial, and a keyed fingerprint of whom it was about."""

    read: CheckRead
    about: str


class AmendmentTrial(NamedTuple):
    """A change to try of a registration that there is."""

    id: UUID
    change: RegistrationChange


TRIES = RateLimit("check", most=60, seconds=60)  # of one institution, however many clients it has


def whom(subject: Subject) -> str:
    """Whom a trial is about, for the trail: the blind index of the number or code as typed, never the number."""
    typed = subject.id_number if subject.kind == "person" else subject.uscc if subject.kind == "organisation" else ""
    return number_index(legacy_upgrade(typed) or clean(typed))


@operation(
    "check",
    roles=WRITERS,
    target=lambda trial: whom(trial.wanted.subject),
    effect=lambda tried: Effect(tried.about),
)
def check(session: Session, calls: Sequence[Call[Trial]]) -> list[Tried | Refusal]:
    """Try registrations (试算): register, look at what came of it, and roll it back; so a trial never differs.

    But an institution is told the same whether or not others registered the subject (不透露他单位登记情况), as often
    as it may try; the trail has a blind index of whom it was about.
    Locks as `register` does, and the institution's `allowance`, which it writes; keeps nothing else, announces nothing.
    A refusal is the trial's verdict; only an unknown programme is refused itself, with NotFound, and who tries too
    often, with TooManyRequests.
    """
    known = programmes(session)
    return [_answered(session, call.item, call.caller, known) for call in calls]


@operation("check_amendment", roles=WRITERS, target=lambda trial: trial.id, effect=lambda tried: Effect(tried.about))
def check_amendment(session: Session, calls: Sequence[Call[AmendmentTrial]]) -> list[Tried | Refusal]:
    """Try amendments (试算修改): what would come of each registration, were it submitted with the change.

    It is tried as `check` does it, in the place of the registration itself, which is in nobody's way meanwhile; the
    trail has whom it was about.
    Locks the institution's `allowance`, which it writes, identities (shared) and the registrations; keeps nothing else,
    announces nothing. Refuses with TooManyRequests, NotFound, SubjectRestricted and NotAmendable.
    """
    too_often = [_too_often(session, call.caller) for call in calls]
    lock_identities(session, changing=False)
    held = queries.locked_for(session, [(call.caller, call.item.id) for call in calls])
    return [
        refused or _answered_in_place(session, call.item, registration, call.caller)
        for call, registration, refused in zip(calls, held, too_often, strict=True)
    ]


def _answered_in_place(
    session: Session, trial: AmendmentTrial, registration: Registration | None, caller: Caller
) -> Tried | Refusal:
    if registration is None:
        return NotFound()
    if refused := not_amendable(registration, caller):
        return refused
    own = {"submit": True, "institution_id": None if caller.institution_id else registration.institution_id}
    new = NewRegistration.model_construct(**posted_now(session, registration) | trial.change.stated() | own)
    with session.begin_nested() as point:
        registration.state = RegistrationState.WITHDRAWN
        session.flush()
        found = _outcome(session, new, caller)
        point.rollback()
    return Tried(found, whom(new.subject))


def _too_often(session: Session, caller: Caller) -> Refusal | None:
    return spend(session, TRIES, str(caller.institution_id)) if caller.institution_id else None


def _answered(session: Session, trial: Trial, caller: Caller, known: Mapping[str, Programme]) -> Tried | Refusal:
    if too_often := _too_often(session, caller):
        return too_often
    return Tried(_tried(session, trial, caller), whom(trial.wanted.subject)) if trial.programme in known else NotFound()


def _tried(session: Session, trial: Trial, caller: Caller) -> CheckRead:
    if trial.wanted.programme not in (None, trial.programme):
        return _refused(InvalidBody(ANOTHER_PROGRAMME))
    stated = {name: getattr(trial.wanted, name) for name in StatedRegistration.model_fields}
    new = NewRegistration.model_construct(**stated | {"programme": trial.programme, "submit": True})
    with session.begin_nested() as point:
        found = _outcome(session, new, caller)
        point.rollback()
    return found


def _outcome(session: Session, new: NewRegistration, caller: Caller) -> CheckRead:
    (outcome,) = registered(session, [Candidate(new, caller, trial=True)])
    return _refused(outcome) if isinstance(outcome, Refusal) else _accepted(outcome, caller)


def _accepted(shown: Shown, caller: Caller) -> CheckRead:
    read = shown.read("zh", caller)
    reasons = [
        CheckReason(pointer=None, code=each["code"], effect=EFFECTS[each["severity"]], zh=each["zh"], en=each["en"])
        for each in shown.registration.warnings
    ]
    verdict: Literal["recognised", "for_review"] = "recognised" if read.state == "recognised" else "for_review"
    return CheckRead(verdict=verdict, reasons=reasons, attributes=read.attributes, term=read.term)


def _refused(refusal: Refusal) -> CheckRead:
    title = refusal.title()
    reasons = [
        CheckReason(pointer=fault.pointer, code=fault.code, effect="refuses", zh=fault.said.zh, en=fault.said.en)
        for fault in refusal.faults
    ] or [CheckReason(pointer=None, code=refusal.slug, effect="refuses", zh=title.zh, en=title.en)]
    return CheckRead(verdict="refused", reasons=reasons, attributes={}, term=None)
