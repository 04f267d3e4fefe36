"""Databases: SQLite by default, PostgreSQL in production, the same tables and statements on both."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, TypeVar
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    LargeBinary,
    MetaData,
    SelectBase,
    String,
    Table,
    TableValuedAlias,
    bindparam,
    cast,
    column,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from shared.db_engines import parsed_url, postgresql_engines, sqlite_engine
from shared.db_errors import came_up_read_only

ROWS_A_STATEMENT = 500  # asked for at once, which keeps the parameters of one statement below SQLite's limit of 32,766

T = TypeVar("T", UUID, str, int)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ONLY_ADDED_TO: dict[str, object] = {"info": {"only_added_to": True}}  # of a table: no row of it is ever changed

Json = JSON().with_variant(JSONB(), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def own_tables() -> registry:
    """The registry of one service's tables: `class Table(SQLModel, registry=own_tables())` is their base."""
    return registry(metadata=MetaData(naming_convention=NAMES))


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements that take many rows."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
    return table


class Database:
    """One service's database; sessions are opened where they are used."""

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = parsed_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writes, self._reads = sqlite_engine(parsed, writes=True), sqlite_engine(parsed, writes=False)
            for engine in (self._writes, self._reads):
                event.listen(engine, "handle_error", self._renew)
        else:
            self._writes, self._reads = postgresql_engines(parsed)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with Session(self._reads, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        with Session(self._writes, expire_on_commit=False) as session, session.begin():
            yield session

    @property
    def engine(self) -> Engine:
        """The engine that writes, for migrations."""
        return self._writes

    @property
    def connections_in_use(self) -> int:
        """How many connections somebody holds now."""
        pools = {engine.pool for engine in (self._writes, self._reads)}
        return sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))

    def answers(self) -> bool:
        """Whether the database can be asked at all."""
        with self.reading() as session:
            return bool(session.execute(text("SELECT 1")).scalar())

    def _renew(self, context: ExceptionContext) -> None:
        """Connections that came up while the file could not be written keep one another read-only: open all anew."""
        if came_up_read_only(context.original_exception):
            if context.execution_context:
                context.execution_context.cursor.close()  # left open, it would keep a closed connection's files open
            context.is_disconnect = True
            self.close()

    def close(self) -> None:
        """Give back every connection; those in use are closed when they come back."""
        given_up = {self._writes.pool, self._reads.pool}
        self._writes.dispose()
        self._reads.dispose()
        for pool in given_up:
            event.listen(pool, "checkin", _close)
            pool.dispose()  # of what came back a moment ago


def _close(connection: Any, _: Any) -> None:
    if connection is not None:
        connection.close()


def stretches(values: Iterable[T]) -> Iterator[list[T]]:
    """Values in order, each once, as many at a time as one statement takes."""
    every = sorted(set(values), key=str)
    for start in range(0, len(every), ROWS_A_STATEMENT):
        yield every[start : start + ROWS_A_STATEMENT]


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once, in their order; nothing for none."""
    insert_together(session, (table, rows))


def insert_together(session: Session, *inserts: tuple[Table, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows into several tables, in their order; by one statement for all of them on PostgreSQL."""
    filled = [(table, rows) for table, rows in inserts if rows]
    if dialect_of(session) == "sqlite":
        for table, rows in filled:
            session.execute(_insertion("sqlite", table, tuple(rows[0])), as_given(session, table, rows))
    elif filled:
        shapes = tuple((table, tuple(rows[0])) for table, rows in filled)
        given = [as_given(session, table, rows, _every(n)) for n, (table, rows) in enumerate(filled)]
        session.execute(_insertions(shapes), dict(ChainMap(*given)))


def insert_ignoring(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str]
) -> set[tuple[Any, ...]]:
    """Insert rows whose key is not there yet; the keys of those inserted."""
    if not rows:
        return set()
    statement = _ignoring(dialect_of(session), table, tuple(rows[0]), tuple(key))
    return set(map(tuple, session.execute(statement, as_given(session, table, _in_order(rows, key))).all()))


