from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.accounts.errors import HadAHand
from services.registry.corrections import queries
from services.registry.corrections.commands.restricting import restrict_together
from services.registry.corrections.errors import AlreadyDecided, Contradicts, NotDecided
from services.registry.corrections.models import CaseHistoryEntry
from services.registry.corrections.rules import PERSON_UNKNOWN, CreditClaim, stands_for, yielding
from services.registry.corrections.schemas.corrections import DuplicateDecision, DuplicateReport, UndoingDecision
from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact
from services.registry.subjects.models.people import Duplicate, Person
from services.registry.subjects.queries.people import lock_identities, records_of
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.registration import RegistrationCorrected
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said


@dataclass(frozen=True)
class CaseDecision:
    """A decision on one case."""

    id: UUID
    decision: DuplicateDecision


@dataclass(frozen=True)
class CaseUndoing:
    """A decision to take back."""

    id: UUID
    undoing: UndoingDecision


class CaseAction(NamedTuple):
    """What the bureau does to a case or its registrations: who, by which word of the history, why."""

    caller: Caller
    action: str
    reason: str


@operation("report_duplicate", roles=(Role.BUREAU_OFFICER,), effect=lambda case: Effect(case.id, case.version))
def report_duplicate(session: Session, calls: Sequence[Call[DuplicateReport]]) -> list[Duplicate | Refusal]:
    """Put two people into the queue whom an officer suspects to be one (提出疑似重复); an open case gets the signal.

    Locks: `lock_identities`. Writes: `duplicate`, `duplicate_step`. No event, for nothing counted changes.
    Refuses: invalid-body for nobody at `/one` or `/other` or for one person at `/other`, already-decided.
    """
    lock_identities(session, changing=True)
    return [_reported(session, call.item, call.caller) for call in calls]


@operation(
    "decide_duplicate",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda decision: decision.id,
    effect=lambda case: Effect(case.id, case.version),
)
def decide_duplicate(session: Session, calls: Sequence[Call[CaseDecision]]) -> list[Duplicate | Refusal]:
    """Decide whether two records are one person (认定是否同一人). If so, one head is counted instead of two.

    Every record that decisions join stands for the one made first. The earliest recognition has the credit (归属),
    unless the decision names another registration: then the others yield. Of a claim beside a registration, "different"
    says that the number was another person's, and nothing changes.
    Locks: `lock_identities`, the case, and the registrations of all records joined. Writes: `duplicate`,
    `duplicate_step`, `person.same_as`, and of registrations that change `registration` and their history.
    Announces: registration.corrected for each of these, with the others that go to another subject (`moved_with`).
    Refuses: not-found, already-decided, had-a-hand, contradicts-a-decision, invalid-body at `/credit_to`.
    """
    lock_identities(session, changing=True)
    return [_decided(session, call.item, call.caller) for call in calls]


@operation(
    "undo_decision",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda undoing: undoing.id,
    effect=lambda case: Effect(case.id, case.version),
)
def undo_decision(session: Session, calls: Sequence[Call[CaseUndoing]]) -> list[Duplicate | Refusal]:
    """Take a decision back (撤销结论): everybody stands for whom the other decisions say, and counts as before it.

    In any order: the result depends only on which decisions stand. The case is open again.
    Locks, writes and announces as `decide_duplicate`. Refuses: not-found, not-decided, had-a-hand.
    """
    lock_identities(session, changing=True)
    return [_taken_back(session, call.item, call.caller) for call in calls]


def _reported(session: Session, wanted: DuplicateReport, caller: Caller) -> Duplicate | Refusal:
    sides = [records_of(session, ref) for ref in (wanted.one, wanted.other)]
    faults = [PERSON_UNKNOWN.at(at) for at, side in zip(("/one", "/other"), sides, strict=True) if not side]
    if faults or sides[0][0].id == sides[1][0].id:
        return InvalidBody(*(faults or [SAME_ALREADY]))
    one, other = sorted((wanted.one, wanted.other))
    case = session.exec(
        select(Duplicate).where(Duplicate.one == one, Duplicate.other == other, Duplicate.claim == "")
    ).first()
    if case is None:
        case = Duplicate(one=one, other=other, signals=[], found_at=clock.now(), version=0)
    elif case.state != "open":
        return AlreadyDecided(duplicate_id=str(case.id))
    case.signals = [*case.signals, *({"reported"} - set(case.signals))]
    session.add(case)
    session.flush()
    _note(session, case, CaseAction(caller, "report", wanted.reason))
    return case


