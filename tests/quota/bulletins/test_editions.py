"""What an edition says: ranks, comparisons, remarks, and what it restates of the one before."""

from datetime import UTC, date, datetime
from typing import Any

from shared.auth import Role
from tests.quota.bulletins.published import PROGRAMME, SPAN, content, head, publish, read
from tests.quota.conftest import Site
from tests.quota.given import define, deliver, event
from tests.quota.policy.test_allocating import split
from tests.quota.returns.test_nil_returns import OCTOBER, shared_out
from tests.quota.returns.test_nil_returns import PROGRAMME as DUAL

UNREPORTED = "no report"


def line(found: Any, code: str) -> Any:
    (one,) = [each for each in found["city"] if each["code"] == code]
    return one


def units(found: Any, code: str) -> dict[str, Any]:
    (table,) = [each for each in found["programmes"] if each["code"] == code]
    return {each["unit"]: each for group in table["groups"] for each in group["lines"]}


def test_units_are_ranked_apart_with_ties_and_what_may_be_compared(ranked: Site) -> None:
    """县区 and 开发区 apart, 并列, 位次变化, 同比 undefined where there was nothing, contribution without an amount."""
    found = content(ranked, "2019-12")
    rows = units(found, "T03")
    places = {unit: (rows[unit]["rank"], rows[unit]["tied"], rows[unit]["rank_change"]) for unit in rows}
    assert (places["donghu"], places["xihu"]) == ((1, False, 0), (2, False, 0))
    assert (places["qingyunpu"], places["wanli"]) == ((3, True, 0), (3, True, 1))
    assert (rows["gaoxin-zone"]["rank"], rows["gaoxin-zone"]["completion_percent"]) == (1, "90.0")
    assert (rows["jinxian"]["rank"], rows["jinxian"]["amount"], rows["jinxian"]["value"]) == (None, None, 1)
    assert (rows["anyi"]["value"], rows["anyi"]["added"]) == (None, None)
    assert rows["anyi"]["notes"][0]["zh"] == "未报送"
    assert (rows["xihu"]["year_ago"], rows["xihu"]["year_on_year_percent"]) == (1, "300.0")
    assert (rows["donghu"]["year_ago"], rows["donghu"]["year_on_year_percent"]) == (0, None)
    city = line(found, "T03")
    assert (city["value"], city["added"], city["expected_percent"]) == (22, 1, "40.00")
    assert "wanli-bureau" not in rows


def test_no_data_is_no_zero_and_a_nil_return_is_one(ranked: Site) -> None:
    """零报告: who never said anything has an amount and no figure, place or lamp; nor had one before its first word."""
    for unit in ("anyi", "xinjian"):
        define(ranked.database, programme=PROGRAMME, unit=unit, amount=5, period=SPAN)
    nil = {"programme": PROGRAMME, "unit": "xinjian", "month": "2019-03"}
    assert ranked.ask(Role.BUREAU_OFFICER, "POST", "/v1/nil-returns", nil).status_code == 201
    march = units(content(ranked, "2019-03"), "T03")
    shown = ("amount", "value", "completion_percent", "ahead_points", "lamp", "rank")
    assert [march["anyi"][name] for name in shown] == [5, None, None, None, None, None]
    assert [march["xinjian"][name] for name in shown] == [5, 0, "0.0", "-25.00", "red", 5]
    assert (march["anyi"]["notes"][0]["zh"], march["xinjian"]["notes"]) == ("未报送", [])
    assert (march["xihu"]["rank_change"], march["xinjian"]["rank_change"]) == (-1, None)


def test_e11_a_city_pool_shows_contributions_and_no_completion(site: Site) -> None:
    deliver(site.database, event(name="post", programme="public-welfare-posts", subject_kind="post"))
    found = content(site, "2019-12")
    post = units(found, "T13")["donghu"]
    assert (post["value"], post["completion_percent"], post["rank"]) == (1, None, None)
    assert post["notes"] == [{"zh": "全市统筹", "en": "pooled over the city"}]
    assert line(found, "T13")["completion_percent"] == "0.0"


def test_units_that_owe_a_report_of_the_month_are_named_and_the_rest_of_the_amount(site: Site) -> None:
    """未报送, 未分解: who reported in the month is not named; the city's line says what is left over."""
    shared_out(site.database)
    of: dict[str, Any] = {"programme": DUAL, "counted_on": date(2019, 3, 1)}
    deliver(
        site.database,
        *(event(name=unit, reporting_unit=unit, time=OCTOBER, **of) for unit in ("donghu", "xihu")),
        event(name="anyi", reporting_unit="anyi", time=datetime(2019, 9, 20, tzinfo=UTC), **of),
    )
    found = content(site, "2019-10")
    rows = units(found, DUAL)
    assert {
        unit for unit in ("donghu", "xihu", "anyi") if {"zh": "未报送", "en": UNREPORTED} in rows[unit]["notes"]
    } == {"anyi"}
    assert "anyi" not in [unit for unit, row in rows.items() if row["value"] is None]
    assert "Anyi" in " ".join(each["en"] for each in found["silent"])
    assert line(found, DUAL)["notes"] == [{"zh": "未分解20", "en": "20 given to no unit"}]


