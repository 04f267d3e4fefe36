"""Filing by a new index key what the old one filed (重建索引), after `talent rotate-key`, while the registry serves.

The ring says how far a rotation (轮换) has come. Two keys, the old one current: everybody files and looks by both, and
what the old one alone filed is filed by the new one. The new one current: nobody files or looks by the old one, and
what that filed is taken away. One key: done. No stage begins before every process is through with the one before, so
that two who file the same person meet on an index that both fill.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import typer
from sqlalchemy import ColumnElement, Select, String, Table, bindparam, cast, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from services.registry.accounts.models import Account
from services.registry.accounts.queries.accounts import SUBJECT_INDEXES
from services.registry.registrations.commands.approvals import renew_marks
from services.registry.registrations.models import Registration
from services.registry.sealed import SEALED
from services.registry.subjects.commands.candidates import file_fingerprints
from services.registry.subjects.models.people import (
    NUMBER_INDEXES,
    IdentityDocument,
    Person,
    PersonKey,
    index_erased,
)
from services.registry.subjects.queries.people import lock_identities
from shared.among import among
from shared.config import settings
from shared.db import Database, table_of
from shared.db_errors import describe, retry_contended
from shared.key_rings import INDEX, KeysUnfit, Slot, drop_older, fit_ring, go_on_with_newest, wait_until_read
from shared.preparing import at_newest_schema
from shared.private_files import keep_private
from shared.service import Context
from shared.vault import Vault

AT_ONCE = 500  # rows a transaction
OTHER: Mapping[Slot, Slot] = {"a": "b", "b": "a"}

Index = Callable[..., str]
Act = Callable[[Session, Sequence[UUID]], int]  # what is done to rows by their ids; to how many it was


@dataclass(frozen=True)
class Indexed:
    """A table that is found by blind indexes: their columns, and that of a row of a sealed value in clear."""

    table: Table
    columns: Mapping[Slot, str]
    sealed: str
    index: Callable[[Index, Mapping[str, Any], str], str]

    def column(self, slot: Slot) -> ColumnElement[Any]:
        """The column of a key."""
        return self.table.c[self.columns[slot]]


INDEXED = (
    Indexed(
        table_of(IdentityDocument),
        NUMBER_INDEXES,
        "sealed_number",
        lambda index, row, number: index("identity_document", number) if number else index_erased(row["id"]),
    ),
    Indexed(
        table_of(Account),
        SUBJECT_INDEXES,
        "sealed_subject",
        lambda index, row, subject: index("issuer-subject", row["issuer"], subject),
    ),
)
_BOUND_TO = {(each.table.name, each.column): each.bound_to for each in SEALED}


def reindex(context: Context) -> Iterator[tuple[str, int]]:
    """Carry a rotation of the index key to its end (重建索引); yields what was written, and of how many rows.

    Locks: `lock_identities` alone for a moment before each stage, and shared for each transaction of 500 rows, which
    it locks. Writes the columns of blind indexes, `person_key`, what awaits second officers, and the ring. Whoever is
    stopped goes on where it was; with one key in the ring what others filed goes, as where processes read the ring
    late. Raises KeysUnfit where the ring is none, and where somebody still files by the old key alone when it is out of
    use; OSError where the ring cannot be written.
    """
    database, path = context.database, context.vault.rings[INDEX].path
    ring = fit_ring(path)
    new = ring.slot(ring.newest)
    if ring.current != ring.newest:
        _all_have_read(database)
        while missing := _file(context, new):
            yield from missing.items()
        go_on_with_newest(path)
    _all_have_read(database)
    late = _file(context, new)
    if late and len(ring.keys) > 1:
        raise KeysUnfit(f"somebody filed by a key that is out of use: let every process read {path}, and run it again")
    yield from late.items()
    yield "registration.awaiting", _in_turns(database, _awaiting(), _renew)
    yield from _clear(database, OTHER[new])
    if len(ring.keys) > 1:
        drop_older(path)


def _all_have_read(database: Database) -> None:
    """Wait until every process has read the ring again, and what was begun before is done."""
    wait_until_read()
    with database.writing() as session:
        lock_identities(session, changing=True)


def _file(context: Context, slot: Slot) -> dict[str, int]:
    """File by the key of a column all that is not filed by it; how many rows, by what was written, if any."""
    database, index = context.database, context.vault.indexers()[slot]
    counts = {
        f"{each.table.name}.{each.columns[slot]}": _in_turns(
            database,
            select(each.table.c.id).where(each.column(slot).is_(None), each.column(OTHER[slot]).is_not(None)),
            partial(_index, context.vault, each, each.columns[slot], index),
        )
        for each in INDEXED
    }
    fingerprints = partial(file_fingerprints, slot=slot)
    counts[f"person_key {slot}"] = _in_turns(database, select(table_of(Person).c.id), fingerprints)
    return {name: count for name, count in counts.items() if count}


def _index(vault: Vault, indexed: Indexed, column: str, index: Index, session: Session, ids: Sequence[UUID]) -> int:
    """Rows are locked in the order of their ids, as `reseal` writes them: beside it none is passed over."""
    table = indexed.table
    rows = select(table).where(among(session, table.c.id, ids)).order_by(table.c.id).with_for_update(key_share=True)
    found = []
    for row in map(dict, session.execute(rows).mappings()):
        clear = vault.unseal(row[indexed.sealed], _BOUND_TO[table.name, indexed.sealed].format_map(row))
        found.append({"of": row["id"], "found": indexed.index(index, row, clear)})
    session.execute(update(table).where(table.c.id == bindparam("of")).values({column: bindparam("found")}), found)
    return len(found)


def _renew(session: Session, ids: Sequence[UUID]) -> int:
    wanted = select_rows(Registration).where(col(Registration.id).in_(ids)).order_by(col(Registration.id))
    return renew_marks(session, session.exec(wanted.with_for_update()).all())


def _awaiting() -> Select[UUID]:
    """The registrations of which something awaits a second officer."""
    held = table_of(Registration).c
    return select(held.id).where(cast(held.awaiting, String) != "null")


def _clear(database: Database, slot: Slot) -> Iterator[tuple[str, int]]:
    """Take away what was filed by the key of a column."""
    for each in INDEXED:
        name = each.columns[slot]
        kept = select(each.table.c.id).where(each.column(slot).is_not(None))
        yield f"{each.table.name}.{name}", _in_turns(database, kept, partial(_empty, each.table, name))
    of_slot = partial(_forget, slot)
    yield f"person_key {slot}", _in_turns(database, select(table_of(Person).c.id), of_slot)


def _empty(table: Table, column: str, session: Session, ids: Sequence[UUID]) -> int:
    session.execute(update(table).where(among(session, table.c.id, ids)).values({column: None}))
    return len(ids)


def _forget(slot: Slot, session: Session, people: Sequence[UUID]) -> int:
    kept = among(session, col(PersonKey.person_id), people)
    gone = delete(PersonKey).where(kept, col(PersonKey.slot) == slot).returning(col(PersonKey.person_id))
    return len(set(session.execute(gone).scalars()))


def _in_turns(database: Database, wanted: Select[UUID], act: Act) -> int:
    """Do something to rows by their ids, 500 a transaction, in their order; to how many it was done."""
    count, (id_,) = 0, wanted.selected_columns
    some = wanted.order_by(id_).limit(AT_ONCE)
    while True:
        ids, done = retry_contended(partial(_turn, database, some, act))
        if not ids:
            return count
        count, some = count + done, wanted.where(id_ > ids[-1]).order_by(id_).limit(AT_ONCE)


def _turn(database: Database, wanted: Select[UUID], act: Act) -> tuple[Sequence[UUID], int]:
    with database.writing() as session:
        lock_identities(session, changing=False)
        ids = session.execute(wanted).scalars().all()
        return ids, act(session, ids) if ids else 0


def reindex_command() -> None:
    """File by the newest index key what an older one filed (重建索引), after rotate-key, while the registry serves."""
    keep_private(settings().data_dir)
    context = Context.of("registry")
    at_newest_schema("registry", context)
    try:
        for written, count in reindex(context):
            typer.echo(f"{written}  {count}")
    except OSError as error:
        raise SystemExit(f"registry: {error.filename}: {error.strerror}: it takes the keys to be written") from None
    except SQLAlchemyError as error:
        raise SystemExit(f"registry: {describe(error)}") from None
    finally:
        context.close()
