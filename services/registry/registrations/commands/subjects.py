from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from services.registry.registrations.commands.reading import StatedSubject
from services.registry.subjects.commands.identifying import FoundSubject, StatedPerson, identify_people
from services.registry.subjects.commands.organisations import (
    StatedOrganisation,
    StatedPost,
    identify_organisations,
    identify_posts,
)
from shared.contracts.duplicates import Matching


def identify_subjects(session: Session, stated: Sequence[StatedSubject], matching: Matching) -> list[FoundSubject]:
    """The subject behind each statement, in order, with what was noticed about it."""
    people = iter(identify_people(session, [each for each in stated if isinstance(each, StatedPerson)], matching))
    organisations = iter(
        identify_organisations(session, [each for each in stated if isinstance(each, StatedOrganisation)])
    )
    posts = iter(identify_posts(session, [each for each in stated if isinstance(each, StatedPost)]))
    found = []
    for each in stated:
        match each:
            case StatedPerson():
                found.append(next(people))
            case StatedOrganisation():
                found.append(_itself(next(organisations)))
            case StatedPost():
                found.append(_itself(next(posts)))
    return found


def _itself(subject_ref: UUID) -> FoundSubject:
    return FoundSubject(subject_ref, subject_ref, ())
