from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, select

from services.registry.accounts.queries.hands import had_hands
from services.registry.corrections.models import CaseHistoryEntry, SubjectRequest
from services.registry.corrections.rules import PERSON_UNKNOWN, masked_birth
from services.registry.corrections.schemas.corrections import (
    CaseHistoryRead,
    CaseRead,
    CaseSummary,
    Held,
    RefusedFilingRead,
    ReorganisationRead,
    Side,
)
from services.registry.registrations.models import RefusedFiling, Registration
from services.registry.registrations.queries import scope, writers
from services.registry.registrations.rules import SEES_ALL
from services.registry.subjects.models.organisations import Reorganisation
from services.registry.subjects.models.people import Duplicate, Person, number_of, unseal
from services.registry.subjects.queries.organisations import named
from services.registry.subjects.queries.people import documents, records_of
from services.registry.subjects.rules.names import masked_name
from services.registry.subjects.schemas.people import HIDDEN, DocumentRead
from shared.auth import Caller
from shared.contracts.registration import ENDED
from shared.db import stretches
from shared.problems import InvalidBody, Language


def cases(session: Session, caller: Caller, state: str | None, limit: int, after: UUID | None) -> Sequence[Duplicate]:
    """Cases of the review queue (疑似重复), the newest first, before an id, `limit + 1` of them; of one state or all.

    Whoever does not see everything sees the cases of the registrations within their scope; but not that somebody else
    claims the same person.
    """
    wanted = select(Duplicate).order_by(col(Duplicate.id).desc()).limit(limit + 1)
    if caller.role not in SEES_ALL:
        wanted = wanted.where(exists().where(_concerns(), scope(caller)), Duplicate.claim == "")
    if state:
        wanted = wanted.where(Duplicate.state == state)
    if after:
        wanted = wanted.where(col(Duplicate.id) < after)
    return session.exec(wanted).all()


def own_registrations(session: Session, caller: Caller, found: Sequence[Duplicate]) -> dict[UUID, list[UUID]]:
    """By case, the registrations within the caller's scope that it is about; a case without any is left out."""
    own: dict[UUID, list[UUID]] = {}
    rows = select(Duplicate.id, Registration.id).join(Registration, _concerns())
    wanted = rows.where(col(Duplicate.id).in_([case.id for case in found]), scope(caller))
    for case_id, registration_id in session.exec(wanted.order_by(col(Registration.id))):
        own.setdefault(case_id, []).append(registration_id)
    return own


def _concerns() -> ColumnElement[bool]:
    return or_(col(Registration.record_ref) == Duplicate.one, col(Registration.record_ref) == Duplicate.other)


def case_shown(session: Session, case: Duplicate, language: Language) -> CaseRead:
    """A case with both sides next to one another, masked, and its history, in the reader's language."""
    entries = (
        select(CaseHistoryEntry).where(CaseHistoryEntry.duplicate_id == case.id).order_by(col(CaseHistoryEntry.version))
    )
    return CaseRead(
        **CaseSummary.of(case, language).model_dump(),
        sides=[_side(session, session.get_one(Person, record)) for record in dict.fromkeys((case.one, case.other))],
        refused_filing=_filing(session, case),
        history=[CaseHistoryRead.model_validate(each, from_attributes=True) for each in session.exec(entries)],
    )


def _filing(session: Session, case: Duplicate) -> RefusedFilingRead | None:
    found = session.get(RefusedFiling, case.id)
    return RefusedFilingRead.model_validate(found, from_attributes=True) if found else None


def _side(session: Session, person: Person) -> Side:
    clear = unseal(person)
    registered = select(Registration).where(Registration.record_ref == person.id).order_by(col(Registration.id))
    return Side(
        record_ref=person.id,
        subject_ref=person.same_as or person.id,
        name=HIDDEN if person.restricted else masked_name(clear.name),
        birth_date=None if person.restricted else masked_birth(clear.birth_date),
        documents=[
            DocumentRead.of(each, HIDDEN if person.restricted else number_of(each))
            for each in documents(session, [person.id])
        ],
        registrations=[Held.model_validate(each, from_attributes=True) for each in session.exec(registered)],
    )


