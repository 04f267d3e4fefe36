"""The bureau's own decisions (自定目标、目标调整): a quota, another amount by two officers, how a pace is measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.quota.pace import commands as pace
from services.quota.policy.commands.enforcing import AmountDecision, lay_down, put_in_force
from services.quota.policy.commands.foreseeing import foreseen
from services.quota.policy.commands.requesting import first_officer, void_request
from services.quota.policy.errors import PeriodsOverlap
from services.quota.policy.rules import decisions as rules
from services.quota.policy.rules.effects import QuotaEffect
from services.quota.policy.schemas import FormerRequest, NewQuota, NewRevision
from services.quota.quotas import queries
from services.quota.quotas.models import PendingRevision, Quota
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.duplicates import Relation
from shared.contracts.pace import PaceRule
from shared.contracts.policy import PolicyPack, Programme
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal, Said
from shared.versions import Versions


@dataclass(frozen=True)
class WantedRevision:
    """A revision of one quota."""

    quota_id: UUID
    body: NewRevision


@dataclass(frozen=True)
class WantedPace:
    """How the pace of one quota, as it was read in this version, is to be measured."""

    quota_id: UUID
    version: Versions
    rule: PaceRule


@dataclass(frozen=True)
class Revised:
    """A quota after a call to revise it; it awaits a second officer until one has made the same call.

    `effects` are what the revision changes, whether it is in force or awaited; `former` is a request that became void.
    """

    quota: Quota
    awaiting: bool
    effects: Sequence[QuotaEffect] = ()
    former: FormerRequest | None = None


class Defined(NamedTuple):
    """A quota that was laid down, or only tried, with what that changes."""

    quota: Quota
    effects: Sequence[QuotaEffect]


class NamedByPolicy(NamedTuple):
    """What the policy documents in force name, for a quota of the bureau's own to refer to."""

    programmes: Mapping[str, Programme]
    units: set[str]
    relations: Sequence[Relation]

    @classmethod
    def of(cls, packs: Sequence[PolicyPack]) -> "NamedByPolicy":
        """What these packs name."""
        return cls(
            {programme.code: programme for pack in packs for programme in pack.programmes},
            {unit.code for pack in packs for unit in pack.reporting_units},
            [relation for pack in packs for relation in pack.relations],
        )


@operation(
    "define_quota",
    roles=(Role.BUREAU_OFFICER,),
    effect=lambda defined: Effect(defined.quota.id, defined.quota.version),
)
def lay_down_own(session: Session, calls: Sequence[Call[NewQuota]]) -> list[Defined | Refusal]:
    """Lay down quotas of the bureau's own (自定目标), as `define` does, and say what each changes."""
    return [
        each if isinstance(each, Refusal) else Defined(each, foreseen(session, each, None, each.terms()))
        for each in define(session, calls)
    ]


@operation("define_quota", roles=(Role.BUREAU_OFFICER,), effect=lambda _: Effect(result="tried"))
def try_out(session: Session, calls: Sequence[Call[NewQuota]]) -> list[Defined | Refusal]:
    """Lay quotas down, look at what changes, and roll it back (试算); so a trial never differs.

    Locks and refuses as `define` does; keeps and announces nothing.
    """
    return [_tried(session, call) for call in calls]


def define(session: Session, calls: Sequence[Call[NewQuota]]) -> list[Quota | Refusal]:
    """Lay down quotas of the bureau's own (自定目标); registrations seen already are counted silently.

    Locks: counting (exclusive), so that nobody counts meanwhile. Writes and announces what `lay_down` does.
    Refuses: InvalidBody for amounts that do not fit the wording (targets.md 1.4), a programme or unit that no policy
    names, or a curve that does not fit the period; PeriodsOverlap beside a quota in force.
    """
    queries.lock_counting(session, exclusive=True)
    in_force = NamedByPolicy.of(queries.packs(session))
    return [_define(session, call.item, in_force, call.caller) for call in calls]


@operation(
    "revise_quota",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.quota_id,
    effect=lambda revised: Effect(revised.quota.id, revised.quota.version, "awaiting" if revised.awaiting else "done"),
)
def revise(session: Session, calls: Sequence[Call[WantedRevision]]) -> list[Revised | Refusal]:
    """Give quotas another amount (目标调整): asked for by one officer, done by the same call of another.

    Locks: counting (exclusive). Writes: asked_revision by the first call; by the second what `put_in_force` does, and
    it announces what that does. Refuses: NotFound; InvalidBody for a day before the last revision or still to come, the
    amount in force, or more than the upper end of a range.
    """
    queries.lock_counting(session, exclusive=True)
    return [_revise(session, call.item, call.caller) for call in calls]


@operation(
    "revise_quota",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.quota_id,
    effect=lambda revised: Effect(revised.quota.id, result="tried"),
)
def try_revision(session: Session, calls: Sequence[Call[WantedRevision]]) -> list[Revised | Refusal]:
    """Say what another amount would change (试算), and ask for nothing.

    Locks: counting (exclusive). Writes and announces nothing; refuses as `revise` does.
    """
    queries.lock_counting(session, exclusive=True)
    return [_foreseen(session, call.item) for call in calls]


