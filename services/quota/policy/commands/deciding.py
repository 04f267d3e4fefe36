"""Laying quotas down, and revising their amounts with two officers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.quota.counting.commands import headcounts, milestones
from services.quota.counting.queries import headcounts as counted
from services.quota.counting.rules.milestones import heads_needed, rebased
from services.quota.pace import commands as lamps
from services.quota.policy.errors import PeriodsOverlap
from services.quota.policy.rules import decisions as rules
from services.quota.policy.schemas import NewQuota, NewRevision
from services.quota.quotas import queries
from services.quota.quotas.models import AskedRevision, Quota, Revision, columns_of
from services.quota.quotas.rules import Terms
from services.quota.seats.commands.caps import refresh
from shared import clock
from shared.auth import Caller
from shared.contracts.duplicates import Relation
from shared.contracts.pace import PaceRule
from shared.contracts.policy import Programme
from shared.contracts.quota import QuotaDefined, QuotaRevised
from shared.ids import new_id
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal, Said


@dataclass(frozen=True)
class Decision:
    """Who decided, by which document, from which day."""

    document_no: str
    effective_on: date
    decided_by: str
    seconded_by: str | None = None


@dataclass(frozen=True)
class WantedRevision:
    """A revision of one quota."""

    quota_id: UUID
    body: NewRevision


@dataclass(frozen=True)
class WantedPace:
    """How the pace of one quota, as it was read in this version, is to be measured."""

    quota_id: UUID
    version: int
    rule: PaceRule


@dataclass(frozen=True)
class Revised:
    """A quota after a call to revise it; it awaits a second officer until one has made the same call."""

    quota: Quota
    awaiting: bool


def define(session: Session, wanted: Sequence[NewQuota], caller: Caller) -> list[Quota | Refusal]:
    """Lay down quotas of the bureau's own (自定目标); registrations seen already are counted silently."""
    queries.counting_takes_turns(session, deciding=True)
    packs = queries.packs(session)
    programmes = {programme.code: programme for pack in packs for programme in pack.programmes}
    units = {unit.code for pack in packs for unit in pack.reporting_units}
    relations = [relation for pack in packs for relation in pack.relations]
    return [_define(session, new, programmes, units, relations, caller) for new in wanted]


def revise(session: Session, wanted: Sequence[WantedRevision], caller: Caller) -> list[Revised | Refusal]:
    """Give quotas another amount (目标调整): asked for by one officer, done by the same call of another."""
    queries.counting_takes_turns(session, deciding=True)
    return [_revise(session, each, caller) for each in wanted]


def choose_pace(session: Session, wanted: Sequence[WantedPace], caller: Caller) -> list[Quota | Refusal]:
    """Choose how the pace of quotas is measured (序时进度); a choice goes before the document's, and for shares too."""
    queries.counting_takes_turns(session, deciding=True)
    return [_choose_pace(session, each) for each in wanted]


def lay_down(
    session: Session,
    wanted: Mapping[UUID, Terms],
    document_no: str | None,
    caller: Caller,
    at: datetime,
    *,
    parent: Quota | None = None,
    decision: Decision | None = None,
) -> list[Quota]:
    """Put quotas in force, count what is known already, and announce them; milestones found held are told to nobody.

    They hold from the beginning of their period, unless a decision names another day.
    """
    parent_id = parent.id if parent else None
    quotas = [
        Quota(id=quota_id, document_no=document_no, parent_id=parent_id, defined_at=at, **columns_of(terms))
        for quota_id, terms in wanted.items()
    ]
    session.add_all(quotas)
    session.flush()
    headcounts.open_counters(session, [quota.id for quota in quotas])
    headcounts.recount(session, quotas, at, fresh=True)
    for quota in quotas:
        first = decision or Decision(document_no or quota.clause, quota.starts_on, caller.sub)
        _measure_anew(session, quota, first, at, told=False)
    refresh(session, quotas)
    announce(session, *(QuotaDefined(**quota.laid_down()) for quota in quotas))
    return quotas


def put_in_force(
    session: Session, quota: Quota, terms: Terms, decision: Decision, at: datetime, *, recount: bool
) -> None:
    """Change a quota; its milestones are measured anew, silently, and one event says which of them hold now."""
    before = quota.amount
    quota.decide(terms)
    quota.generation += 1
    quota.version += 1
    session.flush()
    if recount:
        headcounts.recount(session, [quota], at, fresh=False)
    revision = _measure_anew(session, quota, decision, at, told=True)
    refresh(session, [quota])
    announce(
        session,
        QuotaRevised(
            **quota.laid_down(),
            amount_before=before,
            effective_on=decision.effective_on,
            document_no=decision.document_no,
            value=revision.value,
            rebased=[held["percent"] for held in revision.rebased],
        ),
    )
    lamps.judge(session, [quota], at)


