"""PostgreSQL databases: dumped by `pg_dump` from snapshots of one moment, put back by `psql` in one transaction.

PostgreSQL 15, "pg_dump", "pg_restore" and "Snapshot Synchronization Functions".
"""

import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import copyfileobj, which
from typing import IO, Any, cast

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from shared.backups import NotDone

INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps the programs of each version
LONGEST_WAIT = "30s"  # for which writers are waited for
# Whatever a service does adds to one of these, so that where they stand still nothing is told or taken in.
FREEZE = "LOCK TABLE outbox, inbox IN EXCLUSIVE MODE"
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'talent' "
    "AND pid <> pg_backend_pid()"
)
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
DROP_ALL = """DO $$ DECLARE each record; BEGIN
FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', each.tablename);
END LOOP;
FOR each IN SELECT oid::regprocedure AS signature FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('DROP ROUTINE %s CASCADE', each.signature);
END LOOP; END $$;
"""


def dump(urls: Mapping[str, Path]) -> None:
    """Dump each database to its target, all as they were at the same moment. Raises NotDone.

    Locks outbox and inbox of all for the moment in which the snapshots are taken, in the order given: the registry
    comes first, which waits for nobody but quota.
    """
    try:
        with ExitStack() as stack:
            with ExitStack() as frozen:
                for url in urls:
                    connection = frozen.enter_context(_connected(url))
                    connection.execute(f"SET lock_timeout = '{LONGEST_WAIT}'")
                    connection.execute(FREEZE)
                snapshots = {url: _snapshot(stack.enter_context(_connected(url))) for url in urls}
            for url, target in urls.items():
                arguments = ["--format=custom", f"--snapshot={snapshots[url]}", f"--file={target}"]
                _end(_started(["pg_dump", *arguments, f"--dbname={_without_password(url)}"], url))
    except psycopg.Error as error:
        raise NotDone(f"数据库没有应答或无权读取 · the database cannot be read: {_first_line(error)}") from error


def _snapshot(connection: psycopg.Connection) -> str:
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    return str(_value(connection, "SELECT pg_export_snapshot()"))


class PostgresDatabase:
    """One database; the URL is that of the role that owns its tables."""

    suffix = ".dump"

    def __init__(self, url: str) -> None:
        self.url = url

    def refuse_use(self) -> None:
        """Raises NotDone while a process of the product is connected."""
        if self._number(OTHERS):
            name = make_url(self.url).database
            raise NotDone(f"{name} 正在使用，请先停止全部服务 · is in use: stop all services first")

    def is_empty(self) -> bool:
        """Whether there is no table."""
        return not self._number(TABLES)

    def restore(self, copy: Path) -> None:
        """Drop what is there and put the copy in its place, in one transaction; rights follow from the owner's."""
        options = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        psql = _started(["psql", *options, f"--dbname={_without_password(self.url)}"], self.url, stdin=subprocess.PIPE)
        script = _started(["pg_restore", "--no-owner", "--no-privileges", "--schema=public", "--file=-", str(copy)])
        statements = cast(IO[bytes], psql.stdin)
        with psql, script:
            with suppress(BrokenPipeError):  # it has given up, and says why
                statements.write(f"BEGIN;\n{DROP_ALL}".encode())
                copyfileobj(cast(IO[bytes], script.stdout), statements)
                _end(script)  # without a COMMIT nothing of it stays
                statements.write(b"COMMIT;\n")
            _end(psql)

    def _number(self, question: str) -> int:
        try:
            with _connected(self.url) as connection:
                return int(_value(connection, question))
        except psycopg.Error as error:
            raise NotDone(f"数据库没有应答 · the database does not answer: {_first_line(error)}") from error


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(_without_password(url), password=make_url(url).password)


def _without_password(url: str) -> str:
    """What a command line may show of a URL."""
    parsed = make_url(url)
    given = {"host": parsed.host, "port": parsed.port, "user": parsed.username, "dbname": parsed.database}
    options = {name: value if isinstance(value, str) else value[-1] for name, value in parsed.query.items()}
    return make_conninfo(**{name: str(value) for name, value in given.items() if value}, **options)


def _value(connection: psycopg.Connection, question: str) -> Any:
    row = connection.execute(question).fetchone()
    return row[0] if row else None


def _program(name: str) -> str:
    """The newest of these programs on this machine. Raises NotDone where there is none."""
    newest = sorted(INSTALLED.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3].split(".")[0]))
    found = str(newest[-1]) if newest else which(name)
    if not found:
        raise NotDone(f"没有 {name}，请安装 PostgreSQL 客户端程序 · install PostgreSQL's client programs for {name}")
    return found


def _started(words: list[str], url: str = "", stdin: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    environment = os.environ | ({"PGPASSWORD": str(make_url(url).password or "")} if url else {})
    return subprocess.Popen(  # noqa: S603  # our own words, and an operator's settings
        [_program(words[0]), *words[1:]],
        env=environment,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _end(started: "subprocess.Popen[bytes]") -> None:
    """Wait until it has ended. Raises NotDone with the last thing it said where it failed."""
    _, said = started.communicate()
    if started.returncode:
        last = said.decode(errors="replace").strip().splitlines() or [f"{started.returncode}"]
        raise NotDone(f"PostgreSQL: {last[-1]}")


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