def test_what_was_given_beyond_the_amount_is_no_negative_remainder(site: Site) -> None:
    quota = define(site.database, programme=DUAL, amount=2_000, period={"start": "2019-01-01", "end": "2019-12-31"})
    split(site.database, quota, {"donghu": 3_500}, confirmed=True)
    note = {"zh": "超额分解1,500", "en": "1,500 given beyond the amount"}
    assert line(content(site, "2019-10"), DUAL)["notes"] == [note]


def test_e05_a_unit_that_did_not_exist_last_year_has_nothing_to_compare_with(site: Site) -> None:
    deliver(site.database, head("a", "wanli-bureau", "2020-07-01"), head("b", "wanli-bureau", "2019-07-01"))
    row = units(content(site, "2020-07"), "T03")["wanli-bureau"]
    assert (row["value"], row["year_ago"], row["year_on_year_percent"]) == (2, None, None)


def test_c26_one_below_the_amount_is_not_a_hundred_percent(site: Site) -> None:
    define(site.database, programme=PROGRAMME, unit="xihu", amount=3, period=SPAN)
    define(site.database, programme="science-commissioners", amount=2001, period={"start": "2019-01-01"})
    deliver(site.database, *(event(name=n, programme="science-commissioners") for n in range(2000)))
    found = line(content(site, "2019-12"), "science-commissioners")
    assert (found["value"], found["completion_percent"]) == (2000, "99.9")


def test_d01_what_is_entered_late_is_listed_by_the_next_edition(site: Site) -> None:
    """补报: December stays as published, January says what December is now, and so does the series."""
    deliver(site.database, head("in time", on="2020-12-10"))
    december = publish(site, "2020-12").json()
    deliver(site.database, head("late", on="2020-12-28"), head("january", on="2021-01-05"))
    january = content(site, "2021-01")
    (restated,) = january["restatements"]
    assert (restated["code"], restated["published"], restated["revised"]) == ("T03", 1, 2)
    assert restated["causes"] == [{"cause": "late_report", "change": 1, "heads": 1, "years": [2020]}]
    assert (line(january, "T03")["added"], line(january, "T03")["value"]) == (1, 3)
    assert line(read(site, december, "json").json()["content"], "T03")["value"] == 1
    again = content(site, "2020-12")
    assert (again["edition_no"], line(again, "T03")["value"], len(again["restatements"])) == (2, 2, 1)
    assert content(site, "2021-02")["restatements"] == []


def test_f04_revoked_in_2021_and_recognised_in_2019(site: Site) -> None:
    """As published 2019 stays, as revised it is one less, with a note; F05: who leaves changes no flow."""
    deliver(site.database, *(head(n, on="2019-06-01") for n in range(3)))
    year = publish(site, "2019").json()
    assert publish(site, "2021-04").status_code == 201
    deliver(site.database, head(0, state="revoked", on="2019-06-01", version=2))
    deliver(site.database, head(1, state="exited", on="2019-06-01", version=2, ended_on=date(2021, 5, 3)))
    made = publish(site, "2021-05").json()
    (restated,) = made["content"]["restatements"]
    assert (restated["published"], restated["revised"]) == (3, 2)
    assert restated["causes"] == [{"cause": "revoked", "change": -1, "heads": 1, "years": [2019]}]
    assert "2019年认定、其后撤销的 1 名" in read(site, made, "html").text
    assert line(read(site, year, "json").json()["content"], "T03")["value"] == 3
    again = content(site, "2019")
    assert (line(again, "T03")["value"], again["restatements"]) == (2, [restated])


def test_transfers_revised_amounts_and_new_quotas(site: Site) -> None:
    """划转 changes units and no city; a revised amount is named; a quota laid down since restates nothing."""
    deliver(site.database, head("moves"), event(name="teacher", programme="dual-qualified-teachers"))
    content(site, "2019-10")
    deliver(site.database, head("moves", "xihu", version=2))
    quota = define(site.database, programme="dual-qualified-teachers", amount=4, period={"start": "2019-01-01"})
    t03 = next(each for each in site.get("/v1/progress").json()["items"] if each["code"] == "T03")
    revision = {"amount": 1100, "effective_on": "2019-11-01", "document_no": "洪府发〔2019〕9号"}
    for officer in ("bureau", "bureau-2"):
        site.ask(officer, "POST", f"/v1/quotas/{t03['quota_id']}/revisions", revision)
    found = content(site, "2019-11")
    (restated,) = found["restatements"]
    assert [(each["cause"], each["change"]) for each in restated["causes"]] == [("transferred", 0)]
    assert {each["unit"]: each["change"] for each in restated["units"]} == {"donghu": -1, "xihu": 1}
    (amount,) = found["amounts_revised"]
    assert (amount["amount_before"], amount["amount"], amount["document_no"]) == (1000, 1100, "洪府发〔2019〕9号")
    assert line(found, "T03")["amount"] == 1100
    assert str(quota.id) in {each["quota_id"] for each in found["city"]}


def test_month_on_month_where_it_is_asked_for(ranked: Site) -> None:
    deliver(ranked.database, *(head(("november", n), on="2019-11-03") for n in range(2)))
    assert line(content(ranked, "2019-12"), "T03")["month_on_month_percent"] is None
    assert line(content(ranked, "2019-12", month_on_month=True), "T03")["month_on_month_percent"] == "-50.0"
