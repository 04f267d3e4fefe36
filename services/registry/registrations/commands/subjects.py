from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import Session

from services.registry.organisations.commands import (
    StatedOrganisation,
    StatedPost,
    recognise_organisations,
    recognise_posts,
)
from services.registry.people.commands.identifying import Found, Stated, recognise_people
from services.registry.registrations.commands.reading import Subject
from services.registry.registrations.models import Registration
from services.registry.registrations.schemas import NewRegistration
from shared.contracts.duplicates import Matching
from shared.problems import Refusal


def recognise_subjects(session: Session, stated: Sequence[Subject], matching: Matching) -> list[Found]:
    """The subject behind each statement, in order, with what was noticed about it."""
    people = iter(recognise_people(session, [each for each in stated if isinstance(each, Stated)], matching))
    organisations = iter(
        recognise_organisations(session, [each for each in stated if isinstance(each, StatedOrganisation)])
    )
    posts = iter(recognise_posts(session, [each for each in stated if isinstance(each, StatedPost)]))
    found = []
    for each in stated:
        match each:
            case Stated():
                found.append(next(people))
            case StatedOrganisation():
                found.append(_itself(next(organisations)))
            case StatedPost():
                found.append(_itself(next(posts)))
    return found


def _itself(subject_ref: UUID) -> Found:
    return Found(subject_ref, subject_ref, ())


def names_in(taken: Iterable[tuple[NewRegistration, Registration | Refusal]]) -> dict[UUID, str]:
    """The names of organisations and posts as the registrations that were taken state them."""
    return {
        registration.subject_ref: new.subject.name.strip()
        for new, registration in taken
        if isinstance(registration, Registration) and registration.subject_kind != "person"
    }
