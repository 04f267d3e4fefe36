"""Many rows written at once come back as they were, whatever they hold, on both databases."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Table, Uuid, select
from sqlalchemy.exc import DataError

from shared.db import Instant, Json, insert_ignoring, insert_rows, upsert
from tests.conftest import NewDatabase

METADATA = MetaData()
TABLE = Table(
    "thing",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("text", String(40)),
    Column("ref", Uuid),
    Column("on", Date),
    Column("at", Instant),
    Column("flag", Boolean),
    Column("held", Json),
    Column("body", LargeBinary),
)
SHANGHAI = timezone(timedelta(hours=8))
TEXTS = [
    "",
    "NULL",
    "null",
    "{a,b}",
    '"quoted"',
    "a\\b\\\\c",
    "line\nline\ttab\r",
    "人才·㐀𠮷",
    "\\x00",
    "'",
    "\\n",
    "\u2028",
]


def row(n: int, **given: Any) -> dict[str, Any]:
    usual = {
        "text": "x",
        "ref": UUID(int=n),
        "on": date(2019, 2, 28),
        "at": datetime(2019, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC),
        "flag": n % 2 == 0,
        "held": {"zh": '"洪城\\工匠"\n', "list": [1, None, True]},
        "body": bytes(range(256)),
    }
    return {"id": n} | usual | given


def test_whatever_rows_hold_comes_back(new_database: NewDatabase) -> None:
    rows = [row(n, text=text) for n, text in enumerate(TEXTS)]
    rows.append(row(100) | dict.fromkeys(["text", "ref", "on", "at", "flag", "body"]))
    rows.append(row(101, at=datetime(2019, 3, 1, 7, 59, 59, 999_999, tzinfo=SHANGHAI), body=b""))
    with closing(new_database(METADATA)) as database:
        with database.writing() as session:
            insert_rows(session, TABLE, rows[:5])
            assert insert_ignoring(session, TABLE, rows, ["id"]) == {(each["id"],) for each in rows[5:]}
            upsert(session, TABLE, [each | {"flag": None} for each in reversed(rows)], ["id"])
        with database.reading() as session:
            found = [dict(each._mapping) for each in session.execute(select(TABLE).order_by(TABLE.c.id))]
    assert found == [each | {"flag": None} for each in rows]


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
def test_what_is_too_long_is_refused_and_not_cut(new_database: NewDatabase) -> None:
    with (
        closing(new_database(METADATA)) as database,
        pytest.raises(DataError, match="too long"),
        database.writing() as session,
    ):
        insert_rows(session, TABLE, [row(1, text="x" * 41)])
