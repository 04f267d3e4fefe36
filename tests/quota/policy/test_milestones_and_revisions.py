"""Milestones while the amount is revised time and again: no false one, none lost, none told twice."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.quota.counting.models import CROSSING
from services.quota.policy.commands import deciding as decisions
from services.quota.policy.commands.deciding import Revised, WantedRevision
from services.quota.policy.schemas import NewRevision
from services.quota.quotas.models import Quota
from services.quota.tables import QuotaTable
from shared.contracts.quota import QuotaRevised
from shared.db import Database
from shared.operations import Call
from tests.conftest import NewDatabase
from tests.quota.given import BUREAU, SECOND, announced, apply, define, deliver, event

PROGRAMME = "dual-qualified-teachers"
PERCENTS = [25, 50, 75, 90, 100]
ACTS = ("recognised", "recognised", "recognised", "revoked", "exited")

Announced = tuple[int, int, str, int]  # generation, percent, kind, headcount
Change = int | Sequence[tuple[int, str]]  # another amount, or a batch of who was told as what

batches = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(ACTS)), min_size=1, max_size=5)
histories = st.lists(st.one_of(batches, batches, st.integers(1, 12)), min_size=1, max_size=12)


def as_a_reader_follows_it(amount: int, changes: Sequence[Change]) -> tuple[list[Announced], list[list[int]]]:
    """What is told in order, and the percentages that each revision finds held; one head is looked at after another."""
    counts: set[int] = set()
    generation, announced, held_by_revision = 1, list[Announced](), list[list[int]]()
    believes = dict.fromkeys(PERCENTS, "pending")
    for change in changes:
        if isinstance(change, int):
            if change == amount:
                continue
            amount, generation = change, generation + 1
            believes = {p: "held" if len(counts) * 100 >= p * amount else "pending" for p in PERCENTS}
            held_by_revision.append([p for p in PERCENTS if believes[p] == "held"])
            continue
        for who, act in change:
            before = len(counts)
            counts = counts - {who} if act == "revoked" else counts | {who}
            rising = len(counts) > before
            for percent in PERCENTS if rising else reversed(PERCENTS):
                holds = len(counts) * 100 >= percent * amount
                if holds != (believes[percent] == "held"):
                    kind = {"pending": "reached", "lost": "regained", "held": "fallen_back"}[believes[percent]]
                    believes[percent] = "held" if holds else "lost"
                    announced.append((generation, percent, kind, len(counts)))
    return announced, held_by_revision


def revise(database: Database, quota: Quota, amount: int) -> None:
    """Another amount, by two officers."""
    body = NewRevision(amount=amount, effective_on=date(2019, 1, 1), document_no="洪人社〔2019〕1号")
    for officer in (BUREAU, SECOND):
        with database.writing() as session:
            (done,) = decisions.revise(session, [Call(WantedRevision(quota.id, body), officer)])
    assert isinstance(done, Revised)
    assert not done.awaiting


def follow(database: Database, amount: int, changes: Sequence[Change]) -> tuple[list[Announced], list[list[int]]]:
    """The same steps in the product, over a database of their own: what it told, and what its revisions found held."""
    quota = define(database, amount=amount, period={"start": "2019-01-01", "end": "2019-12-31"})
    versions = dict.fromkeys(range(10), 0)
    for change in changes:
        if isinstance(change, int):
            if change != amount:
                revise(database, quota, amount := change)
            continue
        batch: list[Any] = []
        for who, act in change:
            versions[who] += 1
            ended_on = date(2019, 11, 1) if act == "exited" else None
            batch.append(event(act, who, versions[who], programme=PROGRAMME, ended_on=ended_on))
        deliver(database, *batch)
    columns = (CROSSING.c.generation, CROSSING.c.percent, CROSSING.c.kind, CROSSING.c.value)
    with database.reading() as session:
        rows = session.execute(select(*columns).where(CROSSING.c.quota_id == quota.id).order_by(CROSSING.c.id))
        crossings = [(generation, percent, kind, value) for generation, percent, kind, value in rows]
    revised = [each.rebased for each in announced(database, QuotaRevised)]
    database.close()
    return crossings, revised


@pytest.fixture
def fresh(new_database: NewDatabase) -> Callable[[], Database]:
    """Makes databases with the policy of Nanchang in force, as many as are asked for."""
    return lambda: new_database(QuotaTable.metadata, filled=apply)


SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@settings(SETTINGS, max_examples=40)
@given(st.integers(1, 10), histories)
def test_what_is_told_is_what_a_reader_does_not_know_yet(
    fresh: Callable[[], Database], amount: int, changes: list[Change]
) -> None:
    assert follow(fresh(), amount, changes) == as_a_reader_follows_it(amount, changes)


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
@settings(SETTINGS, max_examples=6)
@given(st.integers(1, 10), histories)
def test_on_postgresql_too(fresh: Callable[[], Database], amount: int, changes: list[Change]) -> None:
    assert follow(fresh(), amount, changes) == as_a_reader_follows_it(amount, changes)
