"""Lamps as they are kept: looked at every day and with every count, told once, by whichever process comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from services.quota import workers as daily
from services.quota.pace.models import LAMP
from services.quota.quotas.models import QUOTA, Quota
from shared import clock
from shared.auth import Role
from shared.contracts.quota import PaceBehind, PaceRecovered
from shared.db import Database
from tests.quota.conftest import Site
from tests.quota.given import announced, define, deliver, event, progress
from tests.quota.policy.decided import revised

PROGRAMME = "dual-qualified-teachers"
YEAR = {"start": "2019-01-01", "end": "2019-12-31"}


def teachers(number: int, first: int = 0, **about: Any) -> list[Any]:
    return [event(name=n, programme=PROGRAMME, **about) for n in range(first, first + number)]


def before_its_year(database: Database, quota: Quota, at: datetime = datetime(2018, 12, 18, tzinfo=UTC)) -> Quota:
    """A quota that was laid down before its period began, as a policy lays it down."""
    with database.writing() as session:
        session.execute(update(QUOTA).where(QUOTA.c.id == quota.id).values(defined_at=at))
    return quota


def look(database: Database, day: str) -> int:
    """The daily look, at noon of a day."""
    return daily.look(database, datetime.fromisoformat(f"{day}T04:00:00+00:00"))


def news(database: Database, quota: Quota) -> list[tuple[str, str, int]]:
    """What was told of a quota's pace: what, as of which day, at which headcount."""
    return [
        (type(each).__name__.removeprefix("Pace"), str(each.counted_on), each.value)
        for each in announced(database, PaceBehind, PaceRecovered)
        if each.quota_id == quota.id
    ]


def test_a_lamp_that_turns_red_with_the_day_is_told_once(city: Database) -> None:
    """日常检查: days without news tell nothing; red is told, catching up is told; a look twice a day adds nothing."""
    quota = before_its_year(city, define(city, amount=120, period=YEAR))
    deliver(city, *teachers(10, replay=True))
    for day in ("2019-01-31", "2019-02-01", "2019-02-28", "2019-03-31", "2019-03-31", "2019-04-01"):
        look(city, day)
    assert news(city, quota) == [("Behind", "2019-03-31", 10)]
    deliver(city, *teachers(30, first=10, replay=True))  # of 40 expected
    look(city, "2019-04-30")
    assert look(city, "2019-04-30") == 0
    assert news(city, quota)[1:] == [("Recovered", "2019-04-30", 40)]
    (behind,) = [each for each in announced(city, PaceBehind) if each.quota_id == quota.id]
    assert (behind.expected_percent, behind.ahead_points, behind.catch_up, behind.lamp) == (
        "25.00",
        "-16.67",
        20,
        "red",
    )


def test_days_that_were_missed_are_made_up_by_one_look(city: Database) -> None:
    """停机补查: months without a look, then one; told is what holds now, not what held meanwhile."""
    quota = before_its_year(city, define(city, amount=120, period=YEAR))
    look(city, "2019-01-01")
    look(city, "2019-08-15")
    assert news(city, quota) == [("Behind", "2019-08-15", 0)]
    deliver(city, *teachers(120, replay=True))
    look(city, "2019-11-20")
    assert news(city, quota)[1:] == [("Recovered", "2019-11-20", 120)]
    look(city, "2020-03-01")  # the period is over
    assert len(news(city, quota)) == 2


def test_what_was_laid_down_within_its_period_is_found_as_it_is(city: Database) -> None:
    """Nobody is told of it, nor that it recovered; when it falls behind again, it is news."""
    quota = before_its_year(city, define(city, amount=120, period=YEAR), datetime(2019, 6, 1, tzinfo=UTC))
    look(city, "2019-06-30")
    deliver(city, *teachers(90, replay=True))
    look(city, "2019-07-31")
    assert news(city, quota) == []
    look(city, "2019-12-31")
    assert news(city, quota) == [("Behind", "2019-12-31", 90)]


def running(day: date) -> dict[str, str]:
    """A period of which ten months are gone and two are to come."""
    return {"start": str(day - timedelta(days=300)), "end": str(day + timedelta(days=60))}


def test_counts_move_a_lamp_at_once_and_show_in_progress(city: Database) -> None:
    """随计数: catching up is told with the registration that did it; today's lamp is the one that is kept."""
    today = clock.today()
    quota = before_its_year(city, define(city, amount=100, period=running(today)))
    named: dict[str, Any] = {"on": today, "known_at": clock.now()}
    deliver(city, *teachers(1, counted_on=today))
    assert [what for what, *_ in news(city, quota)] == ["Behind"]
    deliver(city, *teachers(79, first=1, counted_on=today))
    shown = progress(city, PROGRAMME, **named).pace
    by_the_figures = progress(city, PROGRAMME, past=True, on=today).pace
    assert shown is not None
    assert by_the_figures is not None
    assert (by_the_figures.lamp, shown.lamp) == ("yellow", "red")  # less behind, and not caught up yet
    deliver(city, *teachers(10, first=80, counted_on=today))
    assert [what for what, *_ in news(city, quota)] == ["Behind", "Recovered"]
    caught_up = progress(city, PROGRAMME, **named).pace
    assert caught_up is not None
    assert (caught_up.lamp, caught_up.ahead_points.startswith("-")) == ("yellow", False)


