"""Splitting the city's amount to units, again and again; the shares follow what the city's quota becomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from services.quota.policy import queries
from services.quota.policy.commands import deciding as decisions
from services.quota.policy.commands.deciding import Decision
from services.quota.policy.errors import CityPool, NothingToSplit, NotTheCitys
from services.quota.policy.rules import shares as rules
from services.quota.policy.rules.shares import Validity
from services.quota.policy.schemas import AllocationRead, NewAllocation
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import DECIDES_WHO_COUNTS, MOVES_MILESTONES, changed_terms
from shared import clock
from shared.auth import Caller
from shared.ids import new_id
from shared.problems import InvalidBody, NotFound, Refusal


@dataclass(frozen=True)
class WantedAllocation:
    """The split of one quota."""

    quota_id: UUID
    body: NewAllocation


def allocate(session: Session, wanted: Sequence[WantedAllocation], caller: Caller) -> list[AllocationRead | Refusal]:
    """Split the city's amounts to units (任务分解). What changes is a revision of the unit's share; the rest stays."""
    quotas_.counting_takes_turns(session, deciding=True)
    units = [unit for pack in quotas_.packs(session) for unit in pack.reporting_units]
    validity = {unit.code: (unit.valid_from, unit.valid_to) for unit in units}
    return [_allocate(session, each, validity, caller) for each in wanted]


def follow(session: Session, city: Quota, decision: Decision, at: datetime) -> None:
    """Let the shares count what the city's quota counts now; their amounts stay."""
    for each in quotas_.shares(session, [city.id]):
        terms = rules.share(city.terms(), each.unit or "", each.amount)
        differs = MOVES_MILESTONES.intersection(changed_terms(each.terms(), terms))
        if differs:
            recount = not DECIDES_WHO_COUNTS.isdisjoint(differs)
            decisions.put_in_force(session, each, terms, decision, at, recount=recount)
        elif terms != each.terms():
            each.decide(terms)
            each.version += 1


def _allocate(
    session: Session, wanted: WantedAllocation, validity: Validity, caller: Caller
) -> AllocationRead | Refusal:
    city, body = quotas_.by_id(session, [wanted.quota_id]).get(wanted.quota_id), wanted.body
    if city is None:
        return NotFound()
    if city.unit is not None:
        return NotTheCitys()
    if city.city_pool:
        return CityPool()
    if not city.amount:
        return NothingToSplit()
    shares = {share.unit or "": share for share in quotas_.shares(session, [city.id])}
    effective_on = body.effective_on or (max(clock.today(), city.starts_on) if shares else city.starts_on)
    faults = [
        *rules.faults_in_units(body.shares, city.terms(), validity, _otherwise(session, city, body, shares)),
        *rules.faults_in_day(effective_on, city.starts_on, _last_day(session, shares), clock.today()),
    ]
    if faults:
        return InvalidBody(*faults)
    asked = sum(body.shares.values())
    if asked > city.amount and not body.confirmed:
        return rules.too_much(city.amount, asked, city.amount - sum(share.amount for share in shares.values()))
    document_no = body.document_no or city.document_no or city.clause
    _give(session, city, shares, body, Decision(document_no, effective_on, caller.sub), caller)
    return queries.allocation(session, city)


def _give(
    session: Session,
    city: Quota,
    shares: dict[str, Quota],
    body: NewAllocation,
    decision: Decision,
    caller: Caller,
) -> None:
    at, terms = clock.now(), city.terms()
    for unit, share in shares.items():
        amount = body.shares.get(unit, 0)
        if amount != share.amount:
            decisions.put_in_force(session, share, rules.share(terms, unit, amount), decision, at, recount=False)
    added = {
        new_id(): rules.share(terms, unit, amount)
        for unit, amount in sorted(body.shares.items())
        if amount and unit not in shares
    }
    decisions.lay_down(session, added, body.document_no, caller, at, parent=city, decision=decision)


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