@operation(
    "withdraw_revision",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda quota_id: quota_id,
    effect=lambda quota: Effect(quota.id, quota.version),
)
def withdraw_revision(session: Session, calls: Sequence[Call[UUID]]) -> list[Quota | Refusal]:
    """Take back what one officer asked for (撤回调整申请), by that one or by another who does not agree.

    Locks: counting (exclusive). Writes: asked_revision. Announces nothing. Refuses: NotFound where nothing waits.
    """
    queries.lock_counting(session, exclusive=True)
    return [_withdraw(session, call.item) for call in calls]


@operation(
    "choose_pace",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.quota_id,
    effect=lambda quota: Effect(quota.id, quota.version),
)
def choose_pace(session: Session, calls: Sequence[Call[WantedPace]]) -> list[Quota | Refusal]:
    """Choose how the pace of quotas is measured (序时进度); a choice goes before the document's, and for shares too.

    Locks: counting (exclusive). Writes: own_pace of the quota and its shares, and lamp. Announces: PaceBehind or
    PaceRecovered where a lamp turns. Refuses: NotFound; PreconditionFailed for another version; InvalidBody for a curve
    set by hand without a percentage for each month.
    """
    queries.lock_counting(session, exclusive=True)
    return [_choose_pace(session, call.item) for call in calls]


def _tried(session: Session, call: Call[NewQuota]) -> Defined | Refusal:
    with session.begin_nested() as point:
        (found,) = lay_down_own(session, [call])
        if isinstance(found, Defined):
            session.expunge(found.quota)
        point.rollback()
    return found


def _define(session: Session, new: NewQuota, in_force: NamedByPolicy, caller: Caller) -> Quota | Refusal:
    if faults := _faults(new, in_force):
        return InvalidBody(*faults)
    if queries.overlapping(session, new.programme, new.unit, new.period.start, new.period.end):
        return PeriodsOverlap(Fault("/period", "overlaps", Said("与现有目标期间重叠", "overlaps a quota in force")))
    terms = new.terms(in_force.programmes[new.programme], in_force.relations)
    (quota,) = lay_down(session, {new_id(): terms}, None, caller.actor, clock.now())
    return quota


def _faults(new: NewQuota, in_force: NamedByPolicy) -> list[Fault]:
    period = new.period
    faults = [
        *rules.faults_in_amounts(new.comparison, new.amount, new.amount_max, new.tolerance),
        *rules.faults_in_references(new.programme, new.unit, in_force.programmes, in_force.units),
        *rules.faults_in_period(period.start, period.end),
    ]
    return faults or list(rules.faults_in_pace(new.pace, period.start, period.end, "/pace/expected"))


def _choose_pace(session: Session, wanted: WantedPace) -> Quota | Refusal:
    quota = queries.by_id(session, [wanted.quota_id]).get(wanted.quota_id)
    if quota is None:
        return NotFound()
    if quota.version not in wanted.version:
        return PreconditionFailed()
    if faults := list(rules.faults_in_pace(wanted.rule, quota.starts_on, quota.ends_on, "/expected")):
        return InvalidBody(*faults)
    chosen = [quota, *queries.shares(session, [quota.id])]
    rule = wanted.rule.model_dump(exclude_defaults=True)
    if all(each.own_pace == rule for each in chosen):
        return quota
    for each in chosen:
        each.own_pace = rule
        each.version += 1
    session.flush()
    pace.judge(session, chosen, clock.now())
    return quota


def _foreseen(session: Session, wanted: WantedRevision) -> Revised | Refusal:
    quota, body = queries.by_id(session, [wanted.quota_id]).get(wanted.quota_id), wanted.body
    if quota is None:
        return NotFound()
    if faults := _faults_in_revision(session, quota, body):
        return InvalidBody(*faults)
    terms = quota.terms()
    return Revised(quota, awaiting=False, effects=foreseen(session, quota, terms, replace(terms, amount=body.amount)))


def _withdraw(session: Session, quota_id: UUID) -> Quota | Refusal:
    quota, pending = queries.by_id(session, [quota_id]).get(quota_id), session.get(PendingRevision, quota_id)
    if quota is None or pending is None:
        return NotFound()
    session.delete(pending)
    return quota


def _revise(session: Session, wanted: WantedRevision, caller: Caller) -> Revised | Refusal:
    found, body = _foreseen(session, wanted), wanted.body
    if isinstance(found, Refusal):
        return found
    quota, changes = found.quota, found.effects
    terms = replace(quota.terms(), amount=body.amount)
    former = void_request(session, quota)
    first = first_officer(session, quota, body, caller)
    if isinstance(first, Refusal):
        return first
    if first is None:
        return Revised(quota, awaiting=True, effects=changes, former=former)
    decision = AmountDecision(body.document_no, body.effective_on, first, caller.actor)
    put_in_force(session, quota, terms, decision, clock.now(), recount=False)
    return Revised(quota, awaiting=False, effects=changes)


def _faults_in_revision(session: Session, quota: Quota, body: NewRevision) -> list[Fault]:
    last = queries.revisions(session, [quota.id])[quota.id][-1]
    unchanged = body.amount == quota.amount
    return [
        *rules.faults_in_revision(
            body.effective_on, quota.starts_on, last.effective_on, clock.today(), unchanged=unchanged
        ),
        *rules.faults_in_new_amount(body.amount, quota.amount_max),
    ]
