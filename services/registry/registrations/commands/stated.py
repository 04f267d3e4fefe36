"""What an institution stated of a subject (申报内容): kept with its registration, sealed, and shown from there.

The shared record of a person or an organisation is another thing: it changes when a registration is recognised, or by
an officer, so that nobody changes what another institution's registration or notice shows.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.registrations.commands.reading import StatedSubject
from services.registry.registrations.models import Registration
from services.registry.registrations.schemas import Subject, SubjectRead
from services.registry.subjects.commands.identifying import StatedPerson, settle_people
from services.registry.subjects.commands.organisations import note_names
from services.registry.subjects.models.people import ClearPerson
from services.registry.subjects.queries.organisations import named_now, organisations, posts
from services.registry.subjects.queries.people import clear_names, clear_people, masked
from services.registry.subjects.rules.names import masked_name
from services.registry.subjects.schemas.organisations import (
    OrganisationRead,
    OrganisationSubject,
    PostRead,
    PostSubject,
)
from services.registry.subjects.schemas.people import PersonRead
from shared.contracts.registration import RegistrationState
from shared.db import stretches
from shared.vault import vault


def sealed_statement(registration_id: UUID, subject: StatedSubject) -> bytes:
    """What is kept of a statement, sealed for its registration."""
    clear = subject.clear() if isinstance(subject, StatedPerson) else ClearPerson(subject.name, None, None)
    return sealed_words(registration_id, clear)


def sealed_words(registration_id: UUID, clear: ClearPerson) -> bytes:
    """Clear values, sealed for a registration."""
    return vault("registry").seal(clear.written(), _bound_to(registration_id))


def statement(registration: Registration) -> ClearPerson | None:
    """What was stated, in clear; None of a registration that was entered before statements were kept."""
    if registration.stated is None:
        return None
    return ClearPerson.read(vault("registry").unseal(registration.stated, _bound_to(registration.id)))


def _bound_to(registration_id: UUID) -> str:
    return f"registration|{registration_id}"


def subjects(session: Session, shown: Sequence[Registration]) -> dict[UUID, SubjectRead]:
    """The subjects of registrations, masked, by registration: each as its institution stated it."""
    refs = refs_by_kind(shown)
    records: dict[UUID, SubjectRead] = {
        **masked(session, refs["person"]),
        **organisations(session, refs["organisation"]),
        **posts(session, refs["post"]),
    }
    return {each.id: as_stated_in(each, records[each.record_ref]) for each in shown}


def as_stated_in(registration: Registration, record: SubjectRead) -> SubjectRead:
    """What is shown of a record, under the name that the registration states."""
    stated = statement(registration)
    match record:
        case _ if stated is None or registration.restricted:
            return record
        case PersonRead():
            return record.model_copy(update={"name": masked_name(stated.name)})
        case OrganisationRead() if record.name != stated.name:
            former = [name for name in (*record.former_names, record.name) if name != stated.name]
            return record.model_copy(update={"name": stated.name, "former_names": former})
        case OrganisationRead() | PostRead():
            return record.model_copy(update={"name": stated.name})
    return record


def clear_subjects(session: Session, shown: Sequence[Registration]) -> dict[UUID, Subject]:
    """The subjects of registrations with clear values, by registration: as stated, with the document that stands."""
    refs = refs_by_kind(shown)
    records: dict[UUID, Subject] = dict(clear_people(session, refs["person"]))
    for ref, organisation in organisations(session, refs["organisation"]).items():
        records[ref] = OrganisationSubject(kind="organisation", uscc=organisation.uscc, name=organisation.name)
    for ref, post in posts(session, refs["post"]).items():
        records[ref] = PostSubject(**post.model_dump())
    return {each.id: _in_the_words_of(each, records[each.record_ref]) for each in shown}


def _in_the_words_of(registration: Registration, record: Subject) -> Subject:
    stated = statement(registration)
    if stated is None:
        return record
    own = stated._asdict() if registration.subject_kind == "person" else {"name": stated.name}
    return record.model_copy(update=own)


def names_stated(session: Session, shown: Sequence[Registration]) -> dict[UUID, str]:
    """The names of subjects in clear, by registration, as stated; whoever reads them leaves a trace (查看明文)."""
    said = {each.id: stated.name for each in shown if (stated := statement(each))}
    left = [each for each in shown if each.id not in said]
    refs = refs_by_kind(left)
    records = {
        **clear_names(session, refs["person"]),
        **{ref: each.name for ref, each in organisations(session, refs["organisation"]).items()},
        **{ref: each.name for ref, each in posts(session, refs["post"]).items()},
    }
    return said | {each.id: records[each.record_ref] for each in left}


def settle_names(session: Session, recognised: Sequence[Registration]) -> None:
    """Let the shared records say what recognised registrations state (认定后更新档案).

    An organisation or post is renamed; its old name becomes history only where it was recognised under it. A person's
    record changes only while nobody was recognised under it: after that a name is an officer's to correct.
    Locks and writes: `organisation`, `organisationname`, `post`, `person`.
    """
    stated = {each.record_ref: found for each in recognised if (found := statement(each))}
    kinds = {each.record_ref: each.subject_kind for each in recognised}
    own = {each.id for each in recognised}
    people = {ref: clear for ref, clear in stated.items() if kinds[ref] == "person"}
    others = {ref: clear.name for ref, clear in stated.items() if kinds[ref] != "person"}
    differing = settle_people(session, people, dry_run=True) if people else set()
    present = named_now(session, others)
    renamed = {ref: name for ref, name in others.items() if present.get(ref) != name}
    if differing or renamed:
        before = _recognised_before(session, {*differing, *renamed}, own)
        settle_people(session, {ref: people[ref] for ref in differing - before}, dry_run=False)
        note_names(session, renamed, kept=before)


def _recognised_before(session: Session, refs: Collection[UUID], besides: Collection[UUID]) -> set[UUID]:
    """Which records other registrations were recognised under."""
    found: set[UUID] = set()
    for some in stretches(refs):
        rows = select(Registration.id, Registration.record_ref).where(
            col(Registration.record_ref).in_(some),
            col(Registration.counted_on).is_not(None),
            Registration.state != RegistrationState.DRAFT,
        )
        found |= {ref for each, ref in session.exec(rows) if each not in besides}
    return found


def refs_by_kind(shown: Sequence[Registration]) -> Mapping[str, set[UUID]]:
    """The records that registrations are of, by kind of subject."""
    refs: dict[str, set[UUID]] = {"person": set(), "organisation": set(), "post": set()}
    for each in shown:
        refs[each.subject_kind].add(each.record_ref)
    return refs
