"""Amending (修改): drafts, what was returned, and, by the bureau, what is on notice: it is published again then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.registry.registrations import queries
from services.registry.registrations.commands.claims import Claim, queue_claims
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.reading import (
    Reading,
    References,
    StatedSubject,
    read_registration,
    references_now,
)
from services.registry.registrations.commands.registering import Shown, shown
from services.registry.registrations.commands.retired import judge_retired
from services.registry.registrations.commands.standing import Standing
from services.registry.registrations.commands.stated import clear_subjects, sealed_statement, subjects
from services.registry.registrations.commands.subjects import identify_subjects
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.errors import NotAmendable
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import WRITERS, amendable, stored_notes
from services.registry.registrations.schemas import CLEARABLE, NewRegistration, RegistrationChange, Subject
from services.registry.subjects.commands.identifying import FoundSubject, StatedPerson
from services.registry.subjects.errors import SubjectRestricted
from services.registry.subjects.queries.people import lock_identities
from shared import clock
from shared.auth import Caller
from shared.contracts.registration import RegistrationState
from shared.operations import Call, operation
from shared.problems import NotFound, PreconditionFailed, Refusal
from shared.versions import Versions


@dataclass(frozen=True)
class Amendment:
    """A change to a registration that was read at a version."""

    id: UUID
    version: Versions
    change: RegistrationChange


@operation("amend", roles=WRITERS, target=lambda wanted: wanted.id, effect=Shown.effect)
def amend(session: Session, calls: Sequence[Call[Amendment]]) -> list[Shown | Refusal]:
    """Amend registrations (修改); everything is read and judged anew, as if posted again. No change, no new version.

    Locks identities (shared) and the registrations. Writes registrations, subjects, history, and claims as `register`
    does; announces nothing, since none of them counts yet. Refuses with NotFound, PreconditionFailed,
    SubjectRestricted, NotAmendable, and whatever `register` refuses.
    """
    lock_identities(session, changing=False)
    references = references_now(session)
    held = queries.locked_for(session, [(call.caller, call.item.id) for call in calls])
    before = [registration.version if registration else None for registration in held]
    outcomes = [
        _amended(session, call.item, registration, references, call.caller)
        for call, registration in zip(calls, held, strict=True)
    ]
    session.flush()
    known = subjects(session, [each for each in outcomes if isinstance(each, Registration)])
    return [
        each if isinstance(each, Refusal) else shown(each, known, references)._replace(changed=each.version != version)
        for each, version in zip(outcomes, before, strict=True)
    ]


def _amended(
    session: Session, wanted: Amendment, registration: Registration | None, references: References, caller: Caller
) -> Registration | Refusal:
    if registration is None:
        return NotFound()
    if refused := _refused(wanted, registration, caller):
        return refused
    changes, posted = wanted.change.stated(), posted_now(session, registration)
    new = NewRegistration.model_construct(**posted | changes)
    stated = read_registration(new, references)
    if isinstance(stated, Refusal):
        return stated
    (reading,) = judge_retired(session, [(new, stated)])
    if isinstance(reading, Refusal):
        return reading
    if _as_it_was(registration, changes, posted, reading, references):
        return registration
    (subject,) = identify_subjects(session, [reading.subject], references.matching)
    is_draft = registration.state == RegistrationState.DRAFT  # it is in nobody's way, and nobody in its
    if subject.restricted and not is_draft:
        return SubjectRestricted()
    standing = Standing(session, [subject.subject_ref], references)
    refusal = standing.refusal(registration.programme, subject.subject_ref, caller, besides=registration.id)
    if refusal and not is_draft:
        present = standing.present(registration.programme, subject.subject_ref)
        queue_claims(session, [claim_of(registration, new, reading, present)] if present else [])
        return refusal
    raised = stored_notes("subject", reading.subject_notes + subject.notes)
    if "subject" not in changes:  # what was noticed when the subject was stated is still to be looked at
        raised = [warning for warning in registration.warnings if warning["about"] == "subject"]
    registration.warnings = raised + stored_notes("programme", reading.notes)
    if registration.subject_ref != subject.subject_ref and not is_draft:
        registration.yields = standing.yields(registration.programme, subject.subject_ref)
    stand_for(registration, subject)
    registration.stated = sealed_statement(registration.id, reading.subject)
    restate(registration, new, reading)
    if any(changes[name] != posted[name] for name in changes.keys() - CLEARABLE):
        _end_notice(registration)
    _enter(session, registration, caller)
    return registration


def _refused(wanted: Amendment, registration: Registration, caller: Caller) -> Refusal | None:
    """Why it cannot be amended at all, whatever is stated."""
    if registration.version not in wanted.version:
        return PreconditionFailed()
    return not_amendable(registration, caller)


def not_amendable(registration: Registration, caller: Caller) -> Refusal | None:
    """Why this caller may not amend it as it stands, in whatever version."""
    if registration.restricted:
        return SubjectRestricted()
    return None if registration.state in amendable(caller.role) else NotAmendable()


def claim_of(registration: Registration, new: NewRegistration, reading: Reading, present: Registration) -> Claim:
    """What is put before the bureau of a registration whose subject stands registered there."""
    return Claim(new.programme, reading.place.unit, new.fact_date, registration.institution_id, present)


def stand_for(registration: Registration, subject: FoundSubject) -> None:
    registration.subject_ref, registration.record_ref = subject.subject_ref, subject.record_ref
    registration.moved = False


def restate(registration: Registration, new: NewRegistration, reading: Reading) -> None:
    """What is stated of a registration beside its subject, as it was read."""
    registration.reporting_unit, registration.gb2260 = reading.place.unit, reading.place.gb2260
    registration.township, registration.fact_date = reading.place.township, new.fact_date
    registration.external_ref, registration.details = new.external_ref, reading.details
    reckon_term(registration, reading.programme)


def _as_it_was(
    registration: Registration,
    changes: Mapping[str, Any],
    posted: Mapping[str, Any],
    reading: Reading,
    references: References,
) -> bool:
    """Whether the changes asked for are none, however they are written; a subject that was warned of is stated anew."""
    same = {name: changes[name] == posted[name] for name in changes}
    if "details" in changes:
        same["details"] = reading.details == posted["details"]
    if "subject" in changes:
        before = read_registration(NewRegistration.model_construct(**posted), references)
        warned = any(each["about"] == "subject" for each in registration.warnings)
        same["subject"] = not warned and isinstance(before, Reading) and _kept(before.subject) == _kept(reading.subject)
    return all(same.values())


def _kept(subject: StatedSubject) -> Any:
    """What is kept of a subject, with what the number of its document tells."""
    if isinstance(subject, StatedPerson):
        return subject.clear(), subject.document
    return subject


def _enter(session: Session, registration: Registration, caller: Caller) -> None:
    """The registration's next version, with its history."""
    registration.version += 1
    registration.updated_at = clock.now()
    session.add(history_entry(registration, "amend", caller))


def _end_notice(registration: Registration) -> None:
    """What the public was shown is no longer so: the entry is published again, for its own full time (补充公示)."""
    if registration.state != RegistrationState.ON_NOTICE:
        return
    registration.state = RegistrationState.PROPOSED
    registration.notice_first_day = registration.notice_last_day = None


def posted_now(session: Session, registration: Registration) -> dict[str, Any]:
    """A registration as it would be posted again, as it stands."""
    return as_posted(registration, clear_subjects(session, [registration])[registration.id])


def as_posted(registration: Registration, subject: Subject) -> dict[str, Any]:
    """A registration as it would be posted again, with its subject's clear values."""
    submit = registration.state != RegistrationState.DRAFT
    names = ("programme", "reporting_unit", "township", "fact_date", "details", "external_ref")
    own = {name: getattr(registration, name) for name in names}
    return own | {"subject": subject, "institution_id": None, "submit": submit}
