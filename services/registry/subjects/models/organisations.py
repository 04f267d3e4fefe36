from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Dialect, Index, String, TypeDecorator, UniqueConstraint, text
from sqlmodel import Field

from services.registry.subjects.rules.names import stored_name
from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id


class PartedName(TypeDecorator[str]):
    """A name whose parts are set apart by U+00B7, whenever it was stored (间隔号)."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else stored_name(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else stored_name(value)


def _name() -> Any:
    return Column(PartedName(200), nullable=False)


class Organisation(RegistryTable, table=True):
    """An organisation, known by its 统一社会信用代码, which survives a change of name; a branch has a parent.

    `provisional`: only drafts state it so far, and the first submission names it.
    """

    __classes__ = classes(
        internal="id provisional parent_id created_at",
        public="uscc name",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    uscc: str = Field(max_length=18, unique=True)
    name: str = Field(sa_column=_name())
    provisional: bool = False
    parent_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class OrganisationName(RegistryTable, table=True):
    """A name an organisation had until it was renamed (曾用名)."""

    __classes__ = classes(
        internal="id organisation_id until",
        public="name",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    name: str = Field(sa_column=_name())
    until: datetime = Field(sa_column=Column(Instant, nullable=False))


_ENDING = text("heir_id IS NOT NULL AND undone_at IS NULL")


class Reorganisation(RegistryTable, table=True):
    """An organisation merged into another or split (合并、分立), from a day on, by a document; never deleted.

    `heir_id` has its titles and posts, and its own code is retired; null where it goes on beside those that left it.
    `effect` is what was done to registrations and posts, so that it can be taken back.
    """

    __table_args__ = (
        CheckConstraint("kind IN ('merger', 'split')", name="kind"),
        Index("uq_reorganisation_ending", "old_id", unique=True, sqlite_where=_ENDING, postgresql_where=_ENDING),
    )

    __classes__ = classes(
        personal="reason effect by undone_by undone_reason",
        internal="id kind old_id heir_id successors effective_on at undone_at",
        public="decision_no",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=10)
    old_id: UUID = Field(foreign_key="organisation.id", index=True)
    heir_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    successors: list[str] = Field(sa_column=Column(Json, nullable=False))
    effective_on: date
    decision_no: str = Field(max_length=100)
    reason: str = Field(max_length=1000)
    effect: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    by: str = Field(max_length=60)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    undone_by: str | None = Field(default=None, max_length=60)
    undone_reason: str | None = Field(default=None, max_length=1000)
    undone_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Post(RegistryTable, table=True):
    """A post (岗位) of a host organisation; it exists whether or not somebody holds it."""

    __table_args__ = (UniqueConstraint("host_uscc", "post_code"),)

    __classes__ = classes(
        internal="id post_code provisional created_at",
        public="host_uscc name",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    host_uscc: str = Field(max_length=18)
    post_code: str = Field(max_length=60, index=True)
    name: str = Field(sa_column=_name())
    provisional: bool = False
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
