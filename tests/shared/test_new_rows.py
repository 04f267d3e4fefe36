"""Rows stored without the unit of work: they read back as those that went through it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel, select

from shared.db import Instant, Json, insert_together, own_tables
from shared.new_rows import new_row, stored
from tests.conftest import NewDatabase

TABLES = own_tables()


class NewRowTable(SQLModel, registry=TABLES):
    """The base of the table below."""


class Noted(NewRowTable, table=True):
    """A row with every kind of default."""

    id: int = Field(primary_key=True)
    stated: str = Field(sa_column=Column("told", String, nullable=False))
    version: int = 1
    notes: list[dict[str, Any]] = Field(default=[], sa_column=Column(Json, nullable=False))
    made: str = Field(default_factory=lambda: "made")
    at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Noting(NewRowTable, table=True):
    """A row that refers to another."""

    id: int = Field(primary_key=True)
    noted_id: int = Field(foreign_key="noted.id")


AT = datetime(2019, 7, 1, 8, 0, tzinfo=UTC)


def test_what_was_stored_reads_back_with_its_defaults(new_database: NewDatabase) -> None:
    database = new_database(TABLES.metadata)
    with database.writing() as session:
        insert_together(
            session,
            stored(Noted, [new_row(Noted, id=1, stated="一", at=AT), new_row(Noted, id=2, stated="二", version=3)]),
        )
    with database.reading() as session:
        found = [each.model_dump() for each in session.exec(select(Noted).order_by("id"))]
    first = {"id": 1, "stated": "一", "version": 1, "notes": [], "made": "made", "at": AT}
    assert found == [first, first | {"id": 2, "stated": "二", "version": 3, "at": None}]


def test_no_two_share_a_default_that_can_change() -> None:
    one, other = new_row(Noted, id=1, stated="一"), new_row(Noted, id=2, stated="二")
    one.notes.append({"code": "x"})
    assert other.notes == new_row(Noted, id=3, stated="三").notes == []


def test_one_that_is_added_to_a_session_is_stored_too(new_database: NewDatabase) -> None:
    database = new_database(TABLES.metadata)
    with database.writing() as session:
        session.add(new_row(Noted, id=1, stated="一"))
    with database.reading() as session:
        assert session.get_one(Noted, 1).stated == "一"


def test_several_tables_are_filled_together_and_none_where_there_is_nothing(new_database: NewDatabase) -> None:
    database = new_database(TABLES.metadata)
    with database.writing() as session:
        insert_together(session, stored(Noted, []), stored(Noting, []))
        insert_together(session, stored(Noted, [new_row(Noted, id=1, stated="一")]), stored(Noting, []))
        both = (
            [new_row(Noted, id=2, stated="二")],
            [new_row(Noting, id=1, noted_id=2), new_row(Noting, id=2, noted_id=1)],
        )
        insert_together(session, stored(Noted, both[0]), stored(Noting, both[1]))
    with database.reading() as session:
        assert [each.id for each in session.exec(select(Noted).order_by("id"))] == [1, 2]
        assert [each.noted_id for each in session.exec(select(Noting).order_by("id"))] == [2, 1]
