"""Units over time: transfers, boundary changes and successions, as published and on a comparable basis."""

from datetime import UTC, date, datetime
from typing import Any

from services.quota.figures.queries import progress as progress_
from services.quota.figures.schemas.progress import ProgressQuery
from services.quota.quotas.models import QUOTA
from shared.auth import Role
from shared.contracts.registration import RegistrationEvent, Spell
from shared.db import Database
from tests.quota.conftest import Site
from tests.quota.given import define, deliver, event

AUGUST, MOVED, LEFT, PLAQUES = date(2019, 8, 1), date(2019, 10, 1), date(2019, 12, 1), date(2020, 6, 28)
EVE = date(2020, 6, 27)
AFTER_ALL = datetime(2030, 1, 1, tzinfo=UTC)
CITY = ""
Figures = dict[str, tuple[int, int]]


def figures(database: Database, code: str, on: date, known_at: datetime = AFTER_ALL) -> Figures:
    """Net and in stock of every unit that has any, and of the city."""
    wanted: dict[str, Any] = {"on": on, "known_at": known_at, "past": True}
    found: Figures = {}
    with database.reading() as session:
        for unit in (None, "donghu", "xihu", "honggutan", "wanli", "wanli-bureau"):
            rows = progress_.progress(session, ProgressQuery(**wanted, unit=unit))
            (row,) = [each for each in rows if each.quota.code == code and each.quota.unit is None]
            if any(row.counts):
                found[unit or CITY] = row.counts.net, row.counts.in_stock
    return found


def in_2019(version: int, unit: str, *before: tuple[str, date], boundary: bool = False, **given: Any) -> Any:
    """A base of T12, counted since August 2019, that was with other units before."""
    spells = [Spell(reporting_unit=old, until=until, boundary=boundary) for old, until in before]
    usual = {"programme": "internship-bases", "counted_on": AUGUST, "reporting_unit": unit, "spells": spells}
    return event(given.pop("state", "recognised"), "r1", version, **usual | given)


def test_a_transfer_leaves_the_credit_and_takes_the_stock_from_its_day_on(city: Database) -> None:
    """累计 stays where recognised, 在库 moves on the day, the city never changes; before it was known, neither."""
    heard = datetime(2019, 11, 5, tzinfo=UTC)
    deliver(city, in_2019(1, "donghu"), in_2019(2, "xihu", ("donghu", MOVED), time=heard))
    assert figures(city, "T12", date(2019, 9, 30)) == {CITY: (1, 1), "donghu": (1, 1)}
    assert figures(city, "T12", MOVED) == {CITY: (1, 1), "donghu": (1, 0), "xihu": (0, 1)}
    assert figures(city, "T12", MOVED, known_at=datetime(2019, 11, 4, tzinfo=UTC)) == {CITY: (1, 1), "donghu": (1, 1)}
    deliver(city, in_2019(3, "xihu", ("donghu", MOVED), state="exited", ended_on=LEFT))
    assert figures(city, "T12", LEFT) == {CITY: (1, 0), "donghu": (1, 0)}
    assert figures(city, "T12", date(2019, 11, 30)) == {CITY: (1, 1), "donghu": (1, 0), "xihu": (0, 1)}
    deliver(city, in_2019(4, "xihu", ("donghu", MOVED), state="revoked", ended_on=LEFT))
    assert figures(city, "T12", MOVED) == {CITY: (0, 0), "donghu": (0, 0)}


def test_a_unit_has_in_its_own_quota_whom_it_recognised_and_in_stock_who_is_there(site: Site) -> None:
    own = {
        unit: define(site.database, programme="internship-bases", unit=unit, amount=5, period={"start": "2019-01-01"})
        for unit in ("donghu", "xihu")
    }
    deliver(site.database, in_2019(1, "donghu"), in_2019(2, "xihu", ("donghu", MOVED)))

    def standing(unit: str) -> tuple[int, int, int]:
        row = site.get(f"/v1/progress?unit={unit}&programme=internship-bases").json()["items"]
        (found,) = [each for each in row if each["quota_id"] == str(own[unit].id)]
        return found["gross"], found["net"], found["in_stock"]

    assert (standing("donghu"), standing("xihu")) == ((1, 1, 0), (0, 0, 1))


