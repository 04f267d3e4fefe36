"""What people ask for of their data (个人权利请求): entered, answered, and carried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from services.registry.accounts.errors import HadAHand
from services.registry.corrections import queries
from services.registry.corrections.commands.erasing import erase
from services.registry.corrections.commands.restating import restate_person
from services.registry.corrections.commands.restricting import SubjectAct, switch
from services.registry.corrections.errors import AlreadyAnswered, AlreadyErased, MatterOpen
from services.registry.corrections.models import SubjectRequest, sealed_request
from services.registry.corrections.rules import ANSWER_WITHIN, NOT_RECEIVED_YET, answer_faults, is_under_way
from services.registry.corrections.schemas.requests import NewSubjectRequest, RequestAnswer
from services.registry.outcomes.queries.placements import placed
from services.registry.subjects.errors import SubjectRestricted
from services.registry.subjects.models.people import Person
from services.registry.subjects.queries.people import lock_identities, records_of
from shared import clock
from shared.auth import Caller, Role
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, NotFound, Refusal
from shared.two_officers import OneOfficer

STATES = {"fulfil": "fulfilled", "refuse": "refused", "withdraw": "withdrawn"}


@dataclass(frozen=True)
class Answering:
    """An answer to one request."""

    id: UUID
    answer: RequestAnswer


def _effect(request: SubjectRequest) -> Effect:
    return Effect(request.id, request.version, "awaiting" if request.state == "awaiting" else "done")


@operation("enter_subject_request", roles=(Role.BUREAU_OFFICER,), effect=_effect)
def enter_request(session: Session, calls: Sequence[Call[NewSubjectRequest]]) -> list[SubjectRequest | Refusal]:
    """Enter what people ask for (受理个人权利请求): access to data, a copy, correction, restriction, erasure.

    To be answered within 30 days of the day it was received (GB/T 35273-2020, 8.7). What the person says is sealed.
    Writes: `subject_request`. Announces nothing. Refuses: not-found, already-erased, invalid-body (a day to come).
    Source: PIPL 44 to 47, 49 (heirs), 50.
    """
    return [_entered(session, call.item, call.caller) for call in calls]


def _entered(session: Session, wanted: NewSubjectRequest, caller: Caller) -> SubjectRequest | Refusal:
    people, received_on = records_of(session, wanted.subject_ref), wanted.received_on or clock.today()
    if not people:
        return NotFound()
    if any(person.erased_at for person in people):
        return AlreadyErased()
    if received_on > clock.today():
        return InvalidBody(NOT_RECEIVED_YET)
    request_id = new_id()
    request = SubjectRequest(
        id=request_id,
        person_id=wanted.subject_ref,
        kind=wanted.kind,
        applicant=wanted.applicant,
        received_on=received_on,
        answer_by=received_on + ANSWER_WITHIN,
        sealed=sealed_request(request_id, wanted.reason),
        entered_by=caller.actor,
        entered_at=clock.now(),
    )
    session.add(request)
    session.flush()
    return request


@operation(
    "answer_subject_request", roles=(Role.BUREAU_OFFICER,), target=lambda answering: answering.id, effect=_effect
)
def answer_request(session: Session, calls: Sequence[Call[Answering]]) -> list[SubjectRequest | Refusal]:
    """Answer requests (答复个人权利请求), and carry out what is granted in the same transaction.

    Access and a copy can be read from then on (`disclose`). A correction restates name, birth date and gender in the
    person's records and registrations. A restriction is that of `restrict`. An erasure is granted by two officers on
    one ground, of what the first one saw (双人复核): see `erase`. A refusal keeps its reason (PIPL 50).
    Locks: `lock_identities`, the request, the registrations of the person's records. Writes: `subject_request`, and
    what the request is about. Announces nothing, for every count stays. Refuses: not-found, already-answered,
    already-erased, had-a-hand, subject-restricted (a correction meanwhile), matter-open (an erasure while something of
    the person is not decided), one-officer, invalid-body.
    """
    lock_identities(session, changing=True)
    return [_answered(session, call.item, call.caller) for call in calls]


def _answered(session: Session, wanted: Answering, caller: Caller) -> SubjectRequest | Refusal:
    request, answer = queries.held_request(session, wanted.id), wanted.answer
    if request is None:
        return NotFound()
    if request.state not in ("open", "awaiting"):
        return AlreadyAnswered()
    corrects = answer.corrected is not None
    if faults := answer_faults(request.kind, answer.decision, answer.ground, corrects=corrects):
        return InvalidBody(*faults)
    people = records_of(session, request.person_id)
    if answer.decision == "fulfil" and (refusal := _refused(session, request, people, caller)):
        return refusal
    first = None
    if answer.decision == "fulfil" and request.kind == "erasure":
        confirmed = _confirmed_by(session, request, people, answer, caller)
        if isinstance(confirmed, Refusal):
            return confirmed
        first = confirmed
        if first is None:
            request.version += 1
            return request
    if answer.decision == "fulfil" and (refused := _carry_out(session, request, people, answer, caller)):
        return refused
    request.version += 1
    request.state, request.awaiting, request.ground = STATES[answer.decision], None, answer.ground
    request.answered_by, request.seconded_by = first or caller.actor, caller.actor if first else None
    request.answered_at = clock.now()
    # Of who was erased nothing is kept that may name them, in the officer's words or their own.
    erased = request.kind == "erasure" and request.state == "fulfilled"
    request.reason = None if erased else answer.reason
    session.flush()
    return request


def _refused(session: Session, request: SubjectRequest, people: Sequence[Person], caller: Caller) -> Refusal | None:
    records = {person.id for person in people}
    if any(person.erased_at for person in people):
        return AlreadyErased()
    if queries.wrote_with_hand(session, caller.actor, records):
        return HadAHand()
    if request.kind == "correction" and any(person.restricted for person in people):
        return SubjectRestricted()
    if request.kind == "erasure" and is_open(session, people):
        return MatterOpen()
    return None


def is_open(session: Session, people: Sequence[Person]) -> bool:
    """Whether something of a person is not decided: a registration, a placement, whether two records are one."""
    records = [person.id for person in people]
    held = queries.held_registrations(session, records)
    if any(is_under_way(each.state, each.revocation_status) for each in held):
        return True
    active = placed(session, {person.same_as or person.id for person in people})
    return any(each.state == "active" for rows in active.values() for each in rows) or queries.in_question(
        session, records
    )


def _confirmed_by(
    session: Session, request: SubjectRequest, people: Sequence[Person], answer: RequestAnswer, caller: Caller
) -> str | Refusal | None:
    """The officer who granted the same erasure before, of what is there still; else this one's is kept as the first."""
    held = queries.held_registrations(session, [person.id for person in people])
    seen = queries.digest_of(held)
    first = request.awaiting
    if first and (first["ground"], first["seen"]) == (answer.ground, seen) and first["by"] != caller.actor:
        return OneOfficer() if caller.is_one_with(first["by"]) else str(first["by"])
    if not first or (first["ground"], first["seen"]) != (answer.ground, seen):
        at = clock.now().isoformat()
        request.awaiting = {"by": caller.actor, "at": at, "ground": answer.ground, "seen": seen}
    request.state = "awaiting"
    session.flush()
    return None


def _carry_out(
    session: Session, request: SubjectRequest, people: Sequence[Person], answer: RequestAnswer, caller: Caller
) -> Refusal | None:
    act = SubjectAct(caller, "restrict", answer.reason)
    if request.kind == "restriction":
        switch(session, people, act, restricted=True)
    if request.kind == "erasure":
        erase(session, people, act)
        for each in queries.requests_of(session, [person.id for person in people]):
            each.sealed, each.reason = sealed_request(each.id, ""), None
    if request.kind == "correction" and answer.corrected:
        return restate_person(session, people, answer.corrected, act._replace(action="correct_person"))
    return None
