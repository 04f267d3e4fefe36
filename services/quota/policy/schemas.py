"""Bodies and answers of decisions, splits and packs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.quota.policy.rules.decisions import label_of, tolerance_of
from services.quota.policy.rules.effects import QuotaEffect
from services.quota.policy.rules.packs import Action, IndicatorChange, QuotaChange
from services.quota.quotas.models import Quota, Revision
from services.quota.quotas.rules import Measure, QuotaComparison, QuotaKind, Terms, rivals
from services.quota.quotas.schemas import QuotaRead
from shared.contracts.duplicates import Relation
from shared.contracts.pace import PaceRule
from shared.contracts.policy import MEASURE_WORDS, Basis, Programme
from shared.fields import Code, Count, Day, DocumentNo, Flag, OfNobody, OneLine, Percent, Sentence, Whole
from shared.problems import Language

MilestonePercent = Annotated[Whole, Field(ge=1, le=1000)]


class NewPeriod(BaseModel):
    """The stretch of time, both days included; without an end it runs on and has no pace (序时进度)."""

    model_config = ConfigDict(extra="forbid")

    start: Day
    end: Day | None = None
    basis: Basis = "operator_set"
    label: Annotated[OneLine, Field(max_length=40), OfNobody] | None = Field(
        default=None, description="shown beside the programme; the year, or both days, if absent"
    )


class NewQuota(BaseModel):
    """A quota the bureau lays down by itself (自定目标), beside those of the policy document."""

    model_config = ConfigDict(extra="forbid")

    programme: Code
    unit: Code | None = Field(default=None, description="a reporting unit; null for the whole city")
    kind: QuotaKind = QuotaKind.GOAL
    comparison: QuotaComparison = QuotaComparison.AT_LEAST
    amount: Count
    amount_max: Count | None = Field(default=None, description="the upper end, for `between` alone")
    tolerance_percent: Percent | None = Field(default=None, description="for `about` alone; 10 if absent")
    measure: Measure = Measure.NET_CUMULATIVE
    period: NewPeriod
    milestones: list[MilestonePercent] = Field(default=[25, 50, 75, 90, 100], max_length=20)
    wording_zh: Sentence | None = None
    wording_en: Sentence | None = None
    clause: Sentence | None = None
    pace: PaceRule = PaceRule()

    @property
    def tolerance(self) -> int:
        """The tolerance given, or that of the wording."""
        return tolerance_of(self.comparison, self.tolerance_percent)

    def terms(self, programme: Programme, relations: Sequence[Relation]) -> Terms:
        """What is decided hereby, in the words of the programme where no others are given."""
        word_zh, word_en = MEASURE_WORDS[programme.subject_kind]
        return Terms(
            code=self.programme,
            programmes=(self.programme,),
            where={},
            unit=self.unit,
            kind=self.kind,
            comparison=self.comparison,
            amount=self.amount,
            amount_max=self.amount_max,
            tolerance_percent=self.tolerance,
            measure=self.measure,
            milestones=tuple(sorted(set(self.milestones))),
            starts_on=self.period.start,
            ends_on=self.period.end,
            basis=self.period.basis,
            label=self.period.label or label_of(self.period.start, self.period.end),
            round=None,
            clause=self.clause or "",
            wording_zh=self.wording_zh or programme.name_zh,
            wording_en=self.wording_en or programme.name_en,
            measure_word_zh=word_zh,
            measure_word_en=word_en,
            city_pool=False,
            rivals=rivals([self.programme], relations),
            pace=self.pace.model_dump(exclude_defaults=True),
        )


class NewRevision(BaseModel):
    """A new amount from a day on, by document (目标调整). It takes two officers."""

    model_config = ConfigDict(extra="forbid")

    amount: Count
    effective_on: Day
    document_no: DocumentNo


class AwaitedRevision(BaseModel):
    """What one officer asked for and another has to ask for as well (待第二人), beside the amount in force."""

    amount_before: int
    amount: int
    effective_on: date
    document_no: str
    by: str = Field(description="who asked for it; the second officer is another")
    at: datetime
    void: bool = Field(description="the quota changed since: it has to be asked for anew")


class NewAllocation(BaseModel):
    """The whole split (任务分解表): a unit that is not named has no share from that day on.

    Without a day, the first split holds from the beginning of the quota, a later one from today.
    """

    model_config = ConfigDict(extra="forbid")

    shares: dict[Code, Count] = Field(min_length=1, max_length=200)
    effective_on: Day | None = None
    document_no: DocumentNo | None = None
    confirmed: Flag = Field(default=False, description="to give more than the city's amount all the same")


class ShareRead(BaseModel):
    """A unit's share, a quota of its own."""

    unit: str
    quota_id: UUID
    amount: int
    effective_on: date
    document_no: str = Field(description="of the split that last changed it, or else of the city's amount")


