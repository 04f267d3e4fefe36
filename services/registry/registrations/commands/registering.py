"""Registering (登记) in four stages over one candidate per item: read → identify → admit → enter.

A stage goes on with the candidates that none before it refused, all of them together, so that it asks the database
once for a batch. What one candidate is refused for never concerns another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.institutions.errors import InstitutionBarred
from services.registry.institutions.models import BUREAU_ID, Institution
from services.registry.institutions.queries import barred
from services.registry.registrations.commands.claims import Claim, queue_claims
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.reading import Reading, References, read_registration, references_now
from services.registry.registrations.commands.retired import judge_retired
from services.registry.registrations.commands.seats import recognise_itself, want_seats
from services.registry.registrations.commands.standing import Standing
from services.registry.registrations.commands.stated import as_stated_in, sealed_statement, settle_names, subjects
from services.registry.registrations.commands.subjects import identify_subjects
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.errors import institution_unknown
from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.registrations.queries import fact
from services.registry.registrations.rules import BEGUN_WITH, WRITERS, stored_notes
from services.registry.registrations.schemas import NewRegistration, RegistrationRead, SubjectRead
from services.registry.subjects.commands.identifying import FoundSubject
from services.registry.subjects.errors import SubjectRestricted
from services.registry.subjects.queries.people import lock_identities
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import (
    RegistrationEvent,
    RegistrationRecognised,
    RegistrationState,
    RegistrationSubmitted,
)
from shared.db import insert_together
from shared.ids import new_id
from shared.new_rows import new_row, stored
from shared.operations import Call, Effect, operation
from shared.outbox import announcements
from shared.problems import InvalidBody, Language, Refusal

ANNOUNCED: Mapping[str, type[RegistrationEvent]] = {
    RegistrationState.SUBMITTED: RegistrationSubmitted,
    RegistrationState.RECOGNISED: RegistrationRecognised,
}


class Shown(NamedTuple):
    """A registration with its subject, masked, and its programme."""

    registration: Registration
    subject: SubjectRead
    programme: Programme
    changed: bool = True

    def read(self, language: Language, reader: Caller) -> RegistrationRead:
        """As it is answered to whoever asked."""
        return RegistrationRead.of(self.registration, self.subject, self.programme, language, reader)

    def effect(self) -> Effect | None:
        """What the audit trail keeps of it: nothing where nothing changed."""
        return Effect(self.registration.id, self.registration.version) if self.changed else None


@dataclass
class Candidate:
    """A registration on its way in (待登记): what each stage found out, or why one of them refused it.

    In a `trial` by an institution nothing is seen of other institutions' records: it is told the same in any case.
    """

    new: NewRegistration
    caller: Caller
    trial: bool = False
    cause: UUID | None = None  # the import that brings it
    traceparent: str | None = None  # of the request that brings it
    refusal: Refusal | None = None
    reading: Reading = field(init=False)  # since it was read
    subject: FoundSubject = field(init=False)  # since it was identified
    registration: Registration = field(init=False)  # since it was admitted

    def judged(self, outcome: Reading | Refusal) -> None:
        """Keep what reading it came to."""
        if isinstance(outcome, Refusal):
            self.refusal = outcome
        else:
            self.reading = outcome

    @property
    def only(self) -> UUID | None:
        """The institution whose registrations alone are looked at; None: everybody's."""
        return self.caller.institution_id if self.trial else None

    @property
    def institution_id(self) -> UUID:
        """The institution that it is registered for; the bureau itself where an officer names none."""
        return self.caller.institution_id or self.new.institution_id or BUREAU_ID


@operation("register", roles=WRITERS, effect=Shown.effect)
def register(session: Session, calls: Sequence[Call[NewRegistration]]) -> list[Shown | Refusal]:
    """Register subjects in programmes (登记); a direct programme recognises at once where nothing needs a look.

    Whom a limit covers is entered as submitted, and kept as one that quota is to be asked about (see `settle_seats`).
    Locks identities (shared) against merging, and people where programmes exclude one another. Writes subjects,
    registrations, history, wanted seats, and into the review queue whom another institution has (`queue_claims`).
    Announces RegistrationSubmitted or RegistrationRecognised, nothing for a draft. Refuses with InvalidBody (every
    fault at once), InstitutionBarred, SubjectRestricted, AlreadyRegistered, TitledBefore, ProgrammesExclude.
    """
    return registered(session, [Candidate(call.item, call.caller, traceparent=call.traceparent) for call in calls])


