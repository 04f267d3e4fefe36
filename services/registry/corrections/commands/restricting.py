"""Restricting people's data (限制处理): it is kept, and used for nothing; every count stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.registry.accounts.errors import HadAHand
from services.registry.corrections import queries
from services.registry.corrections.errors import AlreadyErased
from services.registry.corrections.schemas.requests import RestrictedRead
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.models import Registration
from services.registry.subjects.models.people import Person, PersonHistoryEntry, PersonKey
from services.registry.subjects.queries.people import lock_identities, records_of
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.registration import RegistrationState
from shared.operations import Call, Effect, operation
from shared.problems import NotFound, Refusal


@dataclass(frozen=True)
class Restricting:
    """A person whose data is to be restricted, or used again, and why."""

    subject_ref: UUID
    reason: str


class SubjectAct(NamedTuple):
    """What an officer does to what is recorded of a person: by which word of the histories, and why."""

    caller: Caller
    action: str
    reason: str


@operation(
    "restrict",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.subject_ref,
    effect=lambda read: Effect(read.subject_ref),
)
def restrict(session: Session, calls: Sequence[Call[Restricting]]) -> list[RestrictedRead | Refusal]:
    """Restrict people's data (限制处理): nothing of it is shown, changed or decided on from now on, but kept.

    Registrations count on as they are, and end by their dates; a submission of the person is refused wherever it comes
    from. Records found to be the same person later are restricted too. What is restricted already stays as it is.
    Locks: `lock_identities`, the registrations of all records of the person. Writes: `person`, `person_step`, and of
    what is no draft `registration` and its history; takes away `person_key`, by which others would be compared with it.
    Announces nothing, for nothing counts otherwise. Refuses: not-found, already-erased, had-a-hand.
    Source: PIPL 44, 47.
    """
    lock_identities(session, changing=True)
    return [_switched(session, call, restricted=True) for call in calls]


@operation(
    "lift_restriction",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.subject_ref,
    effect=lambda read: Effect(read.subject_ref),
)
def lift(session: Session, calls: Sequence[Call[Restricting]]) -> list[RestrictedRead | Refusal]:
    """Let restricted data be used again (解除限制), as it was; the person is looked for among the others anew.

    Locks and writes as `restrict` does, but for `person_key`, which the `compare` worker makes again. Announces
    nothing. Refuses: not-found, already-erased, had-a-hand.
    """
    lock_identities(session, changing=True)
    return [_switched(session, call, restricted=False) for call in calls]


def restrict_together(session: Session, people: Sequence[Person]) -> None:
    """Of records that stand for one person, all are restricted where one is; writes `person`, and takes their keys."""
    standing = {each.same_as or each.id for each in people if each.restricted}
    for each in people:
        if not each.restricted and (each.same_as or each.id) in standing:
            each.restricted = True
            _forget_keys(session, [each.id])


def switch(session: Session, people: Sequence[Person], act: SubjectAct, *, restricted: bool) -> int:
    """Restrict a person's records and registrations, or let them be used again; how many registrations changed."""
    for person in people:
        if person.restricted != restricted:
            person.restricted, person.compared_at = restricted, None
            session.add(person_entry(person, act))
    if restricted:
        _forget_keys(session, [person.id for person in people])
    changed = 0
    for each in queries.held_registrations(session, [person.id for person in people]):
        if each.restricted != restricted and each.state != RegistrationState.DRAFT:
            each.restricted = restricted
            enter(session, each, act)
            changed += 1
    session.flush()
    return changed


def enter(session: Session, registration: Registration, act: SubjectAct) -> None:
    """The next version of a registration, with what was done in its history; a request of before is void."""
    registration.version += 1
    registration.updated_at = clock.now()
    session.add(history_entry(registration, act.action, act.caller, reason=act.reason))


def person_entry(person: Person, act: SubjectAct) -> PersonHistoryEntry:
    """What was done to a record, for its history."""
    by, role = act.caller.actor, act.caller.role.value
    return PersonHistoryEntry(
        person_id=person.id, action=act.action, by=by, role=role, reason=act.reason, at=clock.now()
    )


def _forget_keys(session: Session, records: Sequence[UUID]) -> None:
    session.execute(delete(PersonKey).where(col(PersonKey.person_id).in_(records)))


def _switched(session: Session, call: Call[Restricting], *, restricted: bool) -> RestrictedRead | Refusal:
    people = records_of(session, call.item.subject_ref)
    if not people:
        return NotFound()
    if any(person.erased_at for person in people):
        return AlreadyErased()
    if queries.wrote_with_hand(session, call.caller.actor, {person.id for person in people}):
        return HadAHand()
    act = SubjectAct(call.caller, "restrict" if restricted else "lift_restriction", call.item.reason)
    changed = switch(session, people, act, restricted=restricted)
    return RestrictedRead(subject_ref=call.item.subject_ref, restricted=restricted, registrations=changed)
