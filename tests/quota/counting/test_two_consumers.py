"""Two consumers count into one quota at once, as two processes on two partitions do: exact, each milestone once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from services.quota.consumers import HANDLERS
from services.quota.counting.models import CROSSING, HEADCOUNT, LEDGER
from shared.bus import Record
from shared.consumer import Consumer
from shared.contracts.published import PUBLISHED
from shared.contracts.quota import MilestoneReached
from shared.contracts.registration import RegistrationEvent
from shared.db import Database
from tests.at_once import at_once
from tests.quota.given import announced, define, event, ref
from tests.signing import TRUSTED, outgoing

PROGRAMME = "dual-qualified-teachers"


@pytest.fixture
def other(city: Database) -> Iterator[Database]:
    """The same database, as another process sees it."""
    same = Database(city.url)
    yield same
    same.close()


class Partition:
    """A subscription to one partition that is in memory already."""

    def __init__(self, number: int, events: Sequence[RegistrationEvent], at_a_time: int) -> None:
        signed = enumerate(outgoing(*events))
        self._records = [Record("t", number, n, each.key, each.body) for n, each in signed]
        self._at_a_time = at_a_time

    def poll(self, seconds: float) -> list[Record]:
        return self._records[: self._at_a_time]

    def ends(self) -> dict[tuple[str, int], int]:
        return {}

    def commit(self, records: Sequence[Record]) -> None:
        del self._records[: len(records)]

    def rewind(self, records: Sequence[Record]) -> None:
        pass

    def close(self) -> None:
        pass


def consuming(database: Database, partition: Partition) -> Callable[[], int]:
    """A consumer that takes everything in."""
    consumer = Consumer("quota", database, partition, HANDLERS, PUBLISHED, TRUSTED)

    def run() -> int:
        taken = 0
        while some := consumer.run_once(0):
            taken += some
        return taken

    return run


def held(session: Session, statement: Any) -> dict[str, int]:
    """Counts by unit."""
    return {row.unit: row[1] for row in session.execute(statement)}


def teachers(half: int, people: int) -> list[RegistrationEvent]:
    units = ["donghu", "xihu", "qingyunpu"]
    return [event(name=(half, n), programme=PROGRAMME, subject_ref=ref((half, n)), reporting_unit=units[n % 3])
            for n in range(people)]  # fmt: skip


def test_every_head_counts_once_and_every_milestone_is_told_once(city: Database, other: Database) -> None:
    define(city, programme=PROGRAMME, amount=240, period={"start": "2019-01-01", "end": "2019-12-31"})
    runs = [consuming(database, Partition(n, teachers(n, 120), 7)) for n, database in enumerate((city, other))]
    assert at_once(city, "inbox", *runs) == [120, 120]
    net = LEDGER.c.net
    with city.reading() as session:
        counted = held(session, select(HEADCOUNT.c.unit, HEADCOUNT.c.net).where(HEADCOUNT.c.net > 0))
        ledger = held(session, select(LEDGER.c.unit, func.sum(net)).group_by(LEDGER.c.unit))
        crossed = session.execute(select(CROSSING.c.percent, CROSSING.c.kind)).all()
    assert counted == {"": 240, "donghu": 80, "xihu": 80, "qingyunpu": 80}
    assert ledger == {"donghu": 80, "xihu": 80, "qingyunpu": 80}
    assert sorted(map(tuple, crossed)) == [(percent, "reached") for percent in (25, 50, 75, 90, 100)]
    assert sorted(each.percent for each in announced(city, MilestoneReached)) == [25, 50, 75, 90, 100]


def test_the_first_heads_of_a_unit_are_both_counted(city: Database, other: Database) -> None:
    """Neither sees a counter of the unit when it begins."""
    define(city, programme=PROGRAMME, period={"start": "2019-01-01"})
    runs = [consuming(database, Partition(n, teachers(n, 1), 1)) for n, database in enumerate((city, other))]
    at_once(city, "headcount", *runs, rows=True)
    with city.reading() as session:
        counted = held(session, select(HEADCOUNT.c.unit, HEADCOUNT.c.net).where(HEADCOUNT.c.net > 0))
    assert counted == {"": 2, "donghu": 2}


def test_a_registration_that_moved_to_another_subject_counts_once(city: Database, other: Database) -> None:
    """Its versions lie on two partitions, since the subject is the key."""
    define(city, programme=PROGRAMME, period={"start": "2019-01-01"})
    versions = [event(name="r", version=v, programme=PROGRAMME, subject_ref=ref(("moved", v))) for v in (1, 2)]
    runs = [
        consuming(database, Partition(n, [each], 1))
        for n, (database, each) in enumerate(zip((city, other), versions, strict=True))
    ]
    at_once(city, "headcount", *runs, rows=True)
    with city.reading() as session:
        assert (
            session.execute(select(HEADCOUNT.c.net).where(HEADCOUNT.c.unit == "", HEADCOUNT.c.net > 0)).scalar_one()
            == 1
        )