def test_a_revised_amount_moves_the_lamp_by_the_new_amount(city: Database) -> None:
    """F14: a lowered target that is attained now has recovered, at once and once."""
    today = clock.today()
    quota = before_its_year(city, define(city, amount=100, period=running(today)))
    deliver(city, *teachers(30, counted_on=today))
    revised(city, quota, 30)
    assert [(what, value) for what, _, value in news(city, quota)] == [("Behind", 30), ("Recovered", 30)]
    pace = progress(city, PROGRAMME, on=today).pace
    assert pace is not None
    assert pace.lamp == "green"


def test_of_two_processes_that_look_at_once_one_tells(city: Database) -> None:
    quotas = [
        before_its_year(city, define(city, amount=100, period=YEAR, unit=unit)) for unit in ("donghu", "xihu", "anyi")
    ]
    for day in ("2019-01-01", "2019-12-31"):
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda _, day=day: look(city, day), range(2)))
    assert [len(news(city, quota)) for quota in quotas] == [1, 1, 1]
    with city.reading() as session:
        kept = session.execute(select(LAMP.c.lamp, LAMP.c.changes).where(LAMP.c.quota_id == quotas[0].id)).one()
    assert tuple(kept) == ("red", 2)


def test_the_pace_of_last_year(city: Database) -> None:
    """去年实际: three of last year's four were there by the end of June; 2020 expects as much."""
    for year in (2019, 2020):
        period = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
        define(city, amount=100, period=period, pace={"curve": "last_year"})
    days = [date(2019, 2, 1), date(2019, 3, 31), date(2019, 6, 30), date(2019, 11, 5)]
    deliver(city, *(event(name=day, programme=PROGRAMME, counted_on=day) for day in days))
    shown = [progress(city, PROGRAMME, "2020", past=True, on=date(2020, month, 29)).pace for month in (2, 7)]
    assert [each and (each.expected_percent, each.curve) for each in shown] == [
        ("25.00", "last_year"),
        ("75.00", "last_year"),
    ]
    first = progress(city, PROGRAMME, "2019", past=True, on=date(2019, 6, 30)).pace
    assert first is not None
    assert (first.expected_percent, first.curve) == ("50.00", "by_month")


def test_choosing_a_pace_over_http(site: Site) -> None:
    """The bureau's choice goes before the document's, and a pack applied again leaves it."""
    body = {"programme": PROGRAMME, "amount": 100, "period": YEAR, "pace": {"curve": "by_day", "yellow_to": 5}}
    made = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", body).json()
    assert (made["pace"]["curve"], made["pace"]["yellow_to"], made["pace"]["smooth_below"]) == ("by_day", 5, 20)
    site.ask(Role.BUREAU_OFFICER, "POST", f"/v1/quotas/{made['id']}/allocation", {"shares": {"donghu": 40}})
    path, by_hand = f"/v1/quotas/{made['id']}/pace", {"curve": "by_hand", "expected": [*range(5, 60, 5), 100]}
    assert site.ask(Role.BUREAU_OFFICER, "PUT", path, by_hand).status_code == 428
    stale = site.ask(Role.BUREAU_OFFICER, "PUT", path, by_hand, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    chosen = site.ask(Role.BUREAU_OFFICER, "PUT", path, by_hand, headers={"If-Match": '"1"'})
    assert (chosen.status_code, chosen.json()["pace"]["curve"], chosen.headers["ETag"]) == (200, "by_hand", '"2"')
    rows = site.get(f"/v1/progress?programme={PROGRAMME}&as_of=2019-06-30").json()["items"]
    assert [row["pace"]["expected_percent"] for row in rows if row["amount"]] == ["30.00", "30.00"]
    for wrong in ({"curve": "by_hand", "expected": [50, 100]}, {"curve": "by_day", "expected": [100]}):
        refused = site.ask(Role.BUREAU_OFFICER, "PUT", path, wrong, headers={"If-Match": '"2"'})
        assert refused.status_code == 422
    too_short = site.ask(
        Role.BUREAU_OFFICER,
        "POST",
        "/v1/quotas",
        body | {"unit": "xihu", "pace": {"curve": "by_hand", "expected": [100]}},
    )
    assert too_short.json()["errors"][0]["pointer"] == "/pace/expected"