def test_who_may_see_a_record_is_who_has_it_in_the_figure(site: Site) -> None:
    """T12 counts what is there: after the transfer the new unit's officer finds the record behind the figure."""
    deliver(site.database, in_2019(1, "donghu"), in_2019(2, "xihu", ("donghu", MOVED)))
    with site.database.reading() as session:
        quota = session.execute(QUOTA.select().where(QUOTA.c.code == "T12")).one().id

    def behind(unit: str, query: str = "") -> int:
        about = {"reporting_unit": unit}
        path = f"/v1/quotas/{quota}/registrations{query}"
        return len(site.ask(Role.DISTRICT_OFFICER, "GET", path, about=about).json()["items"])

    assert (behind("donghu"), behind("xihu")) == (0, 1)
    assert (behind("donghu", "?as_of=2019-09-30"), behind("xihu", "?as_of=2019-09-30")) == (1, 0)


def test_e01_wanli_rolls_to_its_bureau_and_2019_stays_as_published(site: Site) -> None:
    """Nothing is rewritten: the day that is asked for decides which of the two reports; a late report rolls too."""
    events: list[RegistrationEvent] = [
        event(name=n, programme="internship-bases", counted_on=AUGUST, reporting_unit="wanli") for n in range(3)
    ]
    deliver(site.database, *events)
    for day in (date(2019, 12, 31), EVE):
        assert figures(site.database, "T12", day) == {CITY: (3, 3), "wanli": (3, 3)}
    assert figures(site.database, "T12", PLAQUES) == {CITY: (3, 3), "wanli-bureau": (3, 3)}
    for query, unit in (("&as_of=2019-12-31", "wanli"), ("&as_of=2020-06-28", "wanli-bureau"), ("", "wanli-bureau")):
        (row,) = site.get(f"/v1/progress?programme=internship-bases&by=unit{query}").json()["items"]
        assert (row["value"], row["units"]) == (3, [{"unit": unit, "value": 3}])


def test_e02_a_township_that_went_elsewhere_takes_its_credit_along(city: Database) -> None:
    """The city's figure is the same on every day; the boundary moves 累计 and 在库 alike."""
    deliver(city, in_2019(1, "donghu"), in_2019(2, "honggutan", ("donghu", PLAQUES), boundary=True))
    assert figures(city, "T12", EVE) == {CITY: (1, 1), "donghu": (1, 1)}
    assert figures(city, "T12", PLAQUES) == {CITY: (1, 1), "honggutan": (1, 1)}
    both = [Spell(reporting_unit="donghu", until=MOVED), Spell(reporting_unit="xihu", until=PLAQUES, boundary=True)]
    deliver(city, in_2019(3, "honggutan", spells=both))
    assert figures(city, "T12", PLAQUES) == {CITY: (1, 1), "donghu": (1, 0), "honggutan": (0, 1)}


