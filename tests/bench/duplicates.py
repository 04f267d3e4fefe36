"""What looking for a duplicate among 1,000,000 people costs in PostgreSQL.

Every question that registering a new person asks is timed at the driver, beside lookups by primary key in alternation.
Budget: 3 ms for all questions of one check together, whether it finds nobody or somebody of that name and birth date.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from services.registry.subjects.commands.identifying import StatedPerson, identify_people
from services.registry.subjects.rules.documents import StatedDocument
from shared.config import settings
from shared.contracts.duplicates import Matching
from shared.db import Database
from shared.migrations import migrate
from shared.vault import generate_keys
from tests.bench.pairs import PAIRS, Line, Target, line
from tests.conftest import forget
from tests.databases import PostgresDatabases

PEOPLE = 1_000_000
CHECKS = 200  # of a pair
MILLISECONDS = Target("subject", "less", 3.0)

# As many people, documents and fingerprints as a city has, with values no less random than those of a keyed hash.
CITY = (
    "INSERT INTO person (id, sealed, provisional, restricted, created_at) "
    "SELECT gen_random_uuid(), '\\x00', false, false, now() FROM generate_series(1, :people)",
    "INSERT INTO identitydocument (id, person_id, type, country, sealed_number, number_index, recorded_at) "
    "SELECT gen_random_uuid(), id, 'resident_id', 'CHN', '\\x00', encode(sha256(id::text::bytea), 'hex'), now() "
    "FROM person",
    "INSERT INTO person_key (key_index, person_id) SELECT encode(sha256((id::text || way)::bytea), 'hex'), id "
    "FROM person, (VALUES ('written'), ('heard')) AS ways (way)",
    "ANALYZE",
)


def newcomer(n: int, again: bool) -> StatedPerson:
    """The n-th new person; `again` with another document, so that somebody of the same name and birth date is there."""
    name = f"测试{chr(0x4E00 + n % 500)}{chr(0x5000 + n // 500)}"
    number = f"{'P' if again else 'Q'}{n:07}"
    return StatedPerson(name, StatedDocument("passport", "USA", number, None, None), date(1980, 1, 1 + n % 28), None)


@contextmanager
def timed(database: Database) -> Iterator[list[float]]:
    """The milliseconds of every SELECT meanwhile, as the driver waited for them."""
    took: list[float] = []

    def begin(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        connection.info["began"] = time.perf_counter()

    def end(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("SELECT"):
            took.append((time.perf_counter() - connection.info["began"]) * 1000)

    event.listen(database.engine, "before_cursor_execute", begin)
    event.listen(database.engine, "after_cursor_execute", end)
    yield took
    event.remove(database.engine, "before_cursor_execute", begin)
    event.remove(database.engine, "after_cursor_execute", end)


def checks(database: Database, numbers: range, again: bool) -> float:
    """Milliseconds in the database for all that one new person asks; the middle of many in one transaction."""
    found = []
    with timed(database) as took, database.writing() as session:
        for n in numbers:
            took.clear()
            identify_people(session, [newcomer(n, again)], Matching())
            found.append(sum(took))
    return statistics.median(found)


def by_key(database: Database, ids: list[Any]) -> float:
    """Milliseconds of a lookup by primary key; the middle of as many in one transaction too."""
    with timed(database) as took, database.writing() as session:
        for each in ids:
            session.execute(text("SELECT created_at FROM person WHERE id = :id"), {"id": each}).scalar_one()
    return statistics.median(took)


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Milliseconds of checks that find nobody, and of those that find somebody, beside the reference."""
    database = Database(databases.like("empty", lambda database: None))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TALENT_DATA_DIR", str(folder))
        environment.setenv("TALENT_ENVIRONMENT", "demo")
        forget()
        generate_keys(settings().keys_path, demo=True)
        try:
            return asking(database)
        finally:
            forget()
            database.close()


def asking(database: Database) -> list[Line]:
    """The lines of one city."""
    migrate("registry", database.engine)
    with database.writing() as session:
        for statement in CITY:
            session.execute(text(statement), {"people": PEOPLE})
        some = text("SELECT id FROM person TABLESAMPLE SYSTEM (1) LIMIT :n")
        ids = list(session.execute(some, {"n": CHECKS}).scalars())
    nobody, reference, somebody = [], [], []
    for n in range(PAIRS):
        numbers = range(n * CHECKS, (n + 1) * CHECKS)
        nobody.append(checks(database, numbers, again=False))
        reference.append(by_key(database, ids))
        somebody.append(checks(database, numbers, again=True))
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM person")).scalar_one() == PEOPLE + 2 * PAIRS * CHECKS
    return [
        line(f"{what} among {PEOPLE:,} ÷ lookup by primary key", "ms", found, reference, MILLISECONDS)
        for what, found in (("finding nobody", nobody), ("finding somebody", somebody))
    ]
