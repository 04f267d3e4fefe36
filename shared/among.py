"""Whether a column has one of many values, asked by a statement that is the same for any number of them."""

from collections.abc import Collection
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import ColumnElement, String, any_, cast, func, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped
from sqlmodel import Session

from shared.db import T, dialect_of


def among(session: Session, column: ColumnElement[T] | Mapped[T], values: Collection[T]) -> ColumnElement[bool]:
    """Whether a column has one of these values. They are one value of a statement that is always the same."""
    words = [each.hex if isinstance(each, UUID) else each for each in values]
    if dialect_of(session) == "sqlite":
        every = func.json_each(to_json(words).decode()).table_valued("value")
        return column.in_(select(every.c.value))
    kind = postgresql.ARRAY(column.type)  # type: ignore[union-attr]  # every attribute of a table has one
    if not all(isinstance(each, UUID) for each in values):
        # Looked up in the index whatever is known of the table: it may be new, and be filled by who asks.
        return column == any_(literal(words, kind))
    given = literal("{" + ",".join(map(str, words)) + "}", String)
    # As a row each: an array that is no constant PostgreSQL would read anew for every row it compares.
    return column.in_(select(func.unnest(cast(given, kind))))
