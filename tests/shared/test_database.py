"""What a database connection must outlive."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.db import Database


def test_a_connection_that_came_up_read_only_is_not_kept(tmp_path: Path) -> None:
    """It was opened while the file could not be written, and would stay so when the file can."""
    database = Database(f"sqlite:///{tmp_path / 'some.db'}")
    create = text("CREATE TABLE kept (number INTEGER)")
    with database.engine.connect() as opened:
        opened.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(OperationalError, match="readonly"), database.writing() as session:
        session.execute(create)
    with database.writing() as session:
        session.execute(create)
    database.close()
