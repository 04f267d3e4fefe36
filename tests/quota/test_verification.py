"""Verification: every way in which figures can drift is found, put right on record, and told to nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, update

from services.quota.counting.models import HEADCOUNT, LEDGER, MEMBERSHIP, MILESTONE, SEEN, SUM
from services.quota.counting.rules.spans import EVER
from services.quota.verification.queries import checking as queries
from shared.auth import Role
from shared.db import Database
from shared.service_tables import outbox
from tests.quota.conftest import Site
from tests.quota.given import KNOWN, event, progress, ref, tell, told

PROGRAMME = "dual-qualified-teachers"
OWN = {"programme": PROGRAMME, "amount": 4, "period": {"start": "2019-01-01", "end": "2019-12-31"}}
REASON = "备份恢复后核对"
NOTHING_ADRIFT = {"counters": 0, "sums": 0, "ledger": 0, "memberships": 0, "milestones": 0, "bulletins": 0}


def teacher(n: int, state: str = "recognised", version: int = 1, **about: Any) -> Any:
    usual = {
        "programme": PROGRAMME,
        "counted_on": date(2019, n + 1, 1),
        "reporting_unit": "xihu" if n == 2 else "donghu",
        "time": KNOWN,
    }
    return event(state, n, version, **usual | about)


@dataclass
class Counted:
    """A quota of four that counts three, one of them gone since."""

    site: Site
    quota: UUID

    def verify(self, role: Role = Role.OPERATOR, **wanted: Any) -> Any:
        return self.site.ask(role, "POST", "/v1/verify", wanted)

    def repair(self) -> Any:
        answer = self.verify(repair=True, reason=REASON)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def damage(self, *statements: Any) -> None:
        with self.site.database.writing() as session:
            for statement in statements:
                assert session.execute(statement).rowcount  # type: ignore[attr-defined]  # the cursor of a change has one

    def adjustments(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.site.get("/v1/adjustments", Role.AUDITOR).json()["items"]
        return items


def counting_three(site: Site) -> Counted:
    """The quota laid down, and the three counted."""
    quota = UUID(site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN).json()["id"])
    tell(site.database, *(teacher(n) for n in range(3)), teacher(1, "exited", 2, ended_on=date(2019, 8, 1)))
    return Counted(site, quota)


@pytest.fixture
def counted(site: Site) -> Counted:
    return counting_three(site)


def figures(database: Database) -> Any:
    """Everything a reader can see of the quota: by counter, by ledger, by day, and its milestones."""
    shown = [progress(database, PROGRAMME, past=past, by_unit=True) for past in (False, True)]
    days = [progress(database, PROGRAMME, past=True, on=date(2019, month, 1)) for month in (2, 3, 9)]
    plain = [each.model_dump(exclude={"milestones", "known_at", "units"}) for each in (*shown, *days)]
    units = [[unit for unit in each.units or [] if unit.value] for each in shown]
    return plain, units, [(m.percent, m.state) for m in shown[0].milestones]


def rows(database: Database, table: Any) -> int:
    with database.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_what_agrees_is_in_order(counted: Counted) -> None:
    """Nothing is adrift after ordinary counting, and a check writes nothing and says what it looked at."""
    answer = counted.verify(Role.AUDITOR)
    assert answer.json() | {"at": None} == {
        "in_order": True,
        "checked": {
            "quotas": answer.json()["checked"]["quotas"],
            "counters": answer.json()["checked"]["counters"],
            "memberships": 3,
            "ledger_rows": 4,
            "bulletins": 0,
        },
        "adrift": NOTHING_ADRIFT,
        "drift": [],
        "wrong_heads": [],
        "repaired": False,
        "adjustments": 0,
        "by": "auditor",
        "reason": None,
        "at": None,
    }
    assert answer.json()["checked"]["quotas"] > 40
    assert counted.adjustments() == []


def of_quota(table: Any, counted: Counted) -> Any:
    return table.c.quota_id == counted.quota


Damage = Callable[[Counted], list[Any]]


def counter_off(counted: Counted) -> list[Any]:
    return [update(HEADCOUNT).where(of_quota(HEADCOUNT, counted), HEADCOUNT.c.unit == "").values(net=1, in_stock=9)]


def counter_gone(counted: Counted) -> list[Any]:
    return [delete(HEADCOUNT).where(of_quota(HEADCOUNT, counted), HEADCOUNT.c.unit == "xihu")]


def counter_of_nobody(counted: Counted) -> list[Any]:
    return [insert(HEADCOUNT).values(quota_id=counted.quota, unit="anyi", gross=1, net=1, in_stock=0)]


def head_off(counted: Counted) -> list[Any]:
    mine = of_quota(MEMBERSHIP, counted) & (MEMBERSHIP.c.registration_id == ref(2))
    return [update(MEMBERSHIP).where(mine).values(unit="donghu", counted_on=date(2019, 9, 9))]


def head_gone(counted: Counted) -> list[Any]:
    return [delete(MEMBERSHIP).where(of_quota(MEMBERSHIP, counted))]


def head_of_nobody(counted: Counted) -> list[Any]:
    somebody = {"subject_ref": ref("nobody"), "registration_id": ref("none"), "unit": "anyi", "known_at": KNOWN}
    figures = {"gross": True, "net": True, "in_stock": True, "counted_on": date(2019, 3, 3)}
    return [insert(MEMBERSHIP).values(quota_id=counted.quota, **somebody, **figures)]


def line_gone(counted: Counted) -> list[Any]:
    return [delete(LEDGER).where(of_quota(LEDGER, counted), LEDGER.c.registration_id == ref(0))]


def line_on_another_day(counted: Counted) -> list[Any]:
    mine = of_quota(LEDGER, counted) & (LEDGER.c.registration_id == ref(0))
    return [update(LEDGER).where(mine).values(counted_on=date(2019, 7, 7))]


def line_of_nobody(counted: Counted) -> list[Any]:
    somebody = {"subject_ref": ref("nobody"), "registration_id": ref("none"), "unit": "anyi", "known_at": KNOWN}
    figures = {"gross": 1, "net": 1, "in_stock": 1, "counted_on": date(2019, 3, 3), "known_on": date(2019, 1, 1)}
    return [insert(LEDGER).values(quota_id=counted.quota, **somebody, **figures)]


def sum_off(counted: Counted) -> list[Any]:
    march = (SUM.c.unit == "") & (SUM.c.known_in == EVER) & (SUM.c.counted_in == 201903)
    return [update(SUM).where(of_quota(SUM, counted), march).values(net=7)]


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
    before, announced, crossings = figures(database), rows(database, outbox), told(database, PROGRAMME)
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
    assert told(database, PROGRAMME) == crossings
    assert rows(database, LEDGER) >= lines

    adjustments = counted.adjustments()
    assert len(adjustments) == repaired["adjustments"] > 0
    assert {(each["by"], each["reason"]) for each in adjustments} == {("operator", REASON)}
    assert all(each["before"] != each["after"] for each in adjustments)
    assert counted.repair()["adjustments"] == 0


def test_the_drift_is_told_figure_by_figure(counted: Counted) -> None:
    """Which quota, unit and figure, and what counter, ledger and heads each say."""
    counted.damage(*counter_off(counted), *line_gone(counted))
    named = {"quota_id": str(counted.quota), "code": PROGRAMME, "period": "2019"}
    assert counted.verify().json()["drift"] == [
        named | {"unit": None, "figure": "gross", "counter": 3, "ledger": 2, "heads": 3},
        named | {"unit": None, "figure": "net", "counter": 1, "ledger": 2, "heads": 3},
        named | {"unit": None, "figure": "in_stock", "counter": 9, "ledger": 1, "heads": 2},
        named | {"unit": "donghu", "figure": "gross", "counter": 2, "ledger": 1, "heads": 2},
        named | {"unit": "donghu", "figure": "net", "counter": 2, "ledger": 1, "heads": 2},
        named | {"unit": "donghu", "figure": "in_stock", "counter": 1, "ledger": 0, "heads": 1},
    ]


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
    before = told(counted.site.database, PROGRAMME)
    tell(counted.site.database, teacher(3))
    assert told(counted.site.database, PROGRAMME)[len(before) :] == [(90, "reached"), (100, "reached")]
    assert counted.verify().json()["in_order"] is True


def test_blocks_of_subjects_leave_nobody_out(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of a block, each subject is looked at once."""
    whole = counted.verify().json()
    for size in (1, 2, 3, 4):
        monkeypatch.setattr(queries, "SUBJECTS_AT_ONCE", size)
        assert counted.verify().json() | {"at": 0} == whole | {"at": 0}


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


