"""Reading a posted registration: identity, details and eligibility judged, before anything is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from services.registry.organisations.commands import StatedOrganisation, StatedPost
from services.registry.organisations.rules import Uscc, read_post_code, read_uscc
from services.registry.organisations.schemas import OrganisationSubject, PostSubject
from services.registry.people.commands.identifying import StatedPerson
from services.registry.people.rules.ages import age_faults, birth_date_of
from services.registry.people.rules.documents import Note, StatedDocument, stated_details_notes
from services.registry.people.rules.names import name_faults
from services.registry.people.rules.reading import read_document
from services.registry.people.schemas import PersonSubject
from services.registry.programmes.queries import geography, in_force, limits
from services.registry.programmes.rules.details import check_details
from services.registry.programmes.rules.eligibility import Applicant, judge
from services.registry.programmes.rules.limits import KnownLimits
from services.registry.programmes.rules.places import Geography
from services.registry.registrations.commands.placing import Placed, placed
from services.registry.registrations.schemas import NewRegistration
from shared import clock
from shared.config import settings
from shared.contracts.duplicates import Matching, Relation
from shared.contracts.policy import Programme
from shared.problems import Fault, InvalidBody, Said

StatedSubject = StatedPerson | StatedOrganisation | StatedPost


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
        geography=geography(session),
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
    faults = [place] if isinstance(place, Fault) else []
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
        warnings = verdict.warnings
    if faults or subject is None or isinstance(place, Fault):
        return InvalidBody(*faults)
    return Reading(programme, place, subject, details, notes, (*warnings, *place.notes))


def _subject(
    new: NewRegistration, references: References
) -> tuple[StatedSubject | None, date | None, tuple[Note, ...], list[Fault]]:
    """The subject, a person's birth date, notes and faults."""
    faults = [fault.at("/subject") for fault in name_faults(new.subject.name)]
    match new.subject:
        case PersonSubject() as person:
            return _person(person, new.fact_date, references, faults)
        case OrganisationSubject() as organisation:
            uscc = read_uscc(organisation.uscc)
            if isinstance(uscc, Fault):
                return None, None, (), [*faults, uscc.at("/subject")]
            return StatedOrganisation(uscc.code, organisation.name.strip()), None, uscc.notes, faults
        case PostSubject() as post:
            return _post(post, faults)


def _person(
    person: PersonSubject, fact_date: date, references: References, faults: list[Fault]
) -> tuple[StatedSubject | None, date | None, tuple[Note, ...], list[Fault]]:
    document = read_document(
        person.id_type, person.id_number, person.id_country, references.today, references.fixtures_allowed
    )
    if isinstance(document, Fault):
        return None, None, (), [*faults, document.at("/subject")]
    faults += [fault.at("/subject") for fault in age_faults(document, person.birth_date, fact_date)]
    notes = document.notes + stated_details_notes(document, person.birth_date, person.gender)
    stated = StatedPerson(person.name, _without_notes(document), person.birth_date, person.gender)
    return stated, birth_date_of(document, person.birth_date), notes, faults


def _without_notes(document: StatedDocument) -> StatedDocument:
    return StatedDocument(document.type, document.country, document.number, document.birth_date, document.gender)


def _post(post: PostSubject, faults: list[Fault]) -> tuple[StatedSubject | None, None, tuple[Note, ...], list[Fault]]:
    host, code = read_uscc(post.host_uscc), read_post_code(post.post_code)
    if isinstance(host, Fault):
        faults.append(Fault("/subject/host_uscc", host.code, host.said))
    if isinstance(code, Fault):
        faults.append(code.at("/subject"))
    if not isinstance(host, Uscc) or isinstance(code, Fault):
        return None, None, (), faults
    return StatedPost(host.code, code, post.name.strip()), None, host.notes, faults


PROGRAMME_UNKNOWN = Fault(
    "/programme",
    "programme_unknown",
    Said("没有这个人才计划，请从计划目录选择", "There is no such programme; choose one from the list of programmes"),
)
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
