"""A row in every table, whatever tables there are: what a migration meets in a database that is in use."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
)
from sqlmodel import Session

# What the constraints of a table leave of its columns.
PARTICULAR: Mapping[tuple[str, str], Any] = {
    ("account", "role"): "institution_clerk",
    ("account", "reporting_unit"): None,
    ("client", "role"): "institution_clerk",
    ("client", "reporting_unit"): None,
    ("identitydocument", "replaced_at"): None,
    ("alerts", "supersedes"): None,
    ("addresses", "channel"): "email",
    ("deliveries", "channel"): "email",
    ("alerts", "subject_kind"): "quota",
    ("alerts", "subject_ref"): str(UUID(int=1)),
    ("recipients", "deputy"): None,
    ("recipients", "superior"): None,
    ("placement", "months"): 3,
}
OF_TYPE: tuple[tuple[type[Any], Any], ...] = (
    (Uuid, UUID(int=1)),
    (Boolean, True),
    (Integer, 1),
    (Float, 1.0),
    (Date, date(2019, 1, 1)),
    (DateTime, datetime(2019, 1, 1, tzinfo=UTC)),
    (LargeBinary, b"x"),
    (JSON, []),
)


def fill(session: Session, *metadata: MetaData) -> dict[str, int]:
    """Put one row into each table; how many rows each has then."""
    tables = [table for each in metadata for table in each.sorted_tables]
    for table in tables:
        session.execute(table.insert(), [{column.key: _value(table, column) for column in table.columns}])
    return {table.name: 1 for table in tables}


def _value(table: Table, column: Column[Any]) -> Any:
    if (table.name, column.name) in PARTICULAR:
        return PARTICULAR[table.name, column.name]
    for check in table.constraints:
        if isinstance(check, CheckConstraint) and str(check.sqltext).startswith(f"{column.name} IN ("):
            return str(check.sqltext).split("'")[1]
    stored_as = getattr(column.type, "impl_instance", column.type)
    return next((value for kind, value in OF_TYPE if isinstance(stored_as, kind)), "x")
