"""Splitting the city's amount to units, again and again; the shares follow what the city's quota becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.quota.policy import queries
from services.quota.policy.commands.enforcing import AmountDecision, lay_down, put_in_force
from services.quota.policy.commands.foreseeing import foreseen
from services.quota.policy.rules import shares as rules
from services.quota.policy.rules.effects import QuotaEffect
from services.quota.policy.rules.shares import Validity
from services.quota.policy.schemas import AllocationRead, NewAllocation
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import DECIDES_WHO_COUNTS, MOVES_MILESTONES, changed_terms
from shared import clock
from shared.auth import Caller, Role
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, NotFound, Refusal


@dataclass(frozen=True)
class WantedAllocation:
    """The split of one quota."""

    quota_id: UUID
    body: NewAllocation


class Split(NamedTuple):
    """A split that was made, or only tried, with what it changes for each unit whose places it limits."""

    read: AllocationRead
    effects: Mapping[str, Sequence[QuotaEffect]]


@operation(
    "allocate",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.quota_id,
    effect=lambda done: Effect(done.read.quota_id),
)
def split(session: Session, calls: Sequence[Call[WantedAllocation]]) -> list[Split | Refusal]:
    """Split the city's amounts to units as `allocate` does, and say what that changes where it limits places."""
    return [_split(session, call) for call in calls]


@operation(
    "allocate",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.quota_id,
    effect=lambda done: Effect(done.read.quota_id, result="tried"),
)
def try_split(session: Session, calls: Sequence[Call[WantedAllocation]]) -> list[Split | Refusal]:
    """Split, look at what changes, and roll it back (试算). Locks and refuses as `allocate` does; keeps nothing."""
    found = []
    for call in calls:
        with session.begin_nested() as point:
            found.append(_split(session, call))
            point.rollback()
    return found


def allocate(session: Session, calls: Sequence[Call[WantedAllocation]]) -> list[AllocationRead | Refusal]:
    """Split the city's amounts to units (任务分解). What changes is a revision of the unit's share; the rest stays.

    Locks: counting (exclusive). Writes and announces what `lay_down` does for new shares, and `put_in_force` for those
    that change. Refuses: NotFound; NotTheCitys, CityPool and NothingToSplit for a quota that is not split; InvalidBody
    for units that are unknown, not there in the period or with an amount otherwise, and for a day before the last split
    or still to come; OverAllocated beyond the city's amount, unless confirmed.
    """
    quotas_.lock_counting(session, exclusive=True)
    units = [unit for pack in quotas_.packs(session) for unit in pack.reporting_units]
    validity = {unit.code: (unit.valid_from, unit.valid_to) for unit in units}
    return [_allocate(session, call.item, validity, call.caller) for call in calls]


def follow(session: Session, city: Quota, decision: AmountDecision, at: datetime) -> None:
    """Let the shares count what the city's quota counts now; their amounts stay. The caller has counting locked
    (exclusive).

    Writes and announces what `put_in_force` does, for each share whose milestones move; for others quota alone.
    """
    for each in quotas_.shares(session, [city.id]):
        terms = rules.share(city.terms(), each.unit or "", each.amount)
        differs = MOVES_MILESTONES.intersection(changed_terms(each.terms(), terms))
        if differs:
            recount = not DECIDES_WHO_COUNTS.isdisjoint(differs)
            put_in_force(session, each, terms, decision, at, recount=recount)
        elif terms != each.terms():
            each.decide(terms)
            each.version += 1


def _split(session: Session, call: Call[WantedAllocation]) -> Split | Refusal:
    before = {share.id: share.terms() for share in quotas_.shares(session, [call.item.quota_id])}
    (outcome,) = allocate(session, [call])
    if isinstance(outcome, Refusal):
        return outcome
    effects = {}
    for share in quotas_.shares(session, [call.item.quota_id]):
        had, has = before.get(share.id), share.terms()
        if had != has and has.places is not None:
            effects[share.unit or ""] = foreseen(session, share, had, has)
    return Split(outcome, effects)


def _allocate(
    session: Session, wanted: WantedAllocation, validity: Validity, caller: Caller
) -> AllocationRead | Refusal:
    city, body = quotas_.by_id(session, [wanted.quota_id]).get(wanted.quota_id), wanted.body
    if city is None:
        return NotFound()
    if (refusal := rules.not_split(city.terms())) is not None:
        return refusal
    shares = {share.unit or "": share for share in quotas_.shares(session, [city.id])}
    effective_on = body.effective_on or (max(clock.today(), city.starts_on) if shares else city.starts_on)
    faults = [
        *rules.faults_in_units(body.shares, city.terms(), validity, _otherwise(session, city, body, shares)),
        *rules.faults_in_day(effective_on, city.starts_on, _last_day(session, shares), clock.today()),
    ]
    if faults:
        return InvalidBody(*faults)
    given = sum(body.shares.values())
    if given > city.amount and not body.confirmed:
        return rules.too_much(city.amount, given, city.amount - sum(share.amount for share in shares.values()))
    document_no = body.document_no or city.document_no or city.clause
    _give(session, city, shares, body, AmountDecision(document_no, effective_on, caller.actor))
    return queries.allocation(session, city)


def _give(
    session: Session, city: Quota, shares: dict[str, Quota], body: NewAllocation, decision: AmountDecision
) -> None:
    at, terms = clock.now(), city.terms()
    for unit, share in shares.items():
        amount = body.shares.get(unit, 0)
        if amount != share.amount:
            put_in_force(session, share, rules.share(terms, unit, amount), decision, at, recount=False)
    added = {
        new_id(): rules.share(terms, unit, amount)
        for unit, amount in sorted(body.shares.items())
        if amount and unit not in shares
    }
    lay_down(session, added, body.document_no, decision.decided_by, at, parent=city, decision=decision)


def _otherwise(session: Session, city: Quota, body: NewAllocation, shares: dict[str, Quota]) -> set[str]:
    """The units that have an amount in this period which is no share of the city's."""
    return {
        unit
        for unit in body.shares
        if unit not in shares and quotas_.overlapping(session, city.programme, unit, city.starts_on, city.ends_on)
    }


def _last_day(session: Session, shares: dict[str, Quota]) -> date | None:
    """The day from which the split in force holds."""
    revisions = quotas_.revisions(session, [share.id for share in shares.values()])
    return max((every[-1].effective_on for every in revisions.values()), default=None)
