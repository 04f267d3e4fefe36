from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Integer
from sqlmodel import Field

from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import ONLY_ADDED_TO, Instant, table_of


class AuditRow(RegistryTable, table=True):
    """One entry of the trail (shared.contracts.audit.AuditEntry); only ever added to."""

    __tablename__ = "audit"
    __table_args__ = ONLY_ADDED_TO

    __classes__ = classes(
        personal="by object purpose",
        internal="sequence at role institution_id action version outcome request hash",
    )

    sequence: int = Field(primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))
    at: datetime = Field(sa_type=Instant)
    by: str = Field(max_length=60, index=True)
    role: str = Field(max_length=30)
    institution_id: UUID | None = None
    action: str = Field(max_length=40)
    object: str | None = Field(default=None, max_length=100, index=True)
    version: int | None = None
    outcome: str = Field(max_length=60)
    purpose: str | None = Field(default=None, max_length=500)
    request: UUID | None = None
    hash: str = Field(max_length=64)


class AuditHead(RegistryTable, table=True):
    """The last entry of the trail, one row: whoever adds to the trail holds it until their transaction ends."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    __classes__ = classes(
        internal="id sequence hash",
    )

    id: int = Field(default=1, primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)


AUDIT = table_of(AuditRow)
HEAD = table_of(AuditHead)
