"""Erasing people's data (删除): nothing personal is left, and every count stays as it is, with nobody named."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.registry.corrections import queries
from services.registry.corrections.commands.restricting import SubjectAct, person_entry, switch
from services.registry.outcomes.models import Circumstance, Placement
from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.stated import sealed_words
from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.subjects.models.people import (
    NUMBER_INDEXES,
    ClearPerson,
    IdentityDocument,
    Person,
    PersonHistoryEntry,
    index_erased,
    sealed_number,
    sealed_person,
)
from services.registry.subjects.schemas.people import HIDDEN
from services.registry.transitions.models import Finding, PublishedEntry
from shared import clock
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationState

NOBODY = ClearPerson("", None, None)


def erase(session: Session, people: Sequence[Person], act: SubjectAct) -> int:
    """Take away all that is personal of a person's records, registrations, placements, lists; how many registrations.

    What counts stays: programme, unit, days, states, codes and the ids that figures stand on; no key leads from a
    number to them any more, so that whoever is registered anew is another subject. Texts typed freely go: details,
    reasons, remarks, references. What an Idempotency-Key keeps goes within seven days by itself, sealed until then.
    Writes: `person`, `identitydocument`, `person_step`, `registration` and its history, `placement`, `circumstance`,
    `finding`; takes away `person_key` and `published_entry`. Called under `lock_identities`. Announces nothing.
    """
    records = [person.id for person in people]
    switch(session, people, act, restricted=True)
    held = queries.held_registrations(session, records)
    ids, known = [each.id for each in held], programmes(session)
    _erase_histories(session, records, ids)
    _erase_holders(session, records, known)
    for registration in held:
        _erase_registration(registration, known[registration.programme])
    for person in people:
        person.sealed, person.erased_at = sealed_person(person.id, NOBODY), clock.now()
        session.add(person_entry(person, act._replace(action="erase")))
    for document in session.exec(select(IdentityDocument).where(col(IdentityDocument.person_id).in_(records))):
        document.sealed_number = sealed_number(document.id, "")
        document.valid_from = document.valid_to = None
        for column in NUMBER_INDEXES.values():  # of a key that is no longer used, too
            setattr(document, column, index_erased(document.id) if getattr(document, column) else None)
    session.execute(delete(PublishedEntry).where(col(PublishedEntry.registration_id).in_(ids)))
    session.flush()
    return len(held)


def _erase_registration(registration: Registration, programme: Programme) -> None:
    """Leave of a registration what counts; a draft counts nowhere, and is withheld like the rest."""
    is_draft = registration.state == RegistrationState.DRAFT
    registration.details = {} if is_draft else _without_texts(registration.details, programme)
    _erase_later(registration, programme)
    registration.stated = sealed_words(registration.id, NOBODY)
    registration.external_ref = registration.township_stated = registration.awaiting = None
    registration.restricted = True


def _erase_later(registration: Registration, programme: Programme) -> None:
    """What became of it later, without what was typed freely."""
    registration.later_details = [
        each | {"value": value if each["value"] is not None else None}
        for each in registration.later_details
        for value in _without_texts({each["field"]: each["value"]}, programme).values()
    ]


def _without_texts(details: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
    free = {field.name for field in programme.fields if field.type == "text"}
    return {name: HIDDEN if name in free else held for name, held in details.items()}


def _erase_holders(session: Session, records: Sequence[UUID], known: Mapping[str, Programme]) -> None:
    """Of the posts that the person held, codes and days stay."""
    held = (
        select(Circumstance, Registration)
        .where(Circumstance.registration_id == Registration.id)
        .where(col(Circumstance.record_ref).in_(records))
    )
    for circumstance, post in session.exec(held.with_for_update()).all():
        circumstance.details = _without_texts(circumstance.details, known[post.programme])
        circumstance.withdrawn_reason = circumstance.stated = None
        _erase_later(post, known[post.programme])


def _erase_histories(session: Session, records: Sequence[UUID], ids: Sequence[UUID]) -> None:
    """Texts that officers typed may name somebody."""
    of_registrations = col(HistoryEntry.registration_id).in_(ids)
    session.execute(update(HistoryEntry).where(of_registrations).values(reason=None, override_reason=None))
    of_records = col(PersonHistoryEntry.person_id).in_(records)
    session.execute(update(PersonHistoryEntry).where(of_records).values(reason=HIDDEN))
    session.execute(update(Finding).where(col(Finding.registration_id).in_(ids)).values(remark=None))
    session.execute(
        update(Placement).where(col(Placement.record_ref).in_(records)).values(external_ref=None, stated=None)
    )
    own = col(Circumstance.registration_id).in_(ids)
    session.execute(update(Circumstance).where(own).values(withdrawn_reason=None))
