"""What was found is put right, on record, by an operator alone."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update

from services.quota.counting.models import HEADCOUNT, LEDGER, MEMBERSHIP, MILESTONE, SEEN, SUM
from shared.auth import Role
from shared.service_tables import outbox
from tests.quota.given import KNOWN, crossings, deliver, ref
from tests.quota.verification.damaged import (
    NOTHING_ADRIFT,
    PROGRAMME,
    REASON,
    Counted,
    counter_off,
    figures,
    head_off,
    line_gone,
    line_of_nobody,
    of_quota,
    rows,
    sum_off,
    teacher,
)

Damage = Callable[[Counted], list[Any]]


def counter_gone(counted: Counted) -> list[Any]:
    return [delete(HEADCOUNT).where(of_quota(HEADCOUNT, counted), HEADCOUNT.c.unit == "xihu")]


def counter_of_nobody(counted: Counted) -> list[Any]:
    return [insert(HEADCOUNT).values(quota_id=counted.quota, unit="anyi", gross=1, net=1, in_stock=0)]


def head_gone(counted: Counted) -> list[Any]:
    return [delete(MEMBERSHIP).where(of_quota(MEMBERSHIP, counted))]


def head_of_nobody(counted: Counted) -> list[Any]:
    somebody = {"subject_ref": ref("nobody"), "registration_id": ref("none"), "unit": "anyi", "known_at": KNOWN}
    figures = {"gross": True, "net": True, "in_stock": True, "counted_on": date(2019, 3, 3)}
    return [insert(MEMBERSHIP).values(quota_id=counted.quota, **somebody, **figures)]


def line_on_another_day(counted: Counted) -> list[Any]:
    mine = of_quota(LEDGER, counted) & (LEDGER.c.registration_id == ref(0))
    return [update(LEDGER).where(mine).values(counted_on=date(2019, 7, 7))]


def sum_gone(counted: Counted) -> list[Any]:
    return [delete(SUM).where(of_quota(SUM, counted), SUM.c.counted_in.in_([201902, 20190201]))]


def sum_of_nobody(counted: Counted) -> list[Any]:
    figures = {"gross": 1, "net": 1, "in_stock": 0}
    return [insert(SUM).values(quota_id=counted.quota, unit="anyi", known_in=201903, counted_in=201902, **figures)]


def milestone_fallen(counted: Counted) -> list[Any]:
    return [
        update(MILESTONE).where(of_quota(MILESTONE, counted), MILESTONE.c.percent == 50).values(state="fallen_back")
    ]


def everything_gone(counted: Counted) -> list[Any]:
    return [delete(table).where(of_quota(table, counted)) for table in (LEDGER, MEMBERSHIP, HEADCOUNT)]


FOUND: dict[Damage, dict[str, int]] = {
    counter_off: {"counters": 1, "milestones": 2},
    counter_gone: {"counters": 1},
    counter_of_nobody: {"counters": 1},
    head_off: {"memberships": 1},
    head_gone: {"memberships": 3},
    head_of_nobody: {"memberships": 1},
    line_gone: {"ledger": 1, "counters": 2, "sums": 12},
    line_on_another_day: {"ledger": 2, "sums": 24},
    line_of_nobody: {"ledger": 1, "counters": 2, "sums": 12},
    sum_off: {"sums": 1},
    sum_gone: {"sums": 12},
    sum_of_nobody: {"sums": 1},
    milestone_fallen: {"milestones": 1},
    everything_gone: {"ledger": 4, "sums": 48, "memberships": 3, "milestones": 3},
}


@pytest.mark.parametrize("damage", FOUND, ids=lambda damage: damage.__name__)
def test_every_drift_is_found_and_put_right(counted: Counted, damage: Damage) -> None:
    """A repair restores every figure of every day, says what it did, tells nobody, and leaves a second none to do."""
    database = counted.site.database
    before, announced, crossed = figures(database), rows(database, outbox), crossings(database, PROGRAMME)
    counted.damage(*damage(counted))
    lines = rows(database, LEDGER)

    found = counted.verify(Role.BUREAU_OFFICER).json()
    assert found["in_order"] is False
    assert found["adrift"] == NOTHING_ADRIFT | FOUND[damage]
    assert counted.verify().json() | {"at": 0, "by": 0} == found | {"at": 0, "by": 0}

    repaired = counted.repair()
    assert repaired["adrift"] == found["adrift"]
    assert repaired["repaired"] is True
    assert counted.verify().json()["adrift"] == NOTHING_ADRIFT
    assert figures(database) == before
    assert rows(database, outbox) == announced
    assert crossings(database, PROGRAMME) == crossed
    assert rows(database, LEDGER) >= lines

    adjustments = counted.adjustments()
    assert len(adjustments) == repaired["adjustments"] > 0
    assert {(each["by"], each["reason"]) for each in adjustments} == {("operator", REASON)}
    assert all(each["before"] != each["after"] for each in adjustments)
    assert counted.repair()["adjustments"] == 0


def test_a_counter_is_set_to_its_ledger_and_the_ledger_stays(counted: Counted) -> None:
    """The adjustment says before and after; no line is written for a counter that was wrong by itself."""
    counted.damage(*counter_off(counted))
    lines = rows(counted.site.database, LEDGER)
    counted.repair()
    assert rows(counted.site.database, LEDGER) == lines
    counter = [each for each in counted.adjustments() if each["layer"] == "counter"]
    assert [(each["unit"], each["before"], each["after"]) for each in counter] == [
        ("", {"gross": 3, "net": 1, "in_stock": 9}, {"gross": 3, "net": 3, "in_stock": 2})
    ]


def test_a_corrected_ledger_keeps_its_past(counted: Counted) -> None:
    """Lines are only added, caused by the adjustment, and known from the repair on: before it the error was known."""
    database = counted.site.database
    counted.damage(*line_on_another_day(counted))
    with database.reading() as session:
        past = session.execute(select(LEDGER).order_by(LEDGER.c.id)).all()
    repaired = counted.repair()
    with database.reading() as session:
        now = session.execute(select(LEDGER).order_by(LEDGER.c.id)).all()
    assert now[: len(past)] == past
    added = now[len(past) :]
    assert sorted((str(line.counted_on), line.net) for line in added) == [("2019-01-01", 1), ("2019-07-07", -1)]
    causes = {UUID(each["id"]) for each in counted.adjustments() if each["layer"] == "ledger"}
    assert {line.cause_event for line in added} == causes
    assert {line.known_at.isoformat() for line in added} == {repaired["at"].replace("Z", "+00:00")}


def test_counting_goes_on_rightly_after_a_repair(counted: Counted) -> None:
    """The next head reaches the milestone that is next, aloud, and nothing fires that was told before."""
    counted.damage(*everything_gone(counted))
    counted.repair()
    before = crossings(counted.site.database, PROGRAMME)
    deliver(counted.site.database, teacher(3))
    assert crossings(counted.site.database, PROGRAMME)[len(before) :] == [(90, "reached"), (100, "reached")]
    assert counted.verify().json()["in_order"] is True


def test_only_an_operator_repairs_and_says_why(counted: Counted) -> None:
    """403 for those who may only check; 422 without a reason, and the field is named."""
    for role in (Role.BUREAU_OFFICER, Role.AUDITOR):
        assert counted.verify(role, repair=True, reason=REASON).status_code == 403
    for reason in ({}, {"reason": None}, {"reason": "  "}):
        refused = counted.verify(repair=True, **reason)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert counted.adjustments() == []


def test_the_same_repair_twice_is_done_once(counted: Counted) -> None:
    """Idempotency-Key: the stored answer comes back."""
    counted.damage(*counter_off(counted))
    wanted = {"repair": True, "reason": REASON}
    answers = [
        counted.site.ask(Role.OPERATOR, "POST", "/v1/verify", wanted, headers={"Idempotency-Key": "r1"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_what_is_doubted_takes_the_registrys_word(counted: Counted) -> None:
    """The same version, told again, replaces what was stored wrongly; undoubted it would change nothing."""
    database = counted.site.database
    right = figures(database)
    counted.damage(update(SEEN).where(SEEN.c.registration_id == ref(0)).values(state="revoked"))
    counted.repair()
    assert figures(database) != right
    again = teacher(0, replay=True)
    deliver(database, again)
    assert figures(database) != right
    wanted = {"ids": [str(ref(0)), str(ref("unknown"))], "reason": REASON}
    assert counted.site.ask(Role.OPERATOR, "POST", "/v1/facts/doubts", wanted).json() == {"doubted": 1}
    deliver(database, again)
    assert figures(database) == right
    assert counted.verify().json()["in_order"] is True
    newest = counted.adjustments()[0]
    assert (newest["layer"], newest["before"], newest["after"]) == ("registration", {"version": 1}, {"version": 0})
