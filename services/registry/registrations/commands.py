from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.institutions.models import BUREAU_ID, Institution
from services.registry.organisations.commands import note_names
from services.registry.organisations.queries import as_stated
from services.registry.people.commands import Found
from services.registry.people.documents import Note
from services.registry.people.queries import identities_take_turns, person_as_stated
from services.registry.programmes.geography import geography
from services.registry.programmes.queries import capped, in_force
from services.registry.registrations import queries
from services.registry.registrations.errors import NotAmendable
from services.registry.registrations.facts import fact
from services.registry.registrations.models import Registration, Step
from services.registry.registrations.reading import Known, Read, read
from services.registry.registrations.schemas import NewRegistration, RegistrationChange, RegistrationRead, SubjectRead
from services.registry.registrations.standing import Standing
from services.registry.registrations.subjects import names_in, recognise_subjects
from shared import clock
from shared.auth import Caller
from shared.config import settings
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationRecognised, RegistrationSubmitted
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, Language, NotFound, PreconditionFailed, Refusal, Said


class Shown(NamedTuple):
    """A registration with its subject, masked, and its programme."""

    registration: Registration
    subject: SubjectRead
    programme: Programme

    def read(self, language: Language) -> RegistrationRead:
        """As it is answered."""
        return RegistrationRead.of(self.registration, self.subject, self.programme, language)


@dataclass(frozen=True)
class Changing:
    """A change to a registration that was read at a version."""

    id: UUID
    version: int
    change: RegistrationChange


def register(session: Session, wanted: Sequence[NewRegistration], caller: Caller) -> list[Shown | Refusal]:
    """Register subjects in programmes (登记); a direct programme recognises at once where nothing needs a look."""
    identities_take_turns(session, changing=False)
    known = _known(session)
    institutions = _institutions(session, wanted, caller)
    outcomes: list[Registration | Refusal] = []
    readings = [_checked(new, known, institutions, caller) for new in wanted]
    found = iter(
        recognise_subjects(session, [each.subject for each in readings if isinstance(each, Read)], known.matching)
    )
    placed = [(each, next(found) if isinstance(each, Read) else None) for each in readings]
    standing = Standing(session, [subject.subject_ref for _, subject in placed if subject], known.relations)
    for new, (reading, subject) in zip(wanted, placed, strict=True):
        if isinstance(reading, Refusal) or subject is None:
            outcomes.append(reading if isinstance(reading, Refusal) else NotFound())
            continue
        if refusal := standing.refusal(new.programme, subject.subject_ref, caller):
            outcomes.append(refusal)
            continue
        entered = _entered(new, reading, subject, caller)
        standing.add(entered)
        outcomes.append(entered)
    registered = [each for each in outcomes if isinstance(each, Registration)]
    note_names(session, names_in(zip(wanted, outcomes, strict=True)))
    _store(session, registered, known, caller)
    subjects = queries.subjects(session, registered)
    return [_shown(each, subjects, known) for each in outcomes]


def _shown(outcome: Registration | Refusal, subjects: Mapping[UUID, SubjectRead], known: Known) -> Shown | Refusal:
    if isinstance(outcome, Refusal):
        return outcome
    return Shown(outcome, subjects[outcome.record_ref], known.programmes[outcome.programme])


def _known(session: Session) -> Known:
    policy = in_force(session)
    return Known(
        programmes=policy.programmes,
        matching=policy.matching,
        relations=policy.relations,
        geography=geography(session),
        capped=capped(session),
        today=clock.today(),
        fixtures_allowed=settings().environment == "demo",
    )


def _institutions(session: Session, wanted: Sequence[NewRegistration], caller: Caller) -> set[UUID]:
    if caller.institution_id:
        return {caller.institution_id}
    named = {new.institution_id for new in wanted if new.institution_id} | {BUREAU_ID}
    return set(session.exec(select(Institution.id).where(col(Institution.id).in_(named))))


def _checked(new: NewRegistration, known: Known, institutions: set[UUID], caller: Caller) -> Read | InvalidBody:
    reading = read(new, known)
    if new.institution_id is None or new.institution_id in institutions:
        return reading
    faults = reading.faults if isinstance(reading, InvalidBody) else ()
    return InvalidBody(*faults, INSTITUTION_UNKNOWN)


def _entered(new: NewRegistration, reading: Read, subject: Found, caller: Caller) -> Registration:
    now = clock.now()
    registration = Registration(
        programme=new.programme,
        subject_kind=new.subject.kind,
        subject_ref=subject.subject_ref,
        record_ref=subject.record_ref,
        institution_id=caller.institution_id or new.institution_id or BUREAU_ID,
        reporting_unit=reading.place.unit,
        township=new.township,
        gb2260=reading.place.gb2260,
        state="draft",
        fact_date=new.fact_date,
        details=reading.details,
        warnings=kept("subject", reading.subject_notes + subject.notes) + kept("programme", reading.notes),
        external_ref=new.external_ref,
        created_at=now,
        updated_at=now,
    )
    if new.submit:
        registration.state = "submitted"
        if reading.programme.workflow == "direct" and may_recognise_itself(registration):
            registration.state, registration.counted_on = "recognised", registration.fact_date
    return registration


