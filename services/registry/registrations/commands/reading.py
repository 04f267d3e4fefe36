"""Reading a posted registration: identity, details and eligibility judged, before anything is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session

from services.registry.programmes.queries import PROGRAMME_UNKNOWN, in_force, limits
from services.registry.programmes.rules.details import check_details
from services.registry.programmes.rules.eligibility import Applicant, judge
from services.registry.programmes.rules.limits import KnownLimits
from services.registry.programmes.rules.places import Geography
from services.registry.programmes.rules.terms import term_notes
from services.registry.registrations.commands.placing import Placed, placed
from services.registry.registrations.schemas import NewRegistration
from services.registry.subjects.commands.identifying import StatedPerson
from services.registry.subjects.commands.organisations import StatedOrganisation, StatedPost
from services.registry.subjects.rules.ages import age_faults, birth_date_of
from services.registry.subjects.rules.documents import Note, StatedDocument, stated_details_notes, truncation_notes
from services.registry.subjects.rules.names import name_faults, name_notes, stored_name
from services.registry.subjects.rules.organisations import POST_CODE, Uscc, read_post_code, read_uscc
from services.registry.subjects.rules.reading import read_document
from services.registry.subjects.schemas.organisations import OrganisationSubject, PostSubject
from services.registry.subjects.schemas.people import PersonSubject
from shared import clock
from shared.config import settings
from shared.contracts.duplicates import Matching, Relation
from shared.contracts.policy import Programme
from shared.problems import Fault, InvalidBody, Said

StatedSubject = StatedPerson | StatedOrganisation | StatedPost
FoundInStatement = tuple[StatedSubject | None, date | None, tuple[Note, ...], list[Fault]]


@dataclass(frozen=True)
class References:
    """What a registration is read against."""

    programmes: Mapping[str, Programme]
    matching: Matching
    relations: Sequence[Relation]
    geography: Geography
    limits: KnownLimits
    today: date
    fixtures_allowed: bool


@dataclass(frozen=True)
class Reading:
    """A registration found in order, with what the bureau should look at."""

    programme: Programme
    place: Placed
    subject: StatedSubject
    details: dict[str, Any]
    subject_notes: tuple[Note, ...]
    notes: tuple[Note, ...]


def references_now(session: Session) -> References:
    """What registrations are read against, as it is now."""
    policy = in_force(session)
    return References(
        programmes=policy.programmes,
        matching=policy.matching,
        relations=policy.relations,
        geography=policy.geography,
        limits=limits(session),
        today=clock.today(),
        fixtures_allowed=settings().environment == "demo",
    )


def read_registration(new: NewRegistration, references: References) -> Reading | InvalidBody:
    """The registration, or everything that is wrong with it at once."""
    programme = references.programmes.get(new.programme)
    if programme is None:
        return InvalidBody(PROGRAMME_UNKNOWN)
    place = placed(new.reporting_unit, new.township, new.fact_date, references.geography)
    faults = place if isinstance(place, list) else []
    if new.fact_date > references.today:
        faults.append(FACT_IN_FUTURE)
    if new.subject.kind != programme.subject_kind:
        return InvalidBody(*faults, _wrong_kind(programme))
    subject, birth, notes, subject_faults = _subject(new, references)
    details, details_faults = check_details(programme.fields, new.details)
    faults += [*subject_faults, *details_faults]
    warnings: tuple[Note, ...] = ()
    if not details_faults:
        verdict = judge(programme.eligibility, Applicant(details, new.fact_date, birth))
        faults += verdict.faults
        warnings = (*verdict.warnings, *term_notes(programme.term, programme.fields, details))
    if faults or subject is None or isinstance(place, list):
        return InvalidBody(*faults)
    stated = subject if new.submit else replace(subject, draft=True)
    return Reading(programme, place, stated, details, notes, (*warnings, *place.notes))


def _subject(new: NewRegistration, references: References) -> FoundInStatement:
    """The subject, a person's birth date, notes and faults."""
    named = [fault.at("/subject") for fault in name_faults(new.subject.name)]
    match new.subject:
        case PersonSubject() as person:
            return read_person(person, new.fact_date, references)
        case OrganisationSubject() as organisation:
            stated, birth, notes, faults = _organisation(organisation, named)
        case PostSubject() as post:
            stated, birth, notes, faults = _post(post, named)
    return stated, birth, (*notes, *name_notes(new.subject.name, new.subject.kind)), faults


def _organisation(organisation: OrganisationSubject, faults: list[Fault]) -> FoundInStatement:
    uscc = read_uscc(organisation.uscc)
    if isinstance(uscc, Fault):
        return None, None, (), [*faults, uscc.at("/subject")]
    return StatedOrganisation(uscc.code, stored_name(organisation.name)), None, uscc.notes, faults


def read_person(
    person: PersonSubject, fact_date: date, references: References, at: str = "/subject"
) -> tuple[StatedPerson | None, date | None, tuple[Note, ...], list[Fault]]:
    """A person as stated in a field of a body, their birth date, what is odd about them, and what is wrong."""
    faults = [fault.at(at) for fault in name_faults(person.name)]
    document = read_document(
        person.id_type, person.id_number, person.id_country, references.today, references.fixtures_allowed
    )
    if isinstance(document, Fault):
        return None, None, (), [*faults, document.at(at)]
    faults += [fault.at(at) for fault in age_faults(document, person.birth_date, fact_date)]
    notes = document.notes + stated_details_notes(document, person.birth_date, person.gender)
    notes += name_notes(person.name, person.kind)
    stated = StatedPerson(stored_name(person.name), _without_notes(document), person.birth_date, person.gender)
    return stated, birth_date_of(document, person.birth_date), notes, faults


def _without_notes(document: StatedDocument) -> StatedDocument:
    return StatedDocument(document.type, document.country, document.number, document.birth_date, document.gender)


def _post(post: PostSubject, faults: list[Fault]) -> FoundInStatement:
    host, code = read_uscc(post.host_uscc), read_post_code(post.post_code)
    if isinstance(host, Fault):
        faults.append(Fault("/subject/host_uscc", host.code, host.said))
    if isinstance(code, Fault):
        faults.append(code.at("/subject"))
    if not isinstance(host, Uscc) or isinstance(code, Fault):
        return None, None, (), faults
    notes = (*host.notes, *truncation_notes(code, POST_CODE))
    return StatedPost(host.code, code, stored_name(post.name)), None, notes, faults


FACT_IN_FUTURE = Fault(
    "/fact_date", "in_future", Said("事实发生日期不能晚于今天", "The fact date cannot lie after today")
)


def _wrong_kind(programme: Programme) -> Fault:
    names = {
        "person": Said("人员", "a person"),
        "organisation": Said("单位", "an organisation"),
        "post": Said("岗位", "a post"),
    }
    wanted = names[programme.subject_kind]
    return Fault(
        "/subject/kind",
        "wrong_kind",
        Said(f"该计划登记的对象是{wanted.zh}", f"This programme registers {wanted.en}"),
    )
