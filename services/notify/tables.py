"""The base of notify's tables."""

from collections.abc import Iterable

from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

from shared.db import own_tables


class NotifyTable(SQLModel, registry=own_tables()):
    """Every table of this service, and of no other."""


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A CHECK that a column holds one of an enum's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", column)