def kept(about: str, notes: Sequence[Note]) -> list[dict[str, str]]:
    """Notes as they are stored, in both languages, and whether the subject or the programme's rules raised them."""
    return [
        {"about": about, "code": note.code, "severity": note.severity, "zh": note.said.zh, "en": note.said.en}
        for note in notes
    ]


def may_recognise_itself(registration: Registration) -> bool:
    """Whether nothing about it needs a person's eyes."""
    return all(warning["severity"] != "warning" for warning in registration.warnings)


def _place(registration: Registration) -> tuple[str, UUID]:
    return registration.programme, registration.subject_ref


def _store(session: Session, registered: Sequence[Registration], known: Known, caller: Caller) -> None:
    everybodys_order = sorted(registered, key=_place)
    session.add_all(everybodys_order)
    session.flush()
    session.add_all(step(each, "submit" if each.state != "draft" else "draft", caller) for each in registered)
    told = {"submitted": RegistrationSubmitted, "recognised": RegistrationRecognised}
    announce(
        session,
        *(fact(told[each.state], each, known.programmes[each.programme]) for each in registered if each.state in told),
    )


def amend(session: Session, wanted: Sequence[Changing], caller: Caller) -> list[Shown | Refusal]:
    """Amend drafts and returned registrations (修改); everything is read and judged anew."""
    identities_take_turns(session, changing=False)
    known = _known(session)
    held = queries.locked(session, caller, [each.id for each in wanted])
    outcomes = [_amended(session, each, held.get(each.id), known, caller) for each in wanted]
    session.flush()
    subjects = queries.subjects(session, [each for each in outcomes if isinstance(each, Registration)])
    return [_shown(each, subjects, known) for each in outcomes]


def _amended(
    session: Session, wanted: Changing, registration: Registration | None, known: Known, caller: Caller
) -> Registration | Refusal:
    if registration is None:
        return NotFound()
    if registration.version != wanted.version:
        return PreconditionFailed()
    if registration.state not in ("draft", "returned"):
        return NotAmendable()
    changes = wanted.change.stated()
    new = NewRegistration.model_construct(**_as_posted(session, registration) | changes)
    reading = read(new, known)
    if isinstance(reading, InvalidBody):
        return reading
    (subject,) = recognise_subjects(session, [reading.subject], known.matching)
    standing = Standing(session, [subject.subject_ref], known.relations)
    if refusal := standing.refusal(registration.programme, subject.subject_ref, caller, besides=registration.id):
        return refusal
    for name in ("township", "fact_date", "external_ref"):
        setattr(registration, name, getattr(new, name))
    registration.reporting_unit, registration.gb2260 = reading.place.unit, reading.place.gb2260
    registration.subject_ref, registration.record_ref = subject.subject_ref, subject.record_ref
    registration.moved = False
    raised = kept("subject", reading.subject_notes + subject.notes)
    if "subject" not in changes:  # what was noticed when the subject was stated is still to be looked at
        raised = [warning for warning in registration.warnings if warning["about"] == "subject"]
    registration.warnings = raised + kept("programme", reading.notes)
    registration.details = reading.details
    note_names(session, names_in([(new, registration)]))
    registration.version += 1
    registration.updated_at = clock.now()
    session.add(step(registration, "amend", caller))
    return registration


def _as_posted(session: Session, registration: Registration) -> dict[str, Any]:
    """A registration as it would be posted again, with its subject's clear values."""
    subject = (
        person_as_stated(session, registration.record_ref)
        if registration.subject_kind == "person"
        else as_stated(session, registration.subject_ref)
    )
    names = ("programme", "reporting_unit", "township", "fact_date", "details", "external_ref")
    return {name: getattr(registration, name) for name in names} | {"subject": subject, "institution_id": None}


def step(registration: Registration, action: str, caller: Caller, **more: Any) -> Step:
    """The history's entry of an act that brought a registration to its present version."""
    return Step(
        registration_id=registration.id,
        version=registration.version,
        action=action,
        state=registration.state,
        by=caller.sub,
        role=caller.role.value,
        at=registration.updated_at,
        **more,
    )


INSTITUTION_UNKNOWN = Fault(
    "/institution_id",
    "institution_unknown",
    Said("没有这个单位，或不是您所在的单位", "There is no such institution, or it is not yours"),
)
