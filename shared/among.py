"""Whether a column has one of many values, or a list one of many words."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped
from sqlmodel import Session

from shared.db import T, dialect_of


def among(session: Session, column: ColumnElement[T] | Mapped[T], values: Collection[T]) -> ColumnElement[bool]:
    """Whether a column has one of these values. They are one value of a statement that is always the same."""
    words = [each.hex if isinstance(each, UUID) else each for each in values]
    if dialect_of(session) == "sqlite":
        return _in_json(column, literal(to_json(words).decode(), String))
    if not all(isinstance(each, UUID) for each in values):
        return _in_array(column, literal(words, _array_of(column)))
    given = literal("{" + ",".join(map(str, words)) + "}", String)
    # As a row each: an array that is no constant PostgreSQL would read anew for every row it compares.
    return column.in_(select(func.unnest(cast(given, _array_of(column)))))


def has_any(session: Session, column: ColumnElement[Any] | Mapped[Any], words: Collection[str]) -> ColumnElement[bool]:
    """Whether a JSON list of words, or the names of a JSON object, have one of these words."""
    if dialect_of(session) == "sqlite":
        each = func.json_each(column).table_valued("key", "value")
        return exists().where(or_(each.c.value.in_(words), each.c.key.in_(words)))
    found: ColumnElement[bool] = type_coerce(column, postgresql.JSONB).has_any(
        literal(list(words), postgresql.ARRAY(String))
    )
    return found


def among_texts(dialect: str, column: ColumnElement[str] | Mapped[str], name: str) -> ColumnElement[bool]:
    """The same of texts in a statement that is made once, and executed with `texts_given` under that name."""
    if dialect == "sqlite":
        return _in_json(column, bindparam(name, type_=String))
    return _in_array(column, bindparam(name, type_=_array_of(column)))


def texts_given(dialect: str, texts: Collection[str]) -> str | list[str]:
    """Texts as a statement with `among_texts` is executed with them."""
    return to_json(list(texts)).decode() if dialect == "sqlite" else list(texts)


def _in_json(column: ColumnElement[T] | Mapped[T], words: BindParameter[str]) -> ColumnElement[bool]:
    return column.in_(select(func.json_each(words).table_valued("value").c.value))


def _in_array(column: ColumnElement[T] | Mapped[T], words: BindParameter[list[str]]) -> ColumnElement[bool]:
    """Looked up in the index whatever is known of the table: it may be new, and be filled by who asks."""
    return column == any_(words)


def _array_of(column: ColumnElement[Any] | Mapped[Any]) -> Any:
    return postgresql.ARRAY(column.type)  # type: ignore[union-attr]  # every attribute of a table has one
