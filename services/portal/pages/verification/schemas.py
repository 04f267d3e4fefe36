"""What quota answers about a verification, as far as these pages show it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class ShownDrift(ServiceAnswer):
    """A figure that does not agree."""

    quota_id: UUID
    code: str
    period: str
    unit: str | None = None
    figure: str
    counter: int
    ledger: int
    heads: int


class CheckedCounts(ServiceAnswer):
    """How much was looked at, by kind; how much did not agree, by layer."""

    in_order: bool
    checked: dict[str, int]
    adrift: dict[str, int]
    drift: list[ShownDrift]
    repaired: bool
    adjustments: int
    by: str
    at: datetime


class ShownAdjustment(ServiceAnswer):
    """One thing that was put right."""

    layer: str
    unit: str | None = None
    by: str
    reason: str
    at: datetime
