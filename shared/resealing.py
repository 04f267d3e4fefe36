"""Sealing anew (重新加密) what an older key sealed, after a rotation, while the service goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row, Table, and_, func, literal, select, tuple_, update

from shared.db import Database
from shared.db_errors import retry_contended
from shared.service_tables import idempotency_key
from shared.vault import Vault, sealed_by

AT_ONCE = 500  # rows a transaction


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed values; `bound_to` says in the columns of a row what its value is bound to."""

    table: Table
    column: str
    bound_to: str


ANSWERS = SealedColumn(idempotency_key, "body", "idempotency_key|{scope}|{key}")


def reseal(database: Database, vault: Vault, sealed: Sequence[SealedColumn]) -> Iterator[tuple[str, int]]:
    """Seal every value with the current key that another one sealed; yields each column's name, and how many it was.

    Writes: the columns given, 500 rows a transaction. A row that somebody writes meanwhile is left to them. Whoever is
    stopped goes on with what is left.
    """
    for each in [*sealed, ANSWERS]:
        count, last = 0, None
        while rows := retry_contended(partial(_reseal_some, database, vault, each, last)):
            count, last = count + len(rows), rows[-1]
        yield f"{each.table.name}.{each.column}", count


def _reseal_some(database: Database, vault: Vault, sealed: SealedColumn, last: Row[Any] | None) -> Sequence[Row[Any]]:
    """The rows that were sealed anew, in the order of their keys: what comes after those is not looked at again."""
    name, _ = vault.rings["sealing"].current
    begins = sealed_by(name)
    column = sealed.table.c[sealed.column]
    keys = list(sealed.table.primary_key)
    older = func.substr(column, 1, len(begins)) != literal(begins, column.type)
    chosen = select(*keys, column).where(column.is_not(None), older).order_by(*keys).limit(AT_ONCE)
    if last is not None:
        chosen = chosen.where(tuple_(*keys) > tuple_(*(literal(last._mapping[key], key.type) for key in keys)))
    with database.writing() as session:
        rows = session.execute(chosen).all()
        for row in rows:
            values = dict(row._mapping)
            value = values.pop(sealed.column)
            bound_to = sealed.bound_to.format_map(values)
            new = vault.seal(vault.unseal(value, bound_to), bound_to)
            same = and_(*(key == values[key.name] for key in keys), column == value)
            session.execute(update(sealed.table).where(same).values({column: new}))
    return rows
