"""Retention (留用率): hired ÷ finished, by people, per base, unit and period; the rule of half, and “—”."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registry.outcomes.rules.placements import Counted, Retention, retention
from services.registry.outcomes.schemas.placements import RetentionRead
from tests.registry.conftest import Registry
from tests.registry.outcomes.followed import A, B, base, change, place

YEAR = "period_start=2020-01-01&period_end=2020-12-31"


@pytest.mark.parametrize(
    ("finished", "hired", "shown", "percent", "attained"),
    [
        (0, 0, "—", None, None),
        (2, 1, "50.0%", "50.0", True),
        (1001, 500, "49.9%", "49.9", False),
        (3, 3, "100.0%", "100.0", True),
        (7, 0, "0.0%", "0.0", False),
    ],
)
def test_x12_half_is_enough_and_nobody_is_no_rate(
    finished: int, hired: int, shown: str, percent: str | None, attained: bool | None
) -> None:
    read = RetentionRead.of(Retention(finished, 0, 0, finished, hired))
    assert (read.retention, read.retention_percent, read.attained) == (shown, percent, attained)


def counted(person: int, **days: Any) -> Counted:
    usual = {"started_on": date(2020, 1, 2), "finished_on": None, "hired_on": None, "left_on": None}
    return Counted(UUID(int=person), UUID(int=99), "donghu", **usual | days)


def test_x12_people_are_counted_once_by_the_days_of_the_period() -> None:
    done = {"finished_on": date(2020, 4, 2), "hired_on": date(2020, 7, 1)}
    some = [
        counted(1, **done),
        counted(1, started_on=date(2020, 8, 1), finished_on=date(2020, 12, 1)),
        counted(2, finished_on=date(2020, 4, 2)),
        counted(3, left_on=date(2020, 2, 1)),
        counted(4),
        counted(5, started_on=date(2019, 9, 1), finished_on=date(2019, 12, 31), hired_on=date(2020, 1, 1)),
    ]
    year = retention(some, date(2020, 1, 1), date(2020, 12, 31))
    assert year == Retention(started=4, active=1, left=1, finished=2, hired=1)
    assert retention(some, date(2020, 1, 1), date(2020, 6, 30)).hired == 0  # not yet
    assert retention(some, date(2020, 7, 1), date(2020, 7, 31)) == Retention(0, 1, 0, 0, 0)


def test_x12_retention_per_base_unit_and_period(registry: Registry) -> None:
    one, other = base(registry), base(registry, 2, reporting_unit="donghu")
    for n, days in enumerate(
        [{"finished_on": "2020-04-02", "hired_on": "2020-04-02"}, {"finished_on": "2020-04-02"}, {}], 1
    ):
        place(registry, one, n, **days)
    place(registry, other, 4)
    found = registry.get("leader", f"/v1/placements/retention?{YEAR}").json()
    total = found["total"]
    assert [total[name] for name in ("started", "active", "finished", "hired", "retention", "attained")] == [
        4, 2, 2, 1, "50.0%", True,
    ]  # fmt: skip
    by_base = {each["base"]: each["retention"] for each in found["items"]}
    assert by_base == {one: "50.0%", other: "—"}
    (unit,) = registry.get(A, f"/v1/placements/retention?{YEAR}&by=unit").json()["items"]
    assert (unit["unit"], unit["base"], unit["finished"]) == ("donghu", None, 2)
    early = registry.get(A, "/v1/placements/retention?period_start=2020-01-01&period_end=2020-03-31").json()["total"]
    assert (early["finished"], early["retention_percent"], early["attained"]) == (0, None, None)
    assert registry.get(B, f"/v1/placements/retention?{YEAR}").json()["items"] == []
    backwards = registry.get(A, "/v1/placements/retention?period_start=2020-02-01&period_end=2020-01-01")
    assert backwards.status_code == 422


def test_x12_what_inflates_a_rate_does_not(registry: Registry) -> None:
    """Two records found to be one person count once, and a revoked base not at all."""
    at = base(registry)
    done = {"finished_on": "2020-04-02", "hired_on": "2020-04-02"}
    one, other = (place(registry, at, n, **done).json() for n in (1, 2))
    pair = {"one": one["subject_ref"], "other": other["subject_ref"], "reason": "核对"}
    case = registry.post("bureau", "/v1/duplicates", pair).json()["id"]
    registry.post("bureau", f"/v1/duplicates/{case}/decision", {"decision": "same", "reason": "同一人"})
    total = registry.get("leader", f"/v1/placements/retention?{YEAR}").json()["total"]
    assert (total["finished"], total["hired"]) == (1, 1)
    unhired = change(registry, other, hired_on=None)
    assert unhired.status_code == 409  # the two are at one base at a time, which only the bureau can have put right
    decision = {"reason": "材料不实", "decision_no": "测人社〔2020〕1号", "decision_date": "2020-06-01"}
    for name in ("bureau", "bureau-2"):
        registry.act(name, at, "revoke", **decision)
    total = registry.get("leader", f"/v1/placements/retention?{YEAR}").json()["total"]
    assert (total["finished"], total["retention"]) == (0, "—")
