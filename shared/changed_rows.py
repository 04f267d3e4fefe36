"""Many rows of a table changed at once, each to values of its own."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam
from sqlmodel import Session

from shared.db import as_given, dialect_of, recordset


def update_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str]) -> None:
    """Give rows, found by their key, the other values given; by one statement for all of them on PostgreSQL."""
    if not rows:
        return
    dialect = dialect_of(session)
    given = as_given(session, table, rows)
    if dialect == "sqlite":
        given = [{f"new_{name}": value for name, value in row.items()} for row in given]
    session.connection().execute(_changing(dialect, table, tuple(rows[0]), tuple(key)), given)


@lru_cache(maxsize=100)
def _changing(dialect: str, table: Table, names: tuple[str, ...], key: tuple[str, ...]) -> Any:
    if dialect == "sqlite":
        new: Any = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    else:
        new = recordset(table, names, "every").c
    of_key = [table.c[name] == new[name] for name in key]
    return table.update().where(*of_key).values({name: new[name] for name in names if name not in key})
