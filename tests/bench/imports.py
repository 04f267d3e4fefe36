"""A CSV of half a million people, imported on PostgreSQL, beside COPY of the rows it makes and a plain SQLModel loop.

The loop adds people and registrations by thousands, as objects of two plain tables, and checks nothing. COPY writes
what the import wrote into the same tables of an empty registry, indexes and all. `BENCH_IMPORT_ROWS` for fewer rows.
Beside another import, of a tenth of the rows, a clerk posts one by one; and did so before it.
"""

import csv
import io
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import psycopg
from psycopg import sql
from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, create_engine

from shared.db import Database, table_of
from shared.ids import new_id
from shared.migrations import migrate
from tests.bench.beside import memory_of, p95_of_posts
from tests.bench.consumers import copy_of, tables
from tests.bench.load import token_of
from tests.bench.pairs import Line, Target, alone, line
from tests.bench.people import newcomers
from tests.bench.pgbench import libpq, rows_of
from tests.bench.serving import Serving, registry
from tests.databases import PostgresDatabases

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "500000"))
AT_ONCE = 1_000
OF_COPY = Target("ratio", "more", 0.33)
OF_LOOP = Target("ratio", "more", 1)
MEMORY = Target("subject", "less", 400)
PUBLISHED_WITHIN = Target("subject", "less", 60)
OF_QUIET = Target("ratio", "less", 2)
HEADER = ("姓名", "证件号码", "填报单位", "事实发生日期")


class PlainPerson(SQLModel, table=True):
    """What a plain loop keeps of a person."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    id_number: str = Field(index=True, unique=True)


class PlainRegistration(SQLModel, table=True):
    """What a plain loop keeps of a registration."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="plainperson.id", index=True)
    programme: str
    reporting_unit: str = Field(index=True)
    fact_date: date
    details: dict[str, Any] = Field(sa_column=Column(JSON))
    created_at: datetime


def people(rows: int) -> Iterator[dict[str, Any]]:
    """So many bodies, a thousand at a time."""
    for start in range(0, rows, AT_ONCE):
        yield from newcomers(min(AT_ONCE, rows - start))


def file_of(rows: int) -> bytes:
    """The file a clerk would have, in GB18030."""
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(HEADER)
    for body in people(rows):
        subject = body["subject"]
        written.writerow((subject["name"], subject["id_number"], "东湖区", body["fact_date"]))
    return text.getvalue().encode("gb18030")


class Imported(NamedTuple):
    """Rows a second, from the upload until the last one is entered; the most memory of all processes, in MB; and the
    seconds from the last row until every event of it is published.
    """

    rate: float
    memory: float
    publishing: float


def begun(served: Serving, content: bytes) -> str:
    """The id of an import that has just been uploaded."""
    headers = {"Authorization": f"Bearer {served.clerk}"}
    with httpx.Client(base_url=served.url, headers=headers, trust_env=False, timeout=600) as http:
        answer = http.post("/v1/imports", params={"programme": "youth-intake"}, files={"file": ("a.csv", content)})
    return str(answer.raise_for_status().json()["id"])


def imported(served: Serving, content: bytes) -> Imported:
    """What an import of all rows takes."""
    started, most = time.perf_counter(), 0.0
    import_id = begun(served, content)
    while not over(served, import_id):
        most = max(most, memory_of(served.pid))
        time.sleep(0.5)
    entered = time.perf_counter()
    if served.rows("registration") != ROWS:
        raise RuntimeError("the import did not enter every row")
    while first_row(served, "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1"):
        time.sleep(0.1)
    return Imported(ROWS / (entered - started), most, time.perf_counter() - entered)


def over(served: Serving, import_id: str) -> bool:
    """Whether it is; asked of the database, for a token would end before a long import does."""
    found = first_row(served, f"SELECT state FROM import_job WHERE id = '{UUID(import_id)}'")
    return found is not None and found[0] in ("committed", "failed")


def first_row(served: Serving, statement: str) -> tuple[Any, ...] | None:
    """The first row that a statement finds."""
    with psycopg.connect(libpq(served.database)) as connection:
        return connection.execute(statement.encode()).fetchone()


def beside_posts(served: Serving) -> tuple[float, float]:
    """The 95th percentile of single posts in milliseconds, beside an import and before it."""
    quiet = p95_of_posts(served, lambda: True)
    import_id = begun(served, file_of(ROWS // 10))
    return p95_of_posts(served, lambda: over(served, import_id)), quiet


def copied(databases: PostgresDatabases, source: str) -> float:
    """Rows a second, if the finished rows are all there is to write; those put aside on the way are none of them."""
    made = []
    with psycopg.connect(libpq(source)) as connection, connection.cursor() as cursor:
        for name in tables(source):
            if rows_of(source, name) >= ROWS and name != "import_row":
                made.append((name, copy_of(cursor, name)))
    url = databases.like("copied-registry", _migrated)
    with psycopg.connect(libpq(url)) as connection:
        connection.execute("SET session_replication_role = replica")  # what they refer to is not there
        started = time.perf_counter()
        for name, rows in made:
            statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(name))
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(rows)
        connection.commit()
        return ROWS / (time.perf_counter() - started)


def _migrated(database: Database) -> None:
    migrate("registry", database.engine)


def looped(databases: PostgresDatabases) -> float:
    """Rows a second of the loop that one would write first."""
    url = databases.like("plain-loop", lambda database: None)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    SQLModel.metadata.create_all(engine, tables=[table_of(each) for each in (PlainPerson, PlainRegistration)])
    bodies = list(people(ROWS))
    started = time.perf_counter()
    for start in range(0, ROWS, AT_ONCE):
        with Session(engine) as session:
            for body in bodies[start : start + AT_ONCE]:
                subject = body["subject"]
                person = PlainPerson(name=subject["name"], id_number=subject["id_number"])
                session.add(person)
                session.add(_plain_registration(person.id, body))
            session.commit()
    took = time.perf_counter() - started
    engine.dispose()
    return ROWS / took


def _plain_registration(person_id: UUID, body: dict[str, Any]) -> PlainRegistration:
    return PlainRegistration(
        person_id=person_id,
        programme=body["programme"],
        reporting_unit=body["reporting_unit"],
        fact_date=date.fromisoformat(body["fact_date"]),
        details=body.get("details", {}),
        created_at=datetime.now(UTC),
    )


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Rows a second of an import beside both references, and what memory it took."""
    content = file_of(ROWS)
    with registry(databases, folder) as served:
        ours = imported(served, content)
        of_copy = copied(databases, served.database)
        beside, quiet = beside_posts(served._replace(clerk=token_of(served.url, folder, "institution-a-clerk")))
    of_loop = looped(databases)
    unit = "rows/s"
    return [
        line(f"import of {ROWS:,} rows ÷ COPY of what it wrote", unit, [ours.rate], [of_copy], OF_COPY),
        line(f"import of {ROWS:,} rows ÷ plain loop", unit, [ours.rate], [of_loop], OF_LOOP),
        alone("memory of the registry and its lanes meanwhile", "MB", [ours.memory], MEMORY),
        alone("last row → every event published", "s", [ours.publishing], PUBLISHED_WITHIN),
        line("p95 of single posts beside an import ÷ before it", "ms", [beside], [quiet], OF_QUIET),
    ]
