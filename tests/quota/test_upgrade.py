"""A database of before there were seats: what limits has its caps as soon as it is migrated."""

from typing import Any

from alembic import command
from sqlalchemy import select

from services.quota.seats.models import CAP
from shared.db import Database
from shared.migrations import config_of
from tests.quota.conftest import Site
from tests.quota.given import define, deliver, event
from tests.quota.seats.places import ON, PROGRAMME


def caps(database: Database) -> list[tuple[Any, ...]]:
    """Every cap there is."""
    with database.reading() as session:
        return [tuple(row) for row in session.execute(select(*CAP.c).order_by(CAP.c.quota_id))]


def test_what_limits_has_its_caps_after_the_upgrade(site: Site) -> None:
    """Those of the policy, and of the bureau's own: with room, filled and exceeded."""
    for year, amount in ((2019, 5), (2020, 2), (2021, 1)):
        period = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
        define(site.database, kind="cap", amount=amount, period=period)
        heads = [(year, n) for n in range(2)]
        deliver(site.database, *(event(name=n, programme=PROGRAMME, counted_on=ON.replace(year=year)) for n in heads))
    before = caps(site.database)
    assert len(before) > 3
    config = config_of("quota", site.database.engine)
    command.downgrade(config, "0002")
    command.upgrade(config, "0003")
    assert caps(site.database) == before
