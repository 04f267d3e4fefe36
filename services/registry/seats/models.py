from datetime import datetime
from uuid import UUID

from sqlalchemy import Column
from sqlmodel import Field

from services.registry.tables import Table
from shared.db import Instant


class LapsedSeat(Table, table=True):
    """A place nothing will come of (作废): once quota is told so, no recognition may rest on it any more."""

    __tablename__ = "lapsed_seat"

    seat_id: UUID = Field(primary_key=True)
    registration_id: UUID
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