def held_case(session: Session, case_id: UUID) -> Duplicate | None:
    """A case, its row locked until the transaction ends and read anew; None for an unknown one."""
    wanted = select(Duplicate).where(Duplicate.id == case_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def decided_same(session: Session, records: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """The pairs among some records that stand decided as one person (同一人)."""
    return [(case.one, case.other) for case in _decided(session, records, "same")]


def credited(session: Session, records: Collection[UUID]) -> list[tuple[datetime, UUID]]:
    """The registrations among those of some records that a standing decision gave the credit (归属), and when."""
    same = _decided(session, records, "same")
    return [(case.decided_at, case.credit_to) for case in same if case.credit_to and case.decided_at]


def found_different(session: Session, records: Collection[UUID]) -> Duplicate | None:
    """A standing decision that two of these records are different people; what was decided of a claim is none."""
    return next((case for case in _decided(session, records, "different") if not case.claim), None)


def _decided(session: Session, records: Collection[UUID], state: str) -> list[Duplicate]:
    among = set(records)
    found: list[Duplicate] = []
    for part in stretches(among):
        rows = session.exec(select(Duplicate).where(col(Duplicate.one).in_(part), Duplicate.state == state))
        found += [case for case in rows if case.other in among]
    return found


def held_registrations(session: Session, records: Collection[UUID]) -> Sequence[Registration]:
    """The registrations made under some records, whatever their state and whoever posted them, by id.

    Their rows are locked in that order until the transaction ends, and read anew.
    """
    wanted = (
        select(Registration).where(col(Registration.record_ref).in_(sorted(records))).order_by(col(Registration.id))
    )
    return session.exec(wanted.with_for_update().execution_options(populate_existing=True)).all()


def digest_of(held: Iterable[Registration]) -> str:
    """Stands for registrations as an officer saw them: which, and each in which version (所见内容)."""
    return sha256(repr([(str(each.id), each.version) for each in held]).encode()).hexdigest()


def wrote_with_hand(session: Session, actor: str, records: Collection[UUID]) -> bool:
    """Whether a registration under some records was written with a credential somebody had a hand in (经手凭据)."""
    had = had_hands(session, {actor}).get(actor)
    if not had:
        return False
    ids = session.exec(select(Registration.id).where(col(Registration.record_ref).in_(sorted(records)))).all()
    return any(not had.isdisjoint(each) for each in writers(session, ids).values())


def reorganisations(session: Session, limit: int, after: UUID | None) -> Sequence[Reorganisation]:
    """Mergers and splits (合并、分立), the newest first, before an id, `limit + 1` of them; undone ones too."""
    wanted = select(Reorganisation).order_by(col(Reorganisation.id).desc()).limit(limit + 1)
    if after:
        wanted = wanted.where(col(Reorganisation.id) < after)
    return session.exec(wanted).all()


def reorganisations_shown(session: Session, rows: Sequence[Reorganisation]) -> list[ReorganisationRead]:
    """Reorganisations as they are answered: everybody by code and name, and what was done."""
    ids = {each for row in rows for each in (row.old_id, row.heir_id, *map(UUID, row.successors)) if each}
    names = named(session, ids)
    return [
        ReorganisationRead(
            **row.model_dump(exclude={"successors", "effect", "old_id", "heir_id"}),
            old=names[row.old_id],
            heir=names[row.heir_id] if row.heir_id else None,
            successors=[names[UUID(each)] for each in row.successors],
            carried=row.effect["carried"],
            collapsed=list(row.effect["collapsed"]),
            pending=row.effect["pending"],
            posts=len(row.effect["posts"]),
        )
        for row in rows
    ]


def held(session: Session, reorganisation_id: UUID) -> Reorganisation | None:
    """A reorganisation, its row locked until the transaction ends and read anew; None for an unknown one."""
    wanted = select(Reorganisation).where(Reorganisation.id == reorganisation_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def active(session: Session, organisation_id: UUID) -> Sequence[Registration]:
    """The registrations of an organisation that have not ended, by programme, the earliest recognition first.

    Their rows are locked until the transaction ends.
    """
    wanted = select(Registration).where(
        Registration.subject_ref == organisation_id, col(Registration.state).not_in(ENDED)
    )
    order = col(Registration.programme), col(Registration.counted_on), col(Registration.id)
    return session.exec(wanted.order_by(*order).with_for_update()).all()


def ended_since(session: Session, organisation_id: UUID, at: datetime) -> bool:
    """Whether an organisation itself ended by a reorganisation that stands and was recorded at or after an instant."""
    later = select(Reorganisation.id).where(
        Reorganisation.old_id == organisation_id,
        col(Reorganisation.heir_id).is_not(None),
        col(Reorganisation.undone_at).is_(None),
        col(Reorganisation.at) >= at,
    )
    return session.exec(later).first() is not None


def held_request(session: Session, request_id: UUID) -> SubjectRequest | None:
    """What a person asked for, its row locked until the transaction ends and read anew; None for an unknown one."""
    wanted = select(SubjectRequest).where(SubjectRequest.id == request_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def requests_of(session: Session, records: Collection[UUID]) -> Sequence[SubjectRequest]:
    """All that was asked for of some records."""
    return session.exec(select(SubjectRequest).where(col(SubjectRequest.person_id).in_(sorted(records)))).all()


@dataclass(frozen=True)
class RequestFilter:
    """What of people's requests is wanted; `subject_ref` is a person, whichever of their records a request names."""

    kind: str | None = None
    state: str | None = None
    subject_ref: UUID | None = None


def subject_requests(
    session: Session, filter_: RequestFilter, limit: int, after: UUID | None
) -> Sequence[SubjectRequest]:
    """People's requests (个人权利请求), the newest first, before an id, `limit + 1` of them.

    Raises InvalidBody for a `subject_ref` that is nobody.
    """
    wanted = select(SubjectRequest).order_by(col(SubjectRequest.id).desc()).limit(limit + 1)
    for column, value in ((SubjectRequest.kind, filter_.kind), (SubjectRequest.state, filter_.state)):
        wanted = wanted.where(column == value) if value else wanted
    if filter_.subject_ref:
        records = [person.id for person in records_of(session, filter_.subject_ref)]
        if not records:
            raise InvalidBody(PERSON_UNKNOWN.at("/subject_ref"))
        wanted = wanted.where(col(SubjectRequest.person_id).in_(records))
    if after:
        wanted = wanted.where(col(SubjectRequest.id) < after)
    return session.exec(wanted).all()


def in_question(session: Session, records: Collection[UUID]) -> bool:
    """Whether a case of two records of which one is among these is open (疑似重复未办结)."""
    among = sorted(records)
    either = or_(col(Duplicate.one).in_(among), col(Duplicate.other).in_(among))
    return session.exec(select(Duplicate.id).where(either, Duplicate.state == "open")).first() is not None
