from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from services.registry.tables import RegistryTable
from shared.db import Instant
from shared.ids import new_id


class CaseHistoryEntry(RegistryTable, table=True):
    """What was once done to a case (办理记录): who, what, why, and who has the credit; never changed afterwards."""

    __tablename__ = "duplicate_step"
    __table_args__ = (UniqueConstraint("duplicate_id", "version"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    duplicate_id: UUID = Field(foreign_key="duplicate.id")
    version: int
    action: str = Field(max_length=20)
    credit_to: UUID | None = None
    by: str = Field(max_length=60)
    role: str = Field(max_length=30)
    reason: str = Field(max_length=1000)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
