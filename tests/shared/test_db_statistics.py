"""What PostgreSQL knows of a table that has just grown."""

from sqlalchemy import Column, Integer, Table, text
from sqlmodel import SQLModel

from shared.db import Database, insert_rows, own_tables
from shared.db_statistics import look_again
from tests.conftest import NewDatabase

TABLES = own_tables()


class GrowingTable(SQLModel, registry=TABLES):
    """The base of the table below."""


GROWING = Table("growing", GrowingTable.metadata, Column("number", Integer, primary_key=True))


def test_a_table_that_grew_is_known_by_its_size(new_database: NewDatabase) -> None:
    database = new_database(GrowingTable.metadata)
    assert known(database) in (None, -1)
    grow(database, 0, 300)
    look_again(database, [GROWING], 300)
    assert known(database) in (None, 300)
    grow(database, 300, 301)
    look_again(database, [GROWING], 300)  # known well enough: it is not read again
    assert known(database) in (None, 300)


def grow(database: Database, first: int, last: int) -> None:
    """So many rows more."""
    with database.writing() as session:
        insert_rows(session, GROWING, [{"number": number} for number in range(first, last)])


def known(database: Database) -> int | None:
    """How many rows PostgreSQL believes it has; None on SQLite."""
    if database.is_sqlite:
        return None
    with database.reading() as session:
        return int(session.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'growing'")).scalar_one())
