from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from services.registry.tables import Table
from shared.db import Instant
from shared.ids import new_id


class Organisation(Table, table=True):
    """An organisation, known by its 统一社会信用代码, which survives a change of name."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    uscc: str = Field(max_length=18, unique=True)
    name: str = Field(max_length=200)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class OrganisationName(Table, table=True):
    """A name an organisation had until it was renamed (曾用名)."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    name: str = Field(max_length=200)
    until: datetime = Field(sa_column=Column(Instant, nullable=False))


class Post(Table, table=True):
    """A post (岗位) of a host organisation; it exists whether or not somebody holds it."""

    __table_args__ = (UniqueConstraint("host_uscc", "post_code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    host_uscc: str = Field(max_length=18)
    post_code: str = Field(max_length=60, index=True)
    name: str = Field(max_length=200)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
