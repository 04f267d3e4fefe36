"""Monthly reports: no data is not zero, a nil return is said, and who says neither is told of once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.quota import workers as daily
from services.quota.figures.queries import progress as progress_
from services.quota.figures.schemas.progress import ProgressQuery, ProgressRead
from services.quota.returns.rules import Owing, due_month
from shared.auth import Role
from shared.contracts.policy import PolicyPack
from shared.contracts.quota import UnitSilent
from shared.db import Database
from tests.quota.conftest import Site
from tests.quota.given import announced, apply, define, deliver, event, nanchang, ref
from tests.quota.pace.test_lamps import before_its_year
from tests.quota.policy.decided import quotas
from tests.quota.policy.test_allocating import split

PROGRAMME = "dual-qualified-teachers"
YEAR = {"start": "2019-01-01", "end": "2019-12-31"}
OCTOBER = datetime(2019, 10, 20, tzinfo=UTC)


def look(database: Database, day: str) -> int:
    return daily.look(database, datetime.fromisoformat(f"{day}T04:00:00+00:00"))


def silent(database: Database, day: date, unit: str | None = None) -> dict[str | None, Any]:
    """The month and the silent units shown with the city's quota and with each share."""
    wanted = ProgressQuery(day, datetime(2030, 1, 1, tzinfo=UTC), past=True, programme=PROGRAMME, unit=unit)
    with database.reading() as session:
        rows = progress_.progress(session, wanted)
    read = [ProgressRead.of(row, wanted, 0, "zh") for row in rows if row.quota.code == PROGRAMME]
    return {row.unit: row.silent and (row.silent.month, row.silent.units) for row in read}


def shared_out(database: Database) -> None:
    """A quota of 2019 split to three units, before the year began."""
    quota = before_its_year(database, define(database, amount=100, period=YEAR))
    split(database, quota, {"donghu": 40, "xihu": 30, "anyi": 10})
    for share in quotas(database, PROGRAMME):
        before_its_year(database, share)


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2019, 11, 5), date(2019, 9, 1)),  # until the 5th October may still be reported
        (date(2019, 11, 6), date(2019, 10, 1)),
        (date(2020, 1, 6), date(2019, 12, 1)),
        (date(2020, 1, 1), date(2019, 11, 1)),
    ],
)
def test_which_month_is_due(day: date, month: date) -> None:
    assert due_month(day, 5) == month


def test_a_report_is_owed_while_the_period_runs_and_from_its_laying_down() -> None:
    owing = Owing(ref("q"), ("p",), ("u",), date(2019, 3, 15), date(2019, 9, 1), date(2019, 5, 31))
    months = [month for month in range(1, 13) if owing.owes(date(2019, month, 1))]
    assert months == [5, 6, 7, 8, 9]


def test_who_was_not_heard_of_is_shown_and_told_once(city: Database) -> None:
    """未报送: a registration known in the month is a report, also of one that counts earlier; what is late is late."""
    shared_out(city)
    deliver(city, event(name=1, programme=PROGRAMME, reporting_unit="donghu", time=OCTOBER))
    deliver(city, event("submitted", name=2, programme=PROGRAMME, reporting_unit="anyi", counted_on=None, time=OCTOBER))
    assert silent(city, date(2019, 11, 6)) == {
        None: ("2019-10", ["xihu"]),
        "donghu": ("2019-10", []),
        "xihu": ("2019-10", ["xihu"]),
        "anyi": ("2019-10", []),
    }
    assert silent(city, date(2019, 11, 6), unit="xinjian") == {"xinjian": None}
    for day in ("2019-11-06", "2019-11-07", "2019-11-07"):
        look(city, day)
    (news,) = [each for each in announced(city, UnitSilent) if each.month == "2019-10"]
    assert (news.unit, news.programme, news.amount, news.value) == ("xihu", PROGRAMME, 30, 0)
    look(city, "2019-12-06")  # nobody was heard of in November
    assert [each.unit for each in announced(city, UnitSilent) if each.month == "2019-11"] == ["anyi", "donghu", "xihu"]


def test_months_that_were_missed_are_told_of_by_the_last_one_alone(city: Database) -> None:
    """停机补查: no storm of old months."""
    shared_out(city)
    look(city, "2020-01-20")
    assert {each.month for each in announced(city, UnitSilent)} == {"2019-12"}


def test_units_that_the_pack_names_report_without_an_amount(empty: Database) -> None:
    """月报单位: as long as they are there; the day is a setting."""
    content = nanchang().model_dump(mode="json")
    content["reporting"] = {"due_day": 10, "duties": [{"programme": "youth-intake", "units": ["donghu", "wanli"]}]}
    apply(empty, PolicyPack.model_validate(content))
    for each in quotas(empty, "T11"):
        before_its_year(empty, each)
    look(empty, "2020-07-10")  # May, because the tenth is not over
    look(empty, "2020-08-11")  # July: there is no Wanli District any more
    assert [(each.unit, each.month, each.amount) for each in announced(empty, UnitSilent)] == [
        ("donghu", "2020-05", 0),
        ("wanli", "2020-05", 0),
        ("donghu", "2020-07", 0),
    ]


def test_nil_returns_over_http(site: Site) -> None:
    """零报告: by the unit's own officer or the bureau; the same again is the same; never beside registrations."""
    shared_out(site.database)
    deliver(site.database, event(name=1, programme=PROGRAMME, reporting_unit="donghu", time=OCTOBER))
    body = {"programme": PROGRAMME, "unit": "anyi", "month": "2019-10"}
    for _ in range(2):
        answer = site.ask(Role.DISTRICT_OFFICER, "POST", "/v1/nil-returns", body)
        assert (answer.status_code, answer.json()["nil"], answer.json()["said_by"]) == (201, True, "district-officer")
    assert silent(site.database, date(2019, 11, 6))[None] == ("2019-10", ["xihu"])
    others = site.ask(Role.DISTRICT_OFFICER, "POST", "/v1/nil-returns", body | {"unit": "xihu"})
    assert others.status_code == 403
    not_nil = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/nil-returns", body | {"unit": "donghu"})
    assert (not_nil.status_code, not_nil.json()["type"]) == (409, "/problems/not-nil")
    for wrong, code in (
        ({"month": "2099-01"}, "in_the_future"),
        ({"programme": "no-such"}, "unknown_programme"),
        ({"unit": "no-such"}, "unknown_unit"),
        ({"unit": "wanli", "month": "2020-07"}, "unit_not_valid"),
    ):
        refused = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/nil-returns", body | wrong)
        assert [each["code"] for each in refused.json()["errors"]] == [code]
    assert site.ask(Role.BUREAU_OFFICER, "POST", "/v1/nil-returns", body | {"month": "2019-13"}).status_code == 422
    assert [each["unit"] for each in site.get("/v1/nil-returns?month=2019-10").json()["items"]] == ["anyi"]
    deliver(site.database, event(name=3, programme=PROGRAMME, reporting_unit="anyi", time=OCTOBER))
    assert site.get("/v1/nil-returns").json()["items"] == []  # there was something after all
