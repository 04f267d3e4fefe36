"""What `make bench` writes past the product fits it as it is now: rows its tables, events its keys."""

from itertools import islice
from pathlib import Path

from sqlalchemy import text

from shared.db import Database
from shared.migrations import migrate
from tests.bench import duplicates
from tests.bench.events import demo_signer, events, signed_together
from tests.bench.rows import Rows
from tests.databases import PostgresDatabases


def test_pgbench_writes_a_registration(postgres_databases: PostgresDatabases, tmp_path: Path) -> None:
    assert Rows(postgres_databases, tmp_path).rate(1) > 0  # which counts what is there


def test_a_city_of_people_is_filled(postgres_databases: PostgresDatabases) -> None:
    database = Database(postgres_databases.like("empty", lambda database: None))
    migrate("registry", database.engine)
    with database.writing() as session:
        for statement in duplicates.CITY:
            session.execute(text(statement), {"people": 3})
        assert session.execute(text("SELECT count(*) FROM person_key")).scalar_one() == 6
    database.close()


def test_events_are_signed_with_the_keys_of_a_demo(tmp_path: Path) -> None:
    assert len(signed_together(islice(events(), 3), demo_signer(tmp_path))) == 3
