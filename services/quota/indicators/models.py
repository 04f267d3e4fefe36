"""Tables of indicators: what a document asks for, and every value that was reported, corrections included."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.quota.indicators.rules.judging import Reported
from services.quota.tables import QuotaTable
from shared.columns import classes
from shared.contracts.reporting import PackIndicator
from shared.db import Instant, Json, table_of


class Indicator(QuotaTable, table=True):
    """One indicator by one horizon, as its document words it now."""

    __table_args__ = (Index(None, "document_no", "code", "horizon"),)

    __classes__ = classes(
        public="id document_no code horizon version terms defined_at",
    )

    id: UUID = Field(primary_key=True)
    document_no: str
    code: str
    horizon: int | None = None
    version: int = 1
    terms: dict[str, Any] = Field(sa_type=Json)
    defined_at: datetime = Field(sa_type=Instant)

    @property
    def requirement(self) -> PackIndicator:
        """What the document asks for."""
        return PackIndicator.model_validate(self.terms)


class IndicatorValue(QuotaTable, table=True):
    """One value as a department reported it (数据来源、依据). Never changed: a correction is the next version."""

    __tablename__ = "indicator_value"
    __table_args__ = (UniqueConstraint("indicator_id", "as_of", "version"),)

    __classes__ = classes(
        personal="reported_by",
        public="id indicator_id as_of version value source document_no reported_on known_at",
    )

    id: UUID = Field(primary_key=True)
    indicator_id: UUID = Field(foreign_key="indicator.id")
    as_of: date
    version: int
    value: str  # the decimal as text: no database rounds it
    source: str
    document_no: str
    reported_on: date
    known_at: datetime = Field(sa_type=Instant)
    reported_by: str

    @property
    def reported(self) -> Reported:
        """The value with its day, for judging."""
        return Reported(self.as_of, Decimal(self.value), self.version, self.source, self.document_no)


INDICATOR = table_of(Indicator)
INDICATOR_VALUE = table_of(IndicatorValue)
