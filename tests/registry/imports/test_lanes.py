"""A large import on PostgreSQL, whose rows go through several processes at once (分道)."""

import os
import signal
from collections.abc import Sequence
from typing import Any

import pytest

from services.registry.imports.rules.lanes import RowLane, meeting_at
from services.registry.imports.workers import batches
from services.registry.imports.workers import lanes as processes
from services.registry.imports.workers.advancing import advance
from shared.trail import record
from tests.registry.conftest import Registry
from tests.registry.imports.files import counts, csv_of, read, row, run, upload

on_postgres = pytest.mark.parametrize("databases", ["postgres"], indirect=True)  # SQLite has one writer, and no lanes
TWINS = 6  # rows that stand in the file a second time


def test_lanes_have_every_row_between_them_each_once() -> None:
    assert sorted("".join(lane.marks for lane in RowLane.all_of(3))) == sorted("0123456789abcdef")


@pytest.mark.parametrize(
    "one", [{"id_number": "360101900101001"}, {"id_number": "E12345678", "birth_date": "1990-01-01"}]
)
def test_whoever_may_be_one_person_is_in_one_lane(one: dict[str, str]) -> None:
    assert meeting_at(one) == meeting_at({"id_number": "360101 19900101 001x"})
    assert meeting_at(one) != meeting_at({"id_number": "360101199001020011"})


def large(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> str:
    """An import that is one, with rows that stand in it twice."""
    monkeypatch.setattr(processes, "LARGE", 20)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    rows = [row(n) for n in range(1, 41)]
    return str(upload(registry, csv_of([*rows, *rows[:TWINS]])).json()["id"])


@on_postgres
def test_rows_go_through_lanes_each_once_and_the_first_of_two_is_in(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = large(registry, monkeypatch)
    monkeypatch.setattr(batches, "done_with", not_here)
    run(registry)
    shown = read(registry, import_id)
    assert (shown["state"], counts(shown), shown["rows"]["read"]) == ("committed", (40, 0, TWINS, 0), 40 + TWINS)
    assert {each["row"] for each in shown["problems"]} == set(range(42, 42 + TWINS))
    assert len({event.registration_id for event in registry.events()}) == len(registry.events()) == 40


def not_here(*_: Any) -> None:
    raise AssertionError("the worker did itself what the lanes are for")


@on_postgres
def test_an_import_goes_on_when_a_process_of_it_is_killed(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = large(registry, monkeypatch)
    runner, lanes = registry.context.runner(record), processes.Lanes(registry.context, record)
    while read(registry, import_id)["state"] != "committing":
        advance(registry.context, runner, lanes)
    first, *_ = started(lanes)
    os.kill(first, signal.SIGKILL)
    while advance(registry.context, runner, lanes):
        pass
    shown = read(registry, import_id)
    assert (shown["state"], counts(shown)) == ("committed", (40, 0, TWINS, 0))


def started(lanes: processes.Lanes) -> Sequence[int]:
    """The processes of a worker's lanes, each there."""
    return [pool.submit(os.getpid).result() for pool in lanes._begun()]
