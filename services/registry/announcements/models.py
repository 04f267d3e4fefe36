from datetime import datetime
from uuid import UUID

from sqlalchemy import Column
from sqlmodel import Field

from services.registry.tables import Table
from shared.db import Instant, Json
from shared.ids import new_id


class Announcement(Table, table=True):
    """Registrations an operator had announced again (再次告知), and why; they themselves did not change."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    by: str = Field(max_length=60)
    reason: str = Field(max_length=1000)
    registrations: list[str] = Field(sa_column=Column(Json, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