def test_facts_page_by_page(counted: Counted) -> None:
    """Every registration once, by id, as it was heard of last; or only those asked for."""
    seen: list[Any] = []
    following: dict[str, Any] | None = {}
    while following is not None:
        page = counted.site.get("/v1/facts", Role.AUDITOR, params={"limit": 2} | following).json()
        seen += page["items"]
        following = {"cursor": page["next"]} if page["next"] else None
    assert [each["registration_id"] for each in seen] == sorted(str(ref(n)) for n in range(3))
    (exited,) = [each for each in seen if each["registration_id"] == str(ref(1))]
    assert exited == {
        "registration_id": str(ref(1)),
        "version": 2,
        "programme": PROGRAMME,
        "subject_ref": str(ref(("subject", 1))),
        "subject_kind": "person",
        "institution_id": str(ref("institution")),
        "reporting_unit": "donghu",
        "state": "exited",
        "counted_on": "2019-02-01",
        "ended_on": "2019-08-01",
        "classes": {},
        "spells": [],
        "yields": False,
    }
    asked = counted.site.get("/v1/facts", Role.OPERATOR, params={"id": [str(ref(1)), str(ref("unknown"))]}).json()
    assert asked == {"items": [exited], "next": None}
    assert counted.site.get("/v1/facts", Role.AUDITOR, params={"limit": 1001}).status_code == 422
    many = {"id": [str(UUID(int=n)) for n in range(201)]}
    assert counted.site.get("/v1/facts", Role.AUDITOR, params=many).status_code == 422


def test_what_is_doubted_takes_the_registrys_word(counted: Counted) -> None:
    """The same version, told again, replaces what was stored wrongly; undoubted it would change nothing."""
    database = counted.site.database
    right = figures(database)
    counted.damage(update(SEEN).where(SEEN.c.registration_id == ref(0)).values(state="revoked"))
    counted.repair()
    assert figures(database) != right
    again = teacher(0, replay=True)
    tell(database, again)
    assert figures(database) != right
    wanted = {"ids": [str(ref(0)), str(ref("unknown"))], "reason": REASON}
    assert counted.site.ask(Role.OPERATOR, "POST", "/v1/facts/doubts", wanted).json() == {"doubted": 1}
    tell(database, again)
    assert figures(database) == right
    assert counted.verify().json()["in_order"] is True
    newest = counted.adjustments()[0]
    assert (newest["layer"], newest["before"], newest["after"]) == ("registration", {"version": 1}, {"version": 0})