class AllocationRead(BaseModel):
    """How the city's amount is split (任务分解)."""

    quota_id: UUID
    amount: int
    allocated: int
    unallocated: int = Field(description="未分解; negative where more was given than there is")
    shares: list[ShareRead]

    @classmethod
    def of(cls, quota: Quota, shares: Sequence[tuple[Quota, Revision]]) -> Self:
        """The split as it stands; units whose share was taken back are left out."""
        allocated = sum(share.amount for share, _ in shares)
        return cls(
            quota_id=quota.id,
            amount=quota.amount,
            allocated=allocated,
            unallocated=quota.amount - allocated,
            shares=[
                ShareRead(
                    unit=share.unit or "",
                    quota_id=share.id,
                    amount=share.amount,
                    effective_on=last.effective_on,
                    document_no=last.document_no,
                )
                for share, last in shares
                if share.amount
            ],
        )


class ChangeRead(BaseModel):
    """What the pack does to one quota in one period, or to one indicator by one horizon."""

    action: Action
    kind: Literal["quota", "indicator"]
    code: str
    period: str = Field(description="of an indicator its horizon, empty where it is for every year")
    detail: str

    @classmethod
    def of(cls, change: QuotaChange | IndicatorChange, language: Language) -> Self:
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
    awaiting: Literal["second_officer"] | None = Field(
        default=None,
        exclude_if=lambda awaiting: awaiting is None,
        description="nothing changed yet: another officer has to put the same pack",
    )


class EffectRead(BaseModel):
    """One thing that a decision changes (影响), and how many it concerns where that can be said."""

    code: str
    detail: str
    count: int | None

    @classmethod
    def of(cls, effect: QuotaEffect, language: Language) -> Self:
        """An effect in the reader's language."""
        return cls(code=effect.code, detail=effect.said.in_(language), count=effect.count)


class AllocationDecided(AllocationRead):
    """A split after it was decided on, or tried, with what that changes for the units whose places it limits."""

    effects: dict[str, list[EffectRead]] = Field(
        default_factory=dict,
        exclude_if=lambda effects: not effects,
        description="by unit, what the split changes; absent where nothing",
    )

    @classmethod
    def after(cls, read: AllocationRead, effects: Mapping[str, Sequence[QuotaEffect]], language: Language) -> Self:
        """A split and its effects in the reader's language."""
        shown = {unit: [EffectRead.of(each, language) for each in some] for unit, some in effects.items()}
        return cls(**dict(read), effects=shown)


class ChangedTerm(BaseModel):
    """A term that is another than the first officer saw."""

    field: str
    before: Any = None
    after: Any = None


class FormerRequest(BaseModel):
    """A first officer's request that became void since the quota changed (首办作废): who, when, of which version."""

    by: str
    at: datetime
    version: int
    changed: list[ChangedTerm]


class QuotaDecided(QuotaRead):
    """A quota after a decision about its amount, with what that changes; asked for only, it is as before."""

    effects: list[EffectRead] = Field(description="what the decision changes, in force or awaiting a second officer")
    instead_of: FormerRequest | None = Field(
        default=None,
        exclude_if=lambda former: former is None,
        description="what was asked for before and became void, and what changed in the quota since",
    )

    @classmethod
    def after(
        cls,
        quota: Quota,
        effects: Sequence[QuotaEffect],
        language: Language,
        *,
        awaiting: bool = False,
        former: FormerRequest | None = None,
    ) -> Self:
        """A quota and the effects of a decision in the reader's language."""
        read = QuotaRead.of(quota, "second_officer" if awaiting else None)
        shown = [EffectRead.of(each, language) for each in effects]
        return cls(**dict(read), effects=shown, instead_of=former)
