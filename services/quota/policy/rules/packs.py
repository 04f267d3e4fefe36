"""The quotas of a policy pack, and what it would change in those in force; nothing is changed here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.quota.quotas.rules import (
    DECIDES_WHO_COUNTS,
    MOVES_MILESTONES,
    Terms,
    changed_terms,
    policy_quota_id,
    rivals,
)
from shared.contracts.policy import Annual, Basis, PackQuota, PolicyPack, Rounds
from shared.contracts.reporting import PackIndicator
from shared.problems import Said

NAMES_ZH = {
    "programmes": "计入的计划",
    "where": "计入的类别",
    "unit": "单位",
    "kind": "性质",
    "comparison": "比较方式",
    "amount": "目标数",
    "amount_max": "上限",
    "tolerance_percent": "容差",
    "measure": "口径",
    "milestones": "节点",
    "starts_on": "起日",
    "ends_on": "止日",
    "basis": "期间依据",
    "round": "届次",
    "clause": "条款",
    "wording_zh": "中文表述",
    "wording_en": "英文表述",
    "measure_word_zh": "中文计量单位",
    "measure_word_en": "英文计量单位",
    "city_pool": "全市统筹",
    "rivals": "只计一次的计划",
    "pace": "序时进度",
}


class Action(StrEnum):
    """新增, 调整."""

    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class QuotaChange:
    """What a pack does to one quota in one period; `differs` names the terms that become others."""

    quota_id: UUID
    action: Action
    terms: Terms
    before: Terms | None = None
    differs: tuple[str, ...] = ()

    @property
    def recounts(self) -> bool:
        """Whether other registrations count from now on."""
        return not DECIDES_WHO_COUNTS.isdisjoint(self.differs)

    @property
    def moves_milestones(self) -> bool:
        """Whether milestones are to be measured anew."""
        return not MOVES_MILESTONES.isdisjoint(self.differs)

    @property
    def detail(self) -> Said:
        """The change in a sentence."""
        if self.before is None:
            return Said(f"目标任务 {self.terms.amount}", f"amount {self.terms.amount}")
        parts = [self._difference(name, self.before) for name in self.differs]
        return Said("；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts))

    def _difference(self, name: str, before: Terms) -> Said:
        if name not in ("amount", "amount_max", "tolerance_percent", "starts_on", "ends_on"):
            return Said(NAMES_ZH[name], name)
        difference = f"{getattr(before, name)} → {getattr(self.terms, name)}"
        return Said(f"{NAMES_ZH[name]} {difference}", f"{name} {difference}")


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """What a pack does to one indicator by one horizon."""

    action: Action
    terms: PackIndicator
    before: PackIndicator | None = None

    @property
    def detail(self) -> Said:
        """The change in a sentence."""
        if self.before is None:
            return Said(self.terms.wording_zh, self.terms.wording_en)
        own, other = self.terms.model_dump(), self.before.model_dump()
        names = ", ".join(name for name in own if own[name] != other[name])
        return Said(f"{self.terms.wording_zh}（{names}）", f"{self.terms.wording_en} ({names})")


def indicator_changes(in_force: Iterable[PackIndicator], wanted: Iterable[PackIndicator]) -> Iterator[IndicatorChange]:
    """What a pack changes in the indicators of its document. Those it no longer has stay, as quotas do."""
    there = {(each.code, each.horizon): each for each in in_force}
    for terms in wanted:
        before = there.get((terms.code, terms.horizon))
        if before != terms:
            yield IndicatorChange(Action.CHANGED if before else Action.ADDED, terms, before)


def changes(in_force: Mapping[UUID, Terms], wanted: Mapping[UUID, Terms]) -> Iterator[QuotaChange]:
    """What a pack changes, in its order. Quotas it no longer has stay in force: nothing is ever deleted."""
    for quota_id, terms in wanted.items():
        before = in_force.get(quota_id)
        if before is None:
            yield QuotaChange(quota_id, Action.ADDED, terms)
        elif differs := changed_terms(before, terms):
            yield QuotaChange(quota_id, Action.CHANGED, terms, before, tuple(differs))


def quotas_in(pack: PolicyPack) -> dict[UUID, Terms]:
    """The pack's quotas by identity: one per year where annual, one per round where by rounds."""
    return {
        policy_quota_id(pack.document.number, quota.code, terms.label): terms
        for quota in pack.quotas
        for terms in _by_period(quota, rivals(quota.programmes, pack.relations))
    }


def _by_period(quota: PackQuota, rivals: dict[str, bool]) -> Iterator[Terms]:
    period = quota.period
    if isinstance(period, Annual):
        for year in range(period.first_year, period.last_year + 1):
            yield _terms(quota, rivals, str(year), date(year, 1, 1), date(year, 12, 31), period.basis)
    elif isinstance(period, Rounds):
        for each in period.rounds:
            yield _terms(quota, rivals, each.label, each.start, each.end, each.basis, round_=each.label)
    else:
        yield _terms(quota, rivals, period.label, period.start, period.end, period.basis)


def _terms(
    quota: PackQuota,
    rivals: dict[str, bool],
    label: str,
    starts_on: date,
    ends_on: date | None,
    basis: Basis,
    round_: str | None = None,
) -> Terms:
    own = quota.model_dump(exclude={"period", "programmes", "milestones", "pace"})
    return Terms(
        **own,
        programmes=tuple(quota.programmes),
        milestones=tuple(quota.milestones),
        starts_on=starts_on,
        ends_on=ends_on,
        basis=basis,
        label=label,
        round=round_,
        rivals=rivals,
        pace=quota.pace.model_dump(exclude_defaults=True),
    )
