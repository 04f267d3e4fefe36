"""Bodies and answers of verification."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.quota.quotas.models import Quota
from services.quota.verification.rules import Findings, Layer, Source
from shared.fields import Flag, Reason

MOST_SHOWN = 100  # subjects named one by one
MOST_DOUBTED = 1_000


class WantedVerification(BaseModel):
    """A check, or with `repair` a putting right; that is an operator's, and wants a reason."""

    model_config = ConfigDict(extra="forbid")

    repair: Flag = False
    source: Source = Field(
        default=Source.REGISTRATIONS,
        description="`ledger`: counters, sums and milestones alone, by the ledger as it stands; heads stay",
    )
    reason: Reason | None = None


class NewDoubt(BaseModel):
    """Registrations of which the registry is to have the last word, whatever version is known here."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_DOUBTED)]
    reason: Reason


class DoubtRead(BaseModel):
    """How many registrations are doubted."""

    doubted: int


class Checked(BaseModel):
    """What was looked at."""

    quotas: int
    counters: int
    memberships: int
    ledger_rows: int
    bulletins: int


class Adrift(BaseModel):
    """What does not agree: counters and sums with the ledger, days of the ledger with the heads, heads, milestones.

    `bulletins` are no longer what was published (内容与哈希不符); no repair changes one, a backup brings it back.
    """

    counters: int
    sums: int
    ledger: int
    memberships: int
    milestones: int
    bulletins: int


class DriftRead(BaseModel):
    """A figure of a quota, in a unit or as a whole (null), by its counter, the ledger's sum and the heads there are."""

    quota_id: UUID
    code: str
    period: str
    unit: str | None
    figure: str = Field(description="gross, net or in_stock")
    counter: int
    ledger: int
    heads: int


class WrongHead(BaseModel):
    """A subject whose head in a quota is not the one its registrations make."""

    quota_id: UUID
    subject_ref: UUID


class VerificationRead(BaseModel):
    """What a verification found, before anything was put right."""

    in_order: bool
    checked: Checked
    adrift: Adrift
    drift: list[DriftRead]
    wrong_heads: list[WrongHead] = Field(description=f"the first {MOST_SHOWN}")
    repaired: bool
    adjustments: int = Field(description="how many things were put right; GET /v1/adjustments lists them")
    by: str
    reason: str | None
    at: datetime

    @classmethod
    def of(cls, found: Findings, quotas: dict[UUID, Quota], **done: Any) -> Self:
        """What was found, with the names of the quotas, and what was done about it."""
        adrift = Adrift(
            counters=len(found.false_counters()),
            sums=sum(found.false_sums.values()),
            ledger=len(found.false_cells),
            memberships=len(found.wrong),
            milestones=len(found.misplaced),
            bulletins=found.altered,
        )
        drift = [
            DriftRead(
                **each._asdict() | {"unit": each.unit or None},
                code=quotas[each.quota_id].code,
                period=quotas[each.quota_id].label,
            )
            for each in found.drift()
        ]
        return cls(
            in_order=not any(adrift.model_dump().values()),
            checked=Checked(
                quotas=found.quotas,
                counters=len(found.counters),
                memberships=found.memberships,
                ledger_rows=found.ledger_rows,
                bulletins=found.bulletins,
            ),
            adrift=adrift,
            drift=drift,
            wrong_heads=[WrongHead(quota_id=w.quota_id, subject_ref=w.subject_ref) for w in found.wrong[:MOST_SHOWN]],
            **done,
        )


class AdjustmentRead(BaseModel):
    """One thing put right (调整)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    layer: Layer
    quota_id: UUID | None
    unit: str | None = Field(description="'' for the quota as a whole")
    subject_ref: UUID | None
    registration_id: UUID | None
    before: dict[str, Any]
    after: dict[str, Any]
    by: str
    reason: str
    at: datetime
