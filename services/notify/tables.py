"""The base of every table of notify, with a registry of its own."""

from typing import TYPE_CHECKING

from sqlalchemy import Table as Columns
from sqlmodel import SQLModel

from shared.db import table_base

if TYPE_CHECKING:
    from sqlmodel import SQLModel as Table
else:
    Table = table_base()

__all__ = ["Table", "columns_of"]


def columns_of(model: type[SQLModel]) -> Columns:
    """The table behind a model, for statements that take many rows."""
    table: Columns = getattr(model, "__table__")  # noqa: B009, the attribute is made at run time
    return table
