"""The pack's quotas, one per period, and what applying them changes."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.quota.policy.rules import Action, Change, IndicatorChange
from services.quota.quotas.rules import Terms, policy_quota_id, rivals
from shared.contracts.policy import Annual, Basis, PolicyPack, Quota, Rounds
from shared.problems import Language


class ChangeRead(BaseModel):
    """What the pack does to one quota in one period, or to one indicator by one horizon."""

    action: Action
    kind: Literal["quota", "indicator"]
    code: str
    period: str = Field(description="of an indicator its horizon, empty where it is for every year")
    detail: str

    @classmethod
    def of(cls, change: Change | IndicatorChange, language: Language) -> Self:
        """A change in the reader's language."""
        own = {"action": change.action, "code": change.terms.code, "detail": change.detail.in_(language)}
        if isinstance(change, IndicatorChange):
            return cls(kind="indicator", period=str(change.terms.horizon or ""), **own)
        return cls(kind="quota", period=change.terms.label, **own)


class AppliedRead(BaseModel):
    """What applying a pack changed, or with `dry_run` would change. Quotas it no longer has stay in force."""

    document_no: str
    dry_run: bool
    changes: list[ChangeRead]


def quotas_in(pack: PolicyPack) -> dict[UUID, Terms]:
    """The pack's quotas by identity: one per year where annual, one per round where by rounds."""
    return {
        policy_quota_id(pack.document.number, quota.code, terms.label): terms
        for quota in pack.quotas
        for terms in _by_period(quota, rivals(quota.programmes, pack.relations))
    }


def _by_period(quota: Quota, rivals: dict[str, bool]) -> Iterator[Terms]:
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
    quota: Quota,
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
