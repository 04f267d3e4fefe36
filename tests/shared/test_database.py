"""What a database must outlive."""

import gc
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.db import Database
from tests.faults.unwritable import HOW, unwritable
from tests.needs import need

FILL = """
import os, sqlite3, sys
there = sqlite3.connect(sys.argv[1], isolation_level=None)
there.execute("PRAGMA journal_mode=WAL")
there.execute("CREATE TABLE kept (number INTEGER)")
os._exit(0)
"""


def test_files_that_could_not_be_written_can_be_a_moment_later(tmp_path: Path) -> None:
    """One process crashed, and the next came up meanwhile: what it opened then stays read-only while any is open."""
    subprocess.run([sys.executable, "-c", FILL, tmp_path / "some.db"], check=True)
    database, write = Database(f"sqlite:///{tmp_path / 'some.db'}"), text("INSERT INTO kept VALUES (1)")
    with unwritable(list(tmp_path.iterdir())) as so:
        need("a file that cannot be written", so, HOW)
        assert database.answers()
        with pytest.raises(OperationalError, match="readonly"), database.writing() as session:
            session.execute(write)
        assert database.answers()
    with pytest.raises(OperationalError, match="readonly"), database.writing() as session:
        session.execute(write)
    with database.writing() as session:
        session.execute(write)
    database.close()


def test_what_another_used_meanwhile_is_closed_when_it_comes_back(tmp_path: Path) -> None:
    """Nobody waits until the interpreter looks for garbage: until then it would keep all others read-only."""
    subprocess.run([sys.executable, "-c", FILL, tmp_path / "some.db"], check=True)
    database, write = Database(f"sqlite:///{tmp_path / 'some.db'}"), text("INSERT INTO kept VALUES (1)")
    gc.disable()
    try:
        with unwritable(list(tmp_path.iterdir())) as so:
            need("a file that cannot be written", so, HOW)
            with database.reading() as session:
                session.execute(text("SELECT 1"))
                with pytest.raises(OperationalError, match="readonly"), database.writing() as other:
                    other.execute(write)
        with database.writing() as session:
            session.execute(write)
        database.close()
        assert open_in(tmp_path) == []
    finally:
        gc.enable()


def open_in(folder: Path) -> list[str]:
    """The files of a folder that this process has open."""
    every = (os.path.realpath(each) for each in Path("/proc/self/fd").iterdir())
    return [each for each in every if each.startswith(str(folder))]


def test_what_is_in_use_as_a_database_closes_is_closed_when_it_comes_back(database: Database) -> None:
    with database.reading() as session:
        in_use = session.connection().connection.driver_connection
        assert in_use
        database.close()
        in_use.execute("SELECT 1")  # whoever asks now still gets an answer
    with pytest.raises((psycopg.OperationalError, sqlite3.ProgrammingError), match="closed"):
        in_use.execute("SELECT 1")