def _decided(session: Session, deciding: CaseDecision, caller: Caller) -> Duplicate | Refusal:
    case, wanted = queries.held_case(session, deciding.id), deciding.decision
    if case is None:
        return NotFound()
    if case.state != "open":
        return AlreadyDecided()
    sides = [{person.id for person in records_of(session, ref)} for ref in (case.one, case.other)]
    records = sides[0] | sides[1]
    if queries.wrote_with_hand(session, caller.actor, records):
        return HadAHand()
    if refusal := _refusal(session, wanted, sides, claimed=bool(case.claim)):
        return refusal
    case.state, case.credit_to, case.decided_at = wanted.decision, wanted.credit_to, clock.now()
    action = CaseAction(caller, wanted.decision, wanted.reason)
    _note(session, case, action)
    if wanted.decision == "same":
        _settle(session, records, action._replace(action="merge"))
    return case


def _refusal(
    session: Session, wanted: DuplicateDecision, sides: Sequence[set[UUID]], *, claimed: bool
) -> Refusal | None:
    records = sides[0] | sides[1]
    if wanted.decision == "different":
        if wanted.credit_to:
            return InvalidBody(NO_CREDIT)
        return Contradicts() if sides[0] == sides[1] and not claimed else None
    if apart := queries.found_different(session, records):
        return Contradicts(duplicate_id=str(apart.id))
    if wanted.credit_to:
        credited = session.get(Registration, wanted.credit_to)
        if credited is None or credited.record_ref not in records:
            return InvalidBody(CREDIT_UNKNOWN)
    return None


def _taken_back(session: Session, taking: CaseUndoing, caller: Caller) -> Duplicate | Refusal:
    case = queries.held_case(session, taking.id)
    if case is None:
        return NotFound()
    if case.state == "open":
        return NotDecided()
    records = {person.id for side in (case.one, case.other) for person in records_of(session, side)}
    if queries.wrote_with_hand(session, caller.actor, records):
        return HadAHand()
    was = case.state
    case.state, case.credit_to, case.decided_at = "open", None, None
    action = CaseAction(caller, "undo", taking.undoing.reason)
    _note(session, case, action)
    if was == "same":
        _settle(session, records, action._replace(action="unmerge"))
    return case


def _note(session: Session, case: Duplicate, action: CaseAction) -> None:
    case.version += 1
    session.add(
        CaseHistoryEntry(
            duplicate_id=case.id,
            version=case.version,
            action=action.action,
            credit_to=case.credit_to,
            by=action.caller.actor,
            role=action.caller.role.value,
            reason=action.reason,
            at=clock.now(),
        )
    )
    session.flush()


def _settle(session: Session, records: set[UUID], action: CaseAction) -> None:
    """Let some records stand for whom the decisions say, and announce the registrations which that changes."""
    first = stands_for(records, queries.decided_same(session, records))
    people = session.exec(select(Person).where(col(Person.id).in_(records))).all()
    for person in people:
        person.same_as = first[person.id] if first[person.id] != person.id else None
    restrict_together(session, people)
    held = queries.held_registrations(session, records)
    claims = [CreditClaim(each.id, each.programme, first[each.record_ref]) for each in held]
    yields = yielding(claims, queries.credited(session, records))
    moved = [each for each in held if each.subject_ref != first[each.record_ref]]
    changed = [each for each in held if each in moved or each.yields != (each.id in yields)]
    restricted = {person.id for person in people if person.restricted}
    for each in held:
        each.restricted = each.restricted or each.record_ref in restricted
    for each in changed:
        subject_ref = first[each.record_ref]
        if each in moved:
            each.subject_ref, each.moved = subject_ref, subject_ref != each.record_ref
        each.yields = each.id in yields
        each.version += 1
        each.updated_at = clock.now()
        session.add(history_entry(each, action.action, action.caller, reason=action.reason))
    session.flush()
    known = programmes(session)
    together = {each.id: each.version for each in moved}
    announce(
        session,
        *(
            fact(RegistrationCorrected, each, known[each.programme], together if each in moved else None)
            for each in changed
        ),
    )


SAME_ALREADY = Fault("/other", "same_already", Said("两者已是同一人", "The two are one person already"))
CREDIT_UNKNOWN = Fault(
    "/credit_to",
    "registration_unknown",
    Said("归属的登记须是这两人的登记之一", "The credit goes to a registration of one of the two"),
)
NO_CREDIT = Fault(
    "/credit_to", "no_credit", Said("不是同一人时不存在归属", "There is no credit to give between two people")
)
