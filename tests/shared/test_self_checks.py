"""The daily self-check goes the way of a registration, touches nothing, and names the hop where it stopped."""

from datetime import UTC, datetime

import pytest
from rich.console import Console
from sqlalchemy import func, select

from services.notify.main import service as notify
from services.notify.tables import NotifyTable
from services.quota.tables import QuotaTable
from shared import clock
from shared.cli.self_check import HOPS, _passed, check_the_way
from shared.ids import new_id
from shared.self_checks import age, begin, begin_daily, deliver, duration, said_of
from shared.service_tables import self_check
from tests.chain import Chain
from tests.databases import SQLiteDatabases

BOTH = ["registry", "quota", "notify"]


@pytest.fixture(scope="module")
def databases(sqlite_databases: SQLiteDatabases) -> SQLiteDatabases:
    """Its table is like others, of which both kinds of databases are tested."""
    return sqlite_databases


def rows(chain: Chain) -> dict[str, int]:
    """How much is in each table that a self-check has no business with."""
    found: dict[str, int] = {}
    for name, metadata in (("quota", QuotaTable.metadata), ("notify", NotifyTable.metadata)):
        with chain.links[name].context.database.reading() as session:
            for table in metadata.sorted_tables:
                found[table.fullname] = session.execute(select(func.count()).select_from(table)).scalar_one()
    return found


def test_it_is_delivered_and_counts_nowhere(chain: Chain) -> None:
    databases = [chain.links[name].context.database for name in BOTH]
    before = rows(chain)
    with databases[0].writing() as session:
        check_id = new_id()
        assert begin(session, check_id)
    passed = [len(list(_passed(databases, check_id)))]
    for turn in (
        lambda: chain.relay("registry"),
        lambda: chain.consume("quota"),
        lambda: chain.relay("quota"),
        lambda: chain.consume("notify"),
        chain.send,
    ):
        turn()
        passed.append(len(list(_passed(databases, check_id))))
    assert passed == [1, 2, 3, 4, 5, 6]
    assert len(HOPS) == 6
    assert rows(chain) == before
    with databases[2].reading() as session:
        assert 0 <= duration(session) < age(delivered=True)(session) < 60


def test_where_it_stopped_is_named(chain: Chain) -> None:
    out = Console(record=True, width=200)
    assert not check_the_way(out, within=0)
    said = out.export_text()
    assert "✓ 登记" in said
    assert "registry-relay" in said.splitlines()[-1]


def test_one_a_day_and_not_before_its_time(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    database = chain.links["registry"].context.database
    for instant, begun in (("2019-03-01T22:29", 0), ("2019-03-01T22:31", 1), ("2019-03-02T09:00", 0)):
        monkeypatch.setattr(clock, "now", lambda at=instant: datetime.fromisoformat(at).replace(tzinfo=UTC))
        assert begin_daily(database) == begun, instant
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(self_check)).scalar_one() == 1


def test_a_self_check_that_is_late_is_said_and_takes_nobody_out_of_rotation(chain: Chain) -> None:
    database = chain.links["notify"].context.database
    with database.reading() as session:
        assert said_of(session, notify.gauges) == "none"
        assert said_of(session, []) is None
    assert deliver(database) == 0