def upsert(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    newer: str | None = None,
) -> None:
    """Insert rows, or replace all other columns given where the key is there already; keys are there once only.

    With `newer`, a row that is there is only replaced by one whose column of that name is greater.
    """
    if rows:
        statement = _upsertion(dialect_of(session), table, tuple(rows[0]), tuple(key), newer)
        session.execute(statement, as_given(session, table, _in_order(rows, key)))


def adding_from(dialect: str, table: Table, names: Sequence[str], found: SelectBase, key: Sequence[str]) -> Any:
    """To insert what a statement finds, or add its numbers to the rows that are there; keys are found once only."""
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(table).from_select(names, found)
    sums = {name: table.c[name] + statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=[table.c[name] for name in key], set_=sums)


# Statements are made once for each table and set of columns: making one costs more than executing it.


@lru_cache(maxsize=1_000)
def _insertion(dialect: str, table: Table, names: tuple[str, ...], bound: str = "every") -> Any:
    """An insertion of many rows.

    PostgreSQL takes them as one JSON text: less than a third of the work that a row at a time is (measured).
    """
    if dialect == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table).from_select(list(names), select(*recordset(table, names, bound).c))


def recordset(table: Table, names: Sequence[str], bound: str) -> TableValuedAlias:
    """The rows of one JSON text, with the types of a table's columns."""
    typed = [column(name, table.c[name].type) for name in names]
    every = func.json_to_recordset(cast(bindparam(bound, type_=String), JSON))
    return every.table_valued(*typed).render_derived(with_types=True)


@lru_cache(maxsize=1_000)
def _insertions(shapes: tuple[tuple[Table, tuple[str, ...]], ...]) -> Any:
    *before, last = [_insertion("postgresql", table, names, _every(n)) for n, (table, names) in enumerate(shapes)]
    return last.add_cte(*(insertion.cte(f"insertion_{n}") for n, insertion in enumerate(before)))


def _every(n: int) -> str:
    return f"every_{n}"


@lru_cache(maxsize=1_000)
def _ignoring(dialect: str, table: Table, names: tuple[str, ...], key: tuple[str, ...]) -> Any:
    columns = [table.c[name] for name in key]
    return _insertion(dialect, table, names).on_conflict_do_nothing(index_elements=columns).returning(*columns)


@lru_cache(maxsize=1_000)
def _upsertion(dialect: str, table: Table, names: tuple[str, ...], key: tuple[str, ...], newer: str | None) -> Any:
    statement = _insertion(dialect, table, names)
    return statement.on_conflict_do_update(
        index_elements=[table.c[name] for name in key],
        set_={name: statement.excluded[name] for name in names if name not in key},
        where=table.c[newer] < statement.excluded[newer] if newer else None,
    )


def dialect_of(session: Session) -> str:
    """The kind of database behind a session: "sqlite" or "postgresql"."""
    return session.get_bind().dialect.name


def as_given(session: Session, table: Table, rows: Sequence[Mapping[str, Any]], bound: str = "every") -> Any:
    """What an insertion of these rows is executed with."""
    dialect = session.get_bind().dialect
    if dialect.name == "sqlite":
        return [dict(row) for row in rows]
    written = {name: write for name in rows[0] if (write := _writer(table.c[name], dialect))}
    body = list(map(dict, rows))
    for name, write in written.items():
        for row in body:
            row[name] = write(row[name])
    return {bound: to_json(body).decode()}


def _writer(column: Column[Any], dialect: Dialect) -> Callable[[Any], object] | None:
    """How a value of a column is written into JSON, where its own kind does not say."""
    kind = column.type
    if isinstance(kind, TypeDecorator) and type(kind).process_bind_param is not TypeDecorator.process_bind_param:
        return partial(kind.process_bind_param, dialect=dialect)
    if isinstance(kind, LargeBinary):
        return lambda value: None if value is None else f"\\x{value.hex()}"
    return None


def _in_order(rows: Sequence[Mapping[str, Any]], key: Sequence[str]) -> list[Mapping[str, Any]]:
    """Rows by their key: where everybody locks in the same order, nobody waits in a circle."""
    return sorted(rows, key=lambda row: [_place(row[name]) for name in key])


def _place(value: Any) -> str:
    """Where a value stands in that order; a UUID's own `str` takes twice as long."""
    return value.hex if isinstance(value, UUID) else str(value)
