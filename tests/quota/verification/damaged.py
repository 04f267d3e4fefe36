"""A city of three heads, and the ways in which its figures may be damaged."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from services.quota.counting.models import HEADCOUNT, LEDGER, MEMBERSHIP, SUM
from services.quota.counting.rules.spans import EVER
from shared.auth import Role
from shared.db import Database
from tests.quota.conftest import Site
from tests.quota.given import KNOWN, deliver, event, progress, ref

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
    deliver(site.database, *(teacher(n) for n in range(3)), teacher(1, "exited", 2, ended_on=date(2019, 8, 1)))
    return Counted(site, quota)


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


def of_quota(table: Any, counted: Counted) -> Any:
    return table.c.quota_id == counted.quota


def counter_off(counted: Counted) -> list[Any]:
    return [update(HEADCOUNT).where(of_quota(HEADCOUNT, counted), HEADCOUNT.c.unit == "").values(net=1, in_stock=9)]


def head_off(counted: Counted) -> list[Any]:
    mine = of_quota(MEMBERSHIP, counted) & (MEMBERSHIP.c.registration_id == ref(2))
    return [update(MEMBERSHIP).where(mine).values(unit="donghu", counted_on=date(2019, 9, 9))]


def line_gone(counted: Counted) -> list[Any]:
    return [delete(LEDGER).where(of_quota(LEDGER, counted), LEDGER.c.registration_id == ref(0))]


def line_of_nobody(counted: Counted) -> list[Any]:
    somebody = {"subject_ref": ref("nobody"), "registration_id": ref("none"), "unit": "anyi", "known_at": KNOWN}
    figures = {"gross": 1, "net": 1, "in_stock": 1, "counted_on": date(2019, 3, 3), "known_on": date(2019, 1, 1)}
    return [insert(LEDGER).values(quota_id=counted.quota, **somebody, **figures)]


def sum_off(counted: Counted) -> list[Any]:
    march = (SUM.c.unit == "") & (SUM.c.known_in == EVER) & (SUM.c.counted_in == 201903)
    return [update(SUM).where(of_quota(SUM, counted), march).values(net=7)]
