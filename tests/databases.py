"""Fresh databases for tests, on SQLite and PostgreSQL alike: made once as a template, then copied for each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from shared.db import Database
from tests.in_clear import is_in, refuse_in
from tests.needs import need
from tests.servers.postgres import HOW, Postgres, binaries, pages

Fill = Callable[[Database], None]
T = TypeVar("T")


class Databases(Protocol):
    """Makes databases of one kind."""

    kind: str

    def like(self, template: str, fill: Fill) -> str:
        """The URL of a fresh copy of a template, which is filled when it is first asked for."""
        ...

    def drop(self, url: str) -> None:
        """Remove a copy; nobody may be connected any more."""
        ...

    @property
    def once(self) -> "Once":
        """What is made once over databases of this kind, and ends before they do."""
        ...


class Once:
    """What is made when it is first asked for, by its name, and used until everything ends.

    Fixtures for each kind of database end whenever a run goes to the other kind, which it does in every file.
    """

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}
        self._until_the_end = ExitStack()

    def __call__(self, name: str, make: Callable[[], AbstractContextManager[T]]) -> T:
        """What has this name."""
        if name not in self._made:
            self._made[name] = self._until_the_end.enter_context(make())
        found: T = self._made[name]
        return found

    def close(self) -> None:
        """End everything, the last first."""
        self._until_the_end.close()


class SQLiteDatabases:
    """Databases that are files in a folder."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self.once = Once()

    def like(self, template: str, fill: Fill) -> str:
        """The URL of a fresh copy of a template, which is filled when it is first asked for."""
        original = self._folder / f"{template}.template"
        if not original.exists():
            original.touch()
            _fill(f"sqlite:///{original}", fill)
        copy = self._folder / f"{next(self._numbers)}.db"
        shutil.copy(original, copy)
        return f"sqlite:///{copy}"

    def drop(self, url: str) -> None:
        """Remove a copy; nobody may be connected any more."""
        path = make_url(url).database
        assert path
        files = [Path(f"{path}{more}") for more in ("", "-wal", "-shm")]
        try:
            refuse_in(files)
        finally:
            for file in files:
                file.unlink(missing_ok=True)

    def close(self) -> None:
        """End what uses them."""
        self.once.close()


class PostgresDatabases:
    """Databases of a server, made by its superuser; looked through before they go, unless they are to be measured."""

    kind = "postgres"

    def __init__(self, server: URL, *, looked_through: bool = False) -> None:
        self.server = server
        self._looked_through = looked_through
        self._prefix = f"talent_test_{os.getpid()}"
        self._numbers = count()
        self._templates: set[str] = set()
        self.once = Once()
        self._admin = self._connected(server)
        (folder,) = self._admin.execute("SHOW data_directory").fetchone() or ("",)
        self._folder = Path(folder)  # on this machine, as a rule

    def like(self, template: str, fill: Fill) -> str:
        """The URL of a fresh copy of a template, which is filled when it is first asked for."""
        original = f"{self._prefix}_{template}"
        if original not in self._templates:
            self.create(original)
            if self._looked_through:
                self._leave_plain(original)
            _fill(self._url(original), fill)
            self._templates.add(original)
        copy = f"{self._prefix}_{next(self._numbers)}"
        self.create(copy, like=original)
        return self._url(copy)

    def create(self, name: str, like: str = "template0") -> None:
        """Make a database; copying the files of the template is quicker than writing it to the log."""
        self._do("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, like)

    def drop(self, url: str) -> None:
        """Remove a copy; whoever is still connected is cut off."""
        name = make_url(url).database
        assert name
        try:
            if self._looked_through:
                self._refuse_in_pages(url, name)
        finally:
            self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _refuse_in_pages(self, url: str, name: str) -> None:
        """Fail where one holds something planted: in its pages where they are ours to read, else in its rows."""
        found = self._admin.execute("SELECT oid FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found and self._folder.is_dir():
            self._admin.execute("CHECKPOINT")  # which removing it would do
            refuse_in(pages(self._folder / "base" / str(found[0])))
        elif found:
            assert not is_in(stored(url)), f"a person's number, name or telephone stands in clear in {name}"

    def close(self) -> None:
        """End what uses them, remove the templates and leave."""
        self.once.close()
        for name in self._templates:
            self._do("DROP DATABASE {} WITH (FORCE)", name)
        self._admin.close()

    def _leave_plain(self, name: str) -> None:
        """Let a new database write long values as they are; what is pressed together is not found in its pages."""
        with self._connected(self.server.set(database=name)) as connection:
            connection.execute("UPDATE pg_type SET typstorage = 'e' WHERE typstorage = 'x'")

    @staticmethod
    def _connected(url: URL) -> "psycopg.Connection[Any]":
        return psycopg.connect(url.set(drivername="postgresql").render_as_string(False), autocommit=True)

    def _url(self, database: str) -> str:
        return self.server.set(database=database).render_as_string(hide_password=False)

    def _do(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _fill(url: str, fill: Fill) -> None:
    database = Database(url)
    fill(database)
    database.close()


@contextmanager
def own_server() -> Iterator[URL]:
    """The superuser's URL of the server that TALENT_TEST_POSTGRES_URL names, else of one started here and now."""
    if named := os.environ.get("TALENT_TEST_POSTGRES_URL"):
        yield make_url(named)
        return
    installed = binaries()
    need("PostgreSQL", installed, HOW)
    assert installed
    server = Postgres(installed)
    server.start()
    try:
        yield server.url
    finally:
        server.close()


def on_postgres(databases: PostgresDatabases, *services: str) -> dict[str, str]:
    """The settings of services that keep their data on PostgreSQL, each in an empty database of its own."""
    return {f"TALENT_{name.upper()}_DATABASE_URL": databases.like("empty", lambda _: None) for name in services}


def stored(url: str) -> bytes:
    """Everything a database holds: the bytes of a file and its log, or every value of every row of a server."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(str(parsed.database))
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    held = []
    with psycopg.connect(parsed.set(drivername="postgresql").render_as_string(False)) as connection:
        for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            for row in connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))):
                held += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\x00".join(held)
