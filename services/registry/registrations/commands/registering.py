from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.institutions.errors import InstitutionBarred
from services.registry.institutions.models import BUREAU_ID, Institution
from services.registry.institutions.queries import barred
from services.registry.organisations.commands import note_names
from services.registry.people.commands.identifying import Found
from services.registry.people.queries import identities_take_turns
from services.registry.people.rules.documents import Note
from services.registry.programmes.queries import capped, geography, in_force
from services.registry.registrations import queries
from services.registry.registrations.commands.reading import Known, Read, read
from services.registry.registrations.commands.retired import unless_retired
from services.registry.registrations.commands.standing import Standing
from services.registry.registrations.commands.subjects import names_in, recognise_subjects
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.models import Registration, Step
from services.registry.registrations.queries import fact
from services.registry.registrations.schemas import NewRegistration, RegistrationRead, SubjectRead
from shared import clock
from shared.auth import Caller
from shared.config import settings
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationRecognised, RegistrationSubmitted
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, Language, NotFound, Refusal, Said


class Shown(NamedTuple):
    """A registration with its subject, masked, and its programme."""

    registration: Registration
    subject: SubjectRead
    programme: Programme

    def read(self, language: Language) -> RegistrationRead:
        """As it is answered."""
        return RegistrationRead.of(self.registration, self.subject, self.programme, language)


def register(session: Session, wanted: Sequence[NewRegistration], caller: Caller) -> list[Shown | Refusal]:
    """Register subjects in programmes (登记); a direct programme recognises at once where nothing needs a look."""
    identities_take_turns(session, changing=False)
    now = known(session)
    institutions = _institutions(session, wanted, caller)
    kept_out = barred(session, institutions, now.today)
    outcomes: list[Registration | Refusal] = []
    checked = [_checked(new, now, institutions, kept_out, caller) for new in wanted]
    readings = unless_retired(session, wanted, checked)
    found = iter(
        recognise_subjects(session, [each.subject for each in readings if isinstance(each, Read)], now.matching)
    )
    placed = [(each, next(found) if isinstance(each, Read) else None) for each in readings]
    standing = Standing(session, [subject.subject_ref for _, subject in placed if subject], now)
    for new, (reading, subject) in zip(wanted, placed, strict=True):
        if isinstance(reading, Refusal) or subject is None:
            outcomes.append(reading if isinstance(reading, Refusal) else NotFound())
            continue
        if refusal := standing.refusal(new.programme, subject.subject_ref, caller):
            outcomes.append(refusal)
            continue
        entered = _entered(new, reading, subject, standing.notes(new.programme, subject.subject_ref), caller)
        standing.add(entered)
        outcomes.append(entered)
    registered = [each for each in outcomes if isinstance(each, Registration)]
    note_names(session, names_in(zip(wanted, outcomes, strict=True)))
    _store(session, registered, now, caller)
    subjects = queries.subjects(session, registered)
    return [shown(each, subjects, now) for each in outcomes]


def shown(outcome: Registration | Refusal, subjects: Mapping[UUID, SubjectRead], known: Known) -> Shown | Refusal:
    """An outcome as it can be answered."""
    if isinstance(outcome, Refusal):
        return outcome
    return Shown(outcome, subjects[outcome.record_ref], known.programmes[outcome.programme])


def known(session: Session) -> Known:
    """What registrations are read against, as it is now."""
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


def _institution(new: NewRegistration, caller: Caller) -> UUID:
    return caller.institution_id or new.institution_id or BUREAU_ID


def _checked(
    new: NewRegistration, known: Known, institutions: set[UUID], kept_out: Mapping[UUID, date], caller: Caller
) -> Read | Refusal:
    if new.submit and (until := kept_out.get(_institution(new, caller))):
        return InstitutionBarred(until)
    reading = read(new, known)
    if new.institution_id is None or new.institution_id in institutions:
        return reading
    faults = reading.faults if isinstance(reading, InvalidBody) else ()
    return InvalidBody(*faults, INSTITUTION_UNKNOWN)


def _entered(
    new: NewRegistration, reading: Read, subject: Found, notes: Sequence[Note], caller: Caller
) -> Registration:
    now = clock.now()
    registration = Registration(
        programme=new.programme,
        subject_kind=new.subject.kind,
        subject_ref=subject.subject_ref,
        record_ref=subject.record_ref,
        institution_id=_institution(new, caller),
        reporting_unit=reading.place.unit,
        township=new.township,
        gb2260=reading.place.gb2260,
        state="draft",
        fact_date=new.fact_date,
        details=reading.details,
        warnings=kept("subject", reading.subject_notes + subject.notes) + kept("programme", (*reading.notes, *notes)),
        external_ref=new.external_ref,
        created_at=now,
        updated_at=now,
    )
    if new.submit:
        registration.state = "submitted"
        if reading.programme.workflow == "direct" and may_recognise_itself(registration):
            registration.state, registration.counted_on = "recognised", registration.fact_date
    reckon_term(registration, reading.programme)
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