def registered(session: Session, candidates: Sequence[Candidate]) -> list[Shown | Refusal]:
    """Take candidates through the four stages, as `register` says; one outcome for each."""
    references = through_stages(session, candidates)
    known = _shown_subjects(session, remaining(candidates))
    return [each.refusal or shown(each.registration, known, references) for each in candidates]


def through_stages(session: Session, candidates: Sequence[Candidate]) -> References:
    """Lead candidates through the four stages, for whoever shows none of them; what they were read against."""
    lock_identities(session, changing=False)
    references = references_now(session)
    read(session, candidates, references)
    identify(session, candidates, references)
    claims = admit(session, candidates, references)
    if not any(each.trial for each in candidates):  # beside another institution's it could not be stored
        enter(session, candidates, references)
        queue_claims(session, claims)
    return references


def remaining(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that no stage has refused so far."""
    return [each for each in candidates if not each.refusal]


def read(session: Session, candidates: Sequence[Candidate], references: References) -> None:
    """Stage 1: what is stated, judged by itself (读取与校验): fields, document numbers, eligibility, organisations."""
    institutions = _institutions(session, candidates)
    kept_out = barred(session, institutions, references.today)
    for each in candidates:
        until = kept_out.get(each.institution_id) if each.new.submit else None
        each.judged(InstitutionBarred(until) if until else _read_for(each, institutions, references))
    beside_retired(session, candidates)


def beside_retired(session: Session, candidates: Sequence[Candidate]) -> None:
    """The end of stage 1: facts of organisations that had ended by then are refused, or looked at."""
    left = remaining(candidates)
    outcomes = judge_retired(session, [(each.new, each.reading) for each in left])
    for each, outcome in zip(left, outcomes, strict=True):
        each.judged(outcome)


def identify(session: Session, candidates: Sequence[Candidate], references: References) -> None:
    """Stage 2: whom each speaks of (识别对象): known by document or code, or recorded now."""
    left = remaining(candidates)
    stated = [replace(each.reading.subject, draft=True) if each.only else each.reading.subject for each in left]
    found = identify_subjects(session, stated, references.matching)
    for each, subject in zip(left, found, strict=True):
        each.subject = subject


def admit(session: Session, candidates: Sequence[Candidate], references: References) -> list[Claim]:
    """Stage 3: whether the subject may be registered there (准入), beside what stands and what this batch brings.

    Those that are claimed beside another registration are refused, and returned to be put before the bureau. A draft
    is in nobody's way, and nobody in its: it is judged when it is submitted.
    """
    claims: list[Claim] = []
    for each in remaining(candidates):
        if each.subject.restricted:
            each.refusal = SubjectRestricted()
        elif not each.new.submit:
            each.registration = _registration(each, _warnings(each), references)
    left = [each for each in remaining(candidates) if each.new.submit]
    known = [each.subject.subject_ref for each in left if not each.subject.recorded]
    standing = Standing(session, known, references, only=next((each.only for each in left), None))
    for each in left:
        programme, subject_ref = each.new.programme, each.subject.subject_ref
        each.refusal = standing.refusal(programme, subject_ref, each.caller)
        present = standing.present(programme, subject_ref)
        if each.refusal and present:
            place, new = each.reading.place.unit, each.new
            claims.append(Claim(programme, place, new.fact_date, each.institution_id, present))
        if not each.refusal:
            again = stored_notes("programme", standing.notes(programme, subject_ref, each.institution_id))
            each.registration = _registration(each, _warnings(each) + again, references)
            each.registration.yields = standing.yields(programme, subject_ref)
            standing.add(each.registration)
    return claims


def _warnings(candidate: Candidate) -> list[dict[str, str]]:
    reading = candidate.reading
    warnings = stored_notes("subject", reading.subject_notes + candidate.subject.notes)
    return warnings + stored_notes("programme", reading.notes)


def enter(session: Session, candidates: Sequence[Candidate], references: References) -> None:
    """Stage 4: stored, with history, and announced (入库), in the same order for everybody."""
    entered = remaining(candidates)
    registrations: list[Registration] = [each.registration for each in entered]
    registrations.sort(key=_order)
    facts = [
        fact(kind, each.registration, each.reading.programme, cause=each.cause, traceparent=each.traceparent)
        for each in entered
        if (kind := ANNOUNCED.get(each.registration.state))
    ]
    insert_together(
        session,
        stored(Registration, registrations),
        stored(HistoryEntry, [_first_entry(each) for each in entered]),
        announcements(facts),
    )
    want_seats(session, registrations, {each.registration.id: each.cause for each in entered})
    # A person who is recognised at once is known by that name, or by none.
    settle_names(session, [each for each in registrations if each.counted_on and each.subject_kind != "person"])


def _first_entry(entered: Candidate) -> HistoryEntry:
    action = "draft" if entered.registration.state == RegistrationState.DRAFT else "submit"
    return history_entry(entered.registration, action, entered.caller)


def _shown_subjects(session: Session, entered: Sequence[Candidate]) -> dict[UUID, SubjectRead]:
    """The subjects of registrations just entered, as stated: those recorded with them need no reading."""
    recorded = {
        each.registration.id: as_stated_in(each.registration, each.subject.recorded)
        for each in entered
        if each.subject.recorded
    }
    known = [each.registration for each in entered if not each.subject.recorded]
    return {**recorded, **subjects(session, known)}


def shown(registration: Registration, known: Mapping[UUID, SubjectRead], references: References) -> Shown:
    """A registration as it can be answered."""
    return Shown(registration, known[registration.id], references.programmes[registration.programme])


def _order(registration: Registration) -> tuple[str, UUID]:
    """Everybody's order, so that two who write the same registrations never wait in a circle."""
    return registration.programme, registration.subject_ref


def _institutions(session: Session, candidates: Sequence[Candidate]) -> set[UUID]:
    """The institutions that candidates are for: of callers their own, and those officers name as far as there are."""
    own = {each.caller.institution_id for each in candidates if each.caller.institution_id}
    if named := {each.institution_id for each in candidates} - own:
        own |= set(session.exec(select(Institution.id).where(col(Institution.id).in_(named))))
    return own


def _read_for(candidate: Candidate, institutions: set[UUID], references: References) -> Reading | InvalidBody:
    new, own = candidate.new, candidate.caller.institution_id
    reading = read_registration(new, references)
    if new.institution_id is None or (new.institution_id in institutions and own in (None, new.institution_id)):
        return reading
    faults = reading.faults if isinstance(reading, InvalidBody) else ()
    return InvalidBody(*faults, institution_unknown("/institution_id"))


def _registration(candidate: Candidate, warnings: list[dict[str, str]], references: References) -> Registration:
    new, reading, now = candidate.new, candidate.reading, clock.now()
    registration_id = new_id()
    registration = new_row(
        Registration,
        id=registration_id,
        stated=sealed_statement(registration_id, reading.subject),
        programme=new.programme,
        subject_kind=new.subject.kind,
        subject_ref=candidate.subject.subject_ref,
        record_ref=candidate.subject.record_ref,
        institution_id=candidate.institution_id,
        reporting_unit=reading.place.unit,
        township=reading.place.township,
        gb2260=reading.place.gb2260,
        state=RegistrationState.SUBMITTED if new.submit else RegistrationState.DRAFT,
        fact_date=new.fact_date,
        details=reading.details,
        warnings=warnings,
        external_ref=new.external_ref,
        began_with=reading.programme.model_dump(include=BEGUN_WITH),
        created_at=now,
        updated_at=now,
    )
    if new.submit:
        recognise_itself(registration, reading.programme, references.limits)
    reckon_term(registration, reading.programme)
    return registration