def reached_by(session: Session, quota: Quota, percent: int, at: datetime) -> dict[str, Any]:
    """The head that reached a milestone which is found held at an instant."""
    ordinal = heads_needed(quota.amount, percent)
    registration_id, counted_on = counted.nth(session, quota, ordinal)
    return {"reached_on": counted_on, "detected_at": at, "registration_id": registration_id, "value": ordinal}


def _define(
    session: Session,
    new: NewQuota,
    programmes: Mapping[str, Programme],
    units: set[str],
    relations: Sequence[Relation],
    caller: Caller,
) -> Quota | Refusal:
    faults = [
        *rules.faults_in_amounts(new.comparison, new.amount, new.amount_max, new.tolerance),
        *_faults_in_references(new, programmes, units),
    ]
    if not faults:
        faults = list(rules.faults_in_pace(new.pace, new.period.start, new.period.end, "/pace/expected"))
    if faults:
        return InvalidBody(*faults)
    if queries.overlapping(session, new.programme, new.unit, new.period.start, new.period.end):
        return PeriodsOverlap(Fault("/period", "overlaps", Said("与现有目标期间重叠", "overlaps a quota in force")))
    terms = new.terms(programmes[new.programme], relations)
    (quota,) = lay_down(session, {new_id(): terms}, None, caller, clock.now())
    return quota


def _faults_in_references(new: NewQuota, programmes: Mapping[str, Programme], units: set[str]) -> list[Fault]:
    faults = []
    if new.programme not in programmes:
        said = Said("政策包中没有该计划", "is no programme of the policy")
        faults.append(Fault("/programme", "unknown_programme", said))
    if new.unit is not None and new.unit not in units:
        said = Said("政策包中没有该填报单位", "is no reporting unit of the policy")
        faults.append(Fault("/unit", "unknown_unit", said))
    if new.period.end is not None and new.period.end < new.period.start:
        faults.append(Fault("/period/end", "ends_before_start", Said("止日早于起日", "lies before the start")))
    return faults


def _choose_pace(session: Session, wanted: WantedPace) -> Quota | Refusal:
    quota = queries.by_id(session, [wanted.quota_id]).get(wanted.quota_id)
    if quota is None:
        return NotFound()
    if quota.version != wanted.version:
        return PreconditionFailed()
    if faults := list(rules.faults_in_pace(wanted.rule, quota.starts_on, quota.ends_on, "/expected")):
        return InvalidBody(*faults)
    chosen = [quota, *queries.shares(session, [quota.id])]
    for each in chosen:
        each.own_pace = wanted.rule.model_dump(exclude_defaults=True)
        each.version += 1
    session.flush()
    lamps.judge(session, chosen, clock.now())
    return quota


def _revise(session: Session, wanted: WantedRevision, caller: Caller) -> Revised | Refusal:
    quota = queries.by_id(session, [wanted.quota_id]).get(wanted.quota_id)
    if quota is None:
        return NotFound()
    body = wanted.body
    last = queries.revisions(session, [quota.id])[quota.id][-1]
    faults = list(
        rules.faults_in_revision(
            body.effective_on,
            quota.starts_on,
            last.effective_on,
            clock.today(),
            unchanged=body.amount == quota.amount,
        )
    )
    if quota.amount_max is not None and body.amount > quota.amount_max:
        faults.append(Fault("/amount", "above_amount_max", Said("高于区间上限", "lies above the upper end")))
    if faults:
        return InvalidBody(*faults)
    asked = session.get(AskedRevision, quota.id)
    content = body.model_dump()
    same = asked is not None and all(getattr(asked, name) == value for name, value in content.items())
    if asked is None or not same:
        session.merge(AskedRevision(quota_id=quota.id, asked_by=caller.sub, asked_at=clock.now(), **content))
        return Revised(quota, awaiting=True)
    if asked.asked_by == caller.sub:
        return Revised(quota, awaiting=True)
    session.delete(asked)
    decision = Decision(body.document_no, body.effective_on, asked.asked_by, caller.sub)
    terms = replace(quota.terms(), amount=body.amount)
    put_in_force(session, quota, terms, decision, clock.now(), recount=False)
    return Revised(quota, awaiting=False)


def _measure_anew(session: Session, quota: Quota, decision: Decision, at: datetime, *, told: bool) -> Revision:
    value = counted.value(session, quota)
    marks = rebased(value, quota.amount, quota.milestones if quota.amount else [], told)
    held: dict[int, dict[str, Any]] = {}
    for percent, mark in marks.items():
        if mark.holds:
            held[percent] = reached_by(session, quota, percent, at)
    milestones.lay_down(session, quota, marks, held)
    revision = Revision(
        quota_id=quota.id,
        generation=quota.generation,
        amount=quota.amount,
        effective_on=decision.effective_on,
        document_no=decision.document_no,
        decided_by=decision.decided_by,
        seconded_by=decision.seconded_by,
        known_at=at,
        value=value,
        rebased=[{"percent": percent, "reached_on": str(each["reached_on"])} for percent, each in held.items()],
    )
    session.add(revision)
    session.flush()
    return revision
