"""Bodies of allocation."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.quota.decisions.schemas import MOST, Text
from services.quota.quotas.models import Quota, Revision
from shared.contracts.parts import Code

Amount = Annotated[int, Field(ge=0, le=MOST)]


class NewAllocation(BaseModel):
    """The whole split (任务分解表): a unit that is not named has no share from that day on.

    Without a day, the first split holds from the beginning of the quota, a later one from today.
    """

    model_config = ConfigDict(extra="forbid")

    shares: dict[Code, Amount] = Field(min_length=1, max_length=200)
    effective_on: date | None = None
    document_no: Text | None = None
    confirmed: bool = Field(default=False, description="to give more than the city's amount all the same")


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
