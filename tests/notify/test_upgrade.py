"""An installation of before hears of caps as well, and goes back without losing an alert."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import text

from shared.db import Database
from shared.migrations import config_of
from tests.databases import Databases

FOUR = '["milestone_reached", "milestone_fallen_back", "milestone_regained", "correction"]'
POST = """
INSERT INTO recipients (code, post_zh, post_en, login, language, created_at, version)
VALUES ('a', 'a', 'a', 'a', 'zh', :at, 1)
"""
ASKED = """
INSERT INTO subscriptions (id, recipient, kinds, min_severity, channels, created_at, version)
VALUES (:id, 'a', :kinds, 'info', '["inbox"]', :at, 1)
"""
AT = "2019-01-01 00:00:00+00:00"


@pytest.fixture
def before(databases: Databases) -> Iterator[Database]:
    """The tables of before, with a post that hears of everything and one wish for corrections alone."""
    database = Database(databases.like("empty", lambda _: None))
    command.upgrade(config_of("notify", database.engine), "0001")
    with database.writing() as session:
        session.execute(text(POST), {"at": AT})
        for number, kinds in enumerate((FOUR, '["correction"]')):
            values = {"id": f"{number:032}", "kinds": kinds, "at": AT}
            session.execute(
                text(ASKED if database.is_sqlite else ASKED.replace(":kinds", "CAST(:kinds AS jsonb)")), values
            )
    yield database
    database.close()
    databases.drop(database.url)


def kinds(database: Database) -> list[int]:
    """How many kinds each subscription asks for."""
    length = "json_array_length(kinds)" if database.is_sqlite else "jsonb_array_length(kinds)"
    with database.reading() as session:
        return list(session.execute(text(f"SELECT {length} FROM subscriptions ORDER BY id")).scalars())


def test_who_heard_of_everything_hears_of_everything(before: Database) -> None:
    config = config_of("notify", before.engine)
    command.upgrade(config, "0002")
    assert kinds(before) == [6, 1]
    command.upgrade(config, "0004")
    assert kinds(before) == [9, 1]
    command.downgrade(config, "0002")
    assert kinds(before) == [6, 1]
    command.downgrade(config, "0001")
    assert kinds(before) == [4, 1]
