"""A database that is away, or that does not want us: told in one line without a secret, and waited for."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared import db_engines
from shared.db import Database
from shared.vault import generate_keys
from tests.city import TIMEOUT, eventually
from tests.needs import need
from tests.process import running
from tests.servers.postgres import HOW, Postgres, binaries

SECRET = "s3cr3t"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A server that the test may stop."""
    installed = binaries()
    need("PostgreSQL", installed, HOW)
    assert installed
    server = Postgres(installed)
    server.start()
    yield server
    server.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"postgresql://postgres:{SECRET}@127.0.0.1:1/postgres", "Connection refused"),
        (f"postgresql://postgres:{SECRET}@nowhere.invalid:5432/postgres", "nowhere.invalid"),
        (f"postgresql://nobody:{SECRET}@127.0.0.1:PORT/postgres", 'password authentication failed for user "nobody"'),
        (f"postgresql://postgres:{SECRET}@127.0.0.1:PORT/absent", 'database "absent" does not exist'),
        (f"postgresql://postgres:{SECRET}@127.0.0.1:PORT/postgres?colour=red", "colour"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_and_waited_for(
    server: Postgres, tmp_path: Path, url: str, message: str
) -> None:
    generate_keys(tmp_path / "keys", demo=True)
    named = {"TALENT_QUOTA_DATABASE_URL": url.replace("PORT", str(server.port))}
    with running("quota", tmp_path, TALENT_ENVIRONMENT="demo", **named) as quota:
        assert message in eventually(quota.said, lambda said: message in said)
        assert (quota.status("/livez"), quota.status("/readyz")) == (200, 503)
        assert quota.process.poll() is None
        (line,) = [line for line in quota.said().splitlines() if "[error" in line]
        assert "the database is out of reach" in line
    assert SECRET not in quota.said()


@pytest.mark.parametrize("url", [f"mysql://u:{SECRET}@h/d", f"postgresql://u:{SECRET}@h:port/d", f"u:{SECRET}@h"])
def test_a_url_that_names_no_database_ends_the_start(tmp_path: Path, url: str) -> None:
    generate_keys(tmp_path / "keys", demo=True)
    with running("quota", tmp_path, TALENT_ENVIRONMENT="demo", TALENT_QUOTA_DATABASE_URL=url) as quota:
        assert quota.process.wait(TIMEOUT) == 1
    assert quota.said().splitlines() == [
        "quota: TALENT_QUOTA_DATABASE_URL must read postgresql://user:password@host:port/name or sqlite:///file"
    ]


def test_a_server_that_goes_away_and_comes_back(server: Postgres, tmp_path: Path) -> None:
    generate_keys(tmp_path / "keys", demo=True)
    url = server.url.render_as_string(hide_password=False)
    with running("notify", tmp_path, TALENT_ENVIRONMENT="demo", TALENT_NOTIFY_DATABASE_URL=url) as notify:
        assert eventually(notify.is_fit, bool)
        server.stop()
        assert notify.status("/readyz") == 503
        assert notify.status("/livez") == 200
        server.start()
        assert eventually(notify.is_fit, bool)
        assert notify.process.poll() is None


def test_connections_that_were_cut_off_while_they_rested_are_made_anew(
    server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(server.url.render_as_string(hide_password=False))

    def cut_off_two() -> None:
        with database.reading() as one, database.writing() as two:
            held = [session.scalar(text("SELECT pg_backend_pid()")) for session in (one, two)]
        with psycopg.connect(server.url.render_as_string(hide_password=False), autocommit=True) as other:
            for pid in held:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    try:
        monkeypatch.setattr(db_engines, "RESTED", 3600.0)
        cut_off_two()
        with pytest.raises(OperationalError):
            database.answers()  # used a moment ago, and not looked at
        assert database.answers()
        monkeypatch.setattr(db_engines, "RESTED", -1.0)
        cut_off_two()
        assert [database.answers() for _ in range(3)] == [True] * 3
    finally:
        database.close()