def test_months_and_past_figures_of_a_unit_follow_who_moved_and_what_it_took_over(site: Site) -> None:
    """A late report of the old bureau's time stands with the unit that has followed it, from the month it did."""
    programme: dict[str, Any] = {"programme": "internship-bases", "counted_on": AUGUST}
    late = datetime(2020, 9, 4, 2, tzinfo=UTC)
    in_time = datetime(2019, 8, 20, 2, tzinfo=UTC)
    deliver(
        site.database,
        event(name=1, reporting_unit="wanli", time=in_time, **programme),
        event(name=2, reporting_unit="wanli", time=late, **programme),
    )
    with site.database.reading() as session:
        quota = session.execute(QUOTA.select().where(QUOTA.c.code == "T12")).one().id

    def value(unit: str, wanted: str) -> int:
        rows = site.get(f"/v1/progress?programme=internship-bases&unit={unit}&{wanted}").json()["items"]
        return next(int(row["value"]) for row in rows if row["quota_id"] == str(quota))

    then = "known_at=2020-09-01T00:00:00Z"
    assert (value("wanli-bureau", "as_of=2020-12-31"), value("wanli-bureau", f"as_of=2020-12-31&{then}")) == (2, 1)
    assert (value("wanli", "as_of=2019-12-31"), value("wanli", f"as_of=2019-12-31&{then}")) == (2, 1)
    months = site.get(f"/v1/quotas/{quota}/series?unit=wanli-bureau").json()["items"]
    by_month = {each["month"]: (each["added"], each["late"], each["learnt_late"]) for each in months}
    assert by_month == {f"{PLAQUES:%Y-%m}": (2, 1, 0), "2020-09": (0, 0, 1)} | {
        month: (0, 0, 0) for month in by_month if f"{PLAQUES:%Y-%m}" < month < "2020-09"
    }


def test_e05_a_unit_that_did_not_exist_is_compared_on_a_comparable_basis_or_not_at_all(site: Site) -> None:
    """同比 of 2020 against 2019, recomputed on today's boundaries and labelled; where nothing was, there is none."""

    def teacher(n: int, on: date, unit: str, *spells: Spell) -> RegistrationEvent:
        return event(name=n, programme="youth-intake", counted_on=on, reporting_unit=unit, spells=list(spells))

    rezoned = Spell(reporting_unit="donghu", until=PLAQUES, boundary=True)
    july_2019, july_2020 = date(2019, 7, 3), date(2020, 7, 3)
    deliver(
        site.database,
        *(teacher(n, july_2019, "honggutan", rezoned) for n in range(2)),
        *(teacher(n, july_2020, "honggutan") for n in range(2, 5)),
        *(teacher(n, july_2019, "wanli") for n in range(5, 7)),
        *(teacher(n, july_2020, "wanli-bureau") for n in range(7, 8)),
        teacher(8, date(2021, 9, 3), "honggutan"),
    )
    with site.database.reading() as session:
        quota = session.execute(QUOTA.select().where(QUOTA.c.code == "T11")).one().id

    def month(unit: str, wanted: str) -> tuple[int, str | None, str]:
        months = site.get(f"/v1/quotas/{quota}/series?unit={unit}").json()["items"]
        (found,) = [each for each in months if each["month"] == wanted]
        return found["added"], found["year_on_year_percent"], found["year_on_year_basis"]

    assert month("honggutan", "2020-07") == (3, "50.0", "comparable")
    assert month("wanli-bureau", "2020-07") == (1, "-50.0", "comparable")
    assert month("wanli-bureau", "2020-06") == (2, None, "comparable")
    assert month("honggutan", "2021-09") == (1, None, "reported")
    assert month("donghu", "2019-07") == (2, None, "reported")
    assert site.get(f"/v1/quotas/{quota}/series?unit=pudong").status_code == 422


def test_e11_the_posts_are_pooled_and_a_district_shows_what_it_contributes(site: Site) -> None:
    """T13, 全市统筹: a value and no 完成率, no amount, no pace; the city has all three."""
    posts = [event(name=("post", n), programme="public-welfare-posts", subject_kind="post") for n in range(3)]
    deliver(site.database, *posts)
    (unit,) = [e for e in site.get("/v1/progress?unit=donghu").json()["items"] if e["code"] == "T13"]
    (whole,) = [e for e in site.get("/v1/progress").json()["items"] if e["code"] == "T13"]
    assert (unit["value"], unit["amount"], unit["completion_percent"], unit["city_pool"]) == (3, None, None, True)
    assert (unit["status"], unit["pace"], unit["remaining"]) == ("no_amount", None, None)
    assert (whole["value"], whole["completion_percent"]) == (3, "0.1")
