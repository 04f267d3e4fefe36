from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from services.registry.tables import Table
from shared.db import Instant
from shared.ids import new_id


class Person(Table, table=True):
    """A person; `id` is the subject_ref that leaves the registry. Name, birth date and gender are sealed together."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sealed: bytes
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class IdentityDocument(Table, table=True):
    """An identity document (身份证件): type, issuing country and number together name one person."""

    __table_args__ = (UniqueConstraint("type", "country", "number_index"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    type: str = Field(max_length=20)
    country: str = Field(max_length=3)
    sealed_number: bytes
    number_index: str = Field(max_length=64, index=True)
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
