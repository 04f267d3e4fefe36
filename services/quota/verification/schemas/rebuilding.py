"""Bodies and answers of rebuilds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.quota.counting.rules.heads import Counts
from services.quota.quotas.models import Quota
from services.quota.verification.models import Rebuild, RebuildState
from services.quota.verification.rules import MOST_SHOWN, Compared, RegistrationsCompared
from shared.contracts.facts import Fact, Verdict
from shared.contracts.registration import ClassChange, Spell
from shared.fields import Count, Day, Flag, Name, OneLine, Reason, Whole

MOST_FACTS = 1_000
MOST = 2**31 - 1  # what a database holds in a whole number


class NewRebuild(BaseModel):
    """A rebuild, and why."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class SpellOfRegistry(Spell):
    """A unit that a registration was with, as the registry tells it."""

    reporting_unit: Name
    until: Day
    boundary: Flag = False


class ClassChangeOfRegistry(ClassChange):
    """What became of a class of a registration, as the registry tells it."""

    name: Name
    value: Name | None
    since: Day


class FactOfRegistry(Fact):
    """The counting state of one registration, as the registry tells it."""

    version: Whole = Field(ge=1, le=MOST)
    programme: Name
    reporting_unit: Name
    counted_on: Day | None
    ended_on: Day | None
    classes: dict[Name, Name | None]
    spells: tuple[SpellOfRegistry, ...] = ()
    class_changes: tuple[ClassChangeOfRegistry, ...] = ()
    yields: Flag = False


class NewFacts(BaseModel):
    """A page of the registry's facts, as it came; of a registration that comes twice the newer version stays."""

    model_config = ConfigDict(extra="forbid")

    facts: Annotated[list[FactOfRegistry], Field(min_length=1, max_length=MOST_FACTS)]
    signature: Annotated[OneLine, Field(max_length=2000, description="by which the registry says that it told these")]


class FactsComplete(BaseModel):
    """That the registry has told every registration, and how many there are."""

    model_config = ConfigDict(extra="forbid")

    registrations: Count


class DifferenceRead(BaseModel):
    """A registration that would be replaced, with the versions told and known here."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    registration_id: UUID
    verdict: Verdict
    by_registry: int = Field(alias="told")
    known: int | None


class RegistrationsRead(BaseModel):
    """Registrations as the registry told them against those known here.

    Missing, older or different ones are replaced. What is newer here, or came since, stays. `behind`: how many of
    these were known before the rebuild began; then the registry itself has lost something, and nothing is swapped.
    """

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    by_registry: int = Field(alias="told")
    known: int
    missing: int
    older: int
    different: int
    newer: int
    surplus: int
    behind: int
    differences: list[DifferenceRead] = Field(description=f"the first {MOST_SHOWN}")
    lost: list[UUID] = Field(description=f"behind: the first {MOST_SHOWN}")

    @classmethod
    def of(cls, found: RegistrationsCompared) -> Self:
        """How many differ in which way, and the first of them."""
        shown = [
            DifferenceRead(
                registration_id=by_registry.registration_id,
                verdict=verdict,
                by_registry=by_registry.version,
                known=known.version if known else None,
            )
            for verdict, by_registry, known in found.first
        ]
        return cls(
            **{name: getattr(found, name) for name in ("by_registry", "known", "newer", "surplus", "behind", "lost")},
            missing=found.differing[Verdict.MISSING],
            older=found.differing[Verdict.OLDER],
            different=found.differing[Verdict.DIFFERENT],
            differences=shown,
        )


class QuotaNamed(BaseModel):
    """A quota: the city's, or a unit's own."""

    quota_id: UUID
    code: str
    period: str
    quota_unit: str | None = Field(description="the unit whose quota it is; null for the city's")


class FigureRead(QuotaNamed):
    """A figure of a quota, in a unit or as a whole (null), that would be another: now, and rebuilt."""

    unit: str | None
    figure: str = Field(description="gross, net or in_stock")
    now: int
    rebuilt: int


class MilestoneChangeRead(QuotaNamed):
    """A milestone that would stand elsewhere, silently; null where it is lost."""

    percent: int
    now: str | None
    rebuilt: str


class Changes(BaseModel):
    """How many things a swap puts right, layer by layer: 登记, 合计, 人头, 台账, 计数器, 节点."""

    registrations: int
    sums: int
    memberships: int
    ledger: int
    counters: int
    milestones: int


class ComparisonRead(BaseModel):
    """What stands against what the registry alone makes of it (重建前后对比)."""

    in_order: bool = Field(description="nothing would change")
    registrations: RegistrationsRead
    changes: Changes
    figures: list[FigureRead]
    milestones: list[MilestoneChangeRead]

    @classmethod
    def of(cls, compared: Compared, quotas: Mapping[UUID, Quota]) -> Self:
        """What would change, with the names of the quotas."""
        found, counters = compared.found, compared.counters()
        changes = Changes(
            registrations=compared.registrations.differing.total(),
            sums=sum(found.false_sums.values()),
            memberships=len(found.wrong),
            ledger=len(found.false_cells),
            counters=len(counters),
            milestones=len(compared.misplaced),
        )
        figures = [
            FigureRead(**_named(quotas[quota]), unit=unit or None, figure=figure, now=now, rebuilt=rebuilt)
            for (quota, unit), both in counters.items()
            for figure, now, rebuilt in zip(Counts._fields, *both, strict=True)
            if now != rebuilt
        ]
        milestones = [
            MilestoneChangeRead(
                **_named(quotas[quota]), percent=percent, now=mark.state if mark else None, rebuilt=right.state
            )
            for quota, percent, mark, right in compared.misplaced
        ]
        return cls(
            in_order=not any(changes.model_dump().values()),
            registrations=RegistrationsRead.of(compared.registrations),
            changes=changes,
            figures=sorted(figures, key=lambda each: (*_place(each), each.unit or "")),
            milestones=sorted(milestones, key=lambda each: (*_place(each), each.percent)),
        )


class RebuildRead(BaseModel):
    """A rebuild; the comparison is there once it is filled, and in the answer to the swap."""

    id: UUID
    state: RebuildState
    by: str
    reason: str
    opened_at: datetime
    ended_at: datetime | None
    adjustments: int = Field(description="how many things the swap put right; GET /v1/adjustments lists them")
    comparison: ComparisonRead | None = None

    @classmethod
    def of(cls, rebuild: Rebuild, comparison: ComparisonRead | None = None) -> Self:
        """A rebuild with what it would change, or has changed."""
        return cls(**rebuild.model_dump(), comparison=comparison)


def _named(quota: Quota) -> dict[str, object]:
    return {"quota_id": quota.id, "code": quota.code, "period": quota.label, "quota_unit": quota.unit}


def _place(named: QuotaNamed) -> tuple[str, str, str]:
    """The city's quotas first."""
    return named.quota_unit or "", named.code, named.period
