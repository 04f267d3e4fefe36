"""An installation of before goes on: who heard of everything does, and what was raised and sent is answered alike."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import text
from sqlmodel import col, select

from services.notify.deliveries.models import Delivery
from services.notify.subscriptions.models import AlertSubscription
from shared import clock
from shared.auth import Role
from shared.contracts.quota import MilestoneRegained
from shared.db import Database, Instant, Json
from shared.migrations import config_of
from shared.service import Context
from tests.conftest import Migrated
from tests.databases import Databases
from tests.notify.conftest import consume, milestone, send_next
from tests.notify.test_deliveries import DELIVERED, PORTAL, Postman

As = Callable[..., dict[str, str]]
LANDED = Path(__file__).parent / "landed"  # every row of an installation before messages, and what it answered

FOUR = '["milestone_reached", "milestone_fallen_back", "milestone_regained", "correction"]'
POST = """
INSERT INTO recipients (code, post_zh, post_en, login, language, created_at, version)
VALUES ('a', 'a', 'a', 'a', 'zh', :at, 1)
"""
SUBSCRIPTION = """
INSERT INTO subscriptions (id, recipient, kinds, min_severity, channels, created_at, version)
VALUES (:id, 'a', :kinds, 'info', '["inbox"]', :at, 1)
"""
AT = "2019-01-01 00:00:00+00:00"


@pytest.fixture
def before(databases: Databases) -> Iterator[Database]:
    """The tables of before, with a post that hears of everything and one subscription to corrections alone."""
    database = Database(databases.like("empty", lambda _: None))
    command.upgrade(config_of("notify", database.engine), "0001")
    with database.writing() as session:
        session.execute(text(POST), {"at": AT})
        for number, kinds in enumerate((FOUR, '["correction"]')):
            values = {"id": f"{number:032}", "kinds": kinds, "at": AT}
            session.execute(
                text(SUBSCRIPTION if database.is_sqlite else SUBSCRIPTION.replace(":kinds", "CAST(:kinds AS jsonb)")),
                values,
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


TYPES: dict[str, tuple[sa.types.TypeEngine[Any], Callable[[str], Any]]] = {
    "_id": (sa.Uuid(), UUID),
    "_at": (Instant(), datetime.fromisoformat),
    "issued_on": (sa.Date(), date.fromisoformat),
}
NESTED = ("facts", "programmes", "units", "kinds", "channels")


def landed(database: Database) -> None:
    """The tables of the landed version with its rows."""
    command.upgrade(config_of("notify", database.engine), "0004")
    with database.writing() as session:
        for name, rows in json.loads((LANDED / "rows.json").read_text()).items():
            columns = {column: _type(column) for column in rows[0]}
            table = sa.table(name, *(sa.column(column, kind[0]) for column, kind in columns.items()))
            for row in rows:
                given = {column: value if value is None else columns[column][1](value) for column, value in row.items()}
                session.execute(table.insert().values(given))


def _type(column: str) -> tuple[sa.types.TypeEngine[Any] | None, Callable[[Any], Any]]:
    if column in NESTED:
        return Json, lambda value: value
    ending = {"id": "_id", "supersedes": "_id"}.get(column, column)
    return next((found for end, found in TYPES.items() if ending.endswith(end)), (None, lambda value: value))


@pytest.fixture
def context(migrated: Migrated) -> Iterator[Context]:
    """What a running notify holds whose database is an installation of the landed version, brought to this one."""
    migrated("notify", landed)
    held = Context.of("notify")
    command.upgrade(config_of("notify", held.database.engine), "head")
    yield held
    held.close()


@pytest.fixture
def city(database: Database) -> Database:
    """The same, with the policy that was in force."""
    return database


OF_FOLLOW_UPS = {"follow_up_id", "owner_name", "due_at", "due_by_weekends", "opened_by"}
OF_SYSTEM = {"endpoint_host", "failing_since", "failing_code", "channel_name", "calendar_year"}
ADDED_FACTS = {
    "comparison",
    "cause",
    "cause_count",
    "percents",
    *OF_FOLLOW_UPS,
    *OF_SYSTEM,
}  # unknown then
ADDED = {
    "/v1/alerts": {"subject_kind", "subject_ref"},
    "/v1/recipients": {"addresses", "leave_from", "leave_to", "duty"},
    "/v1/channels": {"code", "kind", "enabled", "broken", "broken_at", "per_minute", "version"},
    "/v1/subscriptions": {"digest", "quiet_hours"},
    "/v1/deliveries": {"merged_into"},
}


def test_what_was_raised_and_sent_is_answered_as_before(client: httpx.Client, as_: As) -> None:
    for question, before in json.loads((LANDED / "answers.json").read_text()).items():
        language, path = question.split()
        headers = as_("b", Role.BUREAU_OFFICER, **{"Accept-Language": language})
        many = path not in ("/v1/policy", "/v1/channels")
        now = client.get(path, headers=headers, params={"limit": "200"} if many else {}).json()
        for item in now.get("items", []):
            for name in ADDED.get(path, ()):
                del item[name]
            for name in ADDED_FACTS & {*item.get("facts", ())}:
                assert item["facts"].pop(name) is None
        assert (question, now) == (question, before)


def test_alerts_of_before_are_about_their_quotas_and_posts_are_reached_where_they_were(
    client: httpx.Client, as_: As
) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    for item in client.get("/v1/alerts", headers=me).json()["items"]:
        assert (item["subject_kind"], item["subject_ref"]) == ("quota", item["facts"]["quota_id"])
    posts = {item["code"]: item for item in client.get("/v1/recipients", headers=me).json()["items"]}
    assert posts["city-leader"]["addresses"] == [{"channel": "email", "address": "new@example.org"}]
    assert posts["donghu-leader"]["addresses"] == []


def test_what_was_under_way_goes_on(client: httpx.Client, city: Database, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    waiting = client.get("/v1/deliveries", headers=me, params={"state": "pending", "limit": "200"}).json()["items"]
    with city.writing() as session:
        session.execute(sa.update(Delivery).where(col(Delivery.state) == "pending").values(due_at=clock.now()))
    postman = Postman(*[DELIVERED] * len(waiting))
    while send_next(city, postman, PORTAL):
        pass
    assert {str(message.id) for message in postman.messages} == {item["id"] for item in waiting}
    assert {message.address for message in postman.messages} == {"new@example.org", "mayor@example.org"}
    (test,) = [message for message in postman.messages if "Trial" in message.subject]
    assert test.address == "mayor@example.org"
    fallen = client.get("/v1/alerts", headers=me, params={"kind": "milestone_fallen_back"}).json()["items"]
    before = {item["recipient"]: item["id"] for item in fallen}
    consume(city, milestone(MilestoneRegained, 100, 5, episode=2))
    regained = client.get("/v1/alerts", headers=me, params={"kind": "milestone_regained"}).json()["items"]
    assert {item["recipient"]: item["supersedes"] for item in regained} == before  # whoever heard of the fall


def test_whoever_heard_of_every_kind_hears_of_those_to_come(city: Database) -> None:
    with city.reading() as session:
        kinds = [each.kinds for each in session.exec(select(AlertSubscription).order_by(col(AlertSubscription.id)))]
    assert kinds == [None, None, None]


def test_it_goes_back_with_every_row_as_it_was(city: Database) -> None:
    command.downgrade(config_of("notify", city.engine), "0004")
    with city.reading() as session:
        for name, rows in json.loads((LANDED / "rows.json").read_text()).items():
            columns = {column: _type(column) for column in rows[0]}
            table = sa.table(name, *(sa.column(column, kind[0]) for column, kind in columns.items()))
            kept = [dict(row._mapping) for row in session.execute(table.select())]
            before = [
                {column: value if value is None else columns[column][1](value) for column, value in row.items()}
                for row in rows
            ]
            assert sorted(kept, key=str) == sorted(before, key=str)
