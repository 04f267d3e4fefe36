"""Progress over HTTP."""

from tests.quota.conftest import Site
from tests.quota.own import PROGRAMME


def test_progress_says_everything_the_contract_names(site: Site, quota_id: str) -> None:
    """One item, field by field."""
    wanted = {"programme": PROGRAMME, "as_of": "2019-06-30", "by": "unit"}
    item, counted = site.get("/v1/progress", params=wanted).json()["items"]
    assert (counted["code"], counted["amount"], counted["completion_percent"]) == ("N03", None, None)
    assert item.pop("known_at").endswith("Z")
    assert all(each.pop("detected_at").endswith("Z") for each in item["milestones"])
    assert item == {
        "quota_id": quota_id,
        "code": PROGRAMME,
        "programme": PROGRAMME,
        "unit": None,
        "kind": "goal",
        "comparison": "at_least",
        "amount": 4,
        "amount_max": None,
        "tolerance_percent": 0,
        "measure": "net_cumulative",
        "measure_word": "名",
        "wording": "“双师型”教师",
        "clause": "",
        "city_pool": False,
        "period": {"start": "2019-01-01", "end": "2019-12-31", "basis": "operator_set", "label": "2019"},
        "gross": 4,
        "revoked": 0,
        "net": 4,
        "in_stock": 4,
        "programme_stock": None,
        "value": 4,
        "remaining": 0,
        "unallocated": None,
        "completion_percent": "100.0",
        "status": "attained",
        "pace": {
            "expected_percent": "50.00",
            "ahead_points": "50.00",
            "lamp": "green",
            "catch_up": 0,
            "curve": "by_month",
            "by_quarter": True,
        },
        "forecast": {
            "value_at_end": 8,
            "low": 5,
            "high": 11,
            "attained_on": "2019-04-01",
            "needed_per_week": 0.0,
        },
        "silent": None,
        "milestones": [
            {"percent": 25, "state": "reached", "reached_on": "2019-01-01"},
            {"percent": 50, "state": "reached", "reached_on": "2019-02-01"},
            {"percent": 75, "state": "reached", "reached_on": "2019-03-01"},
            {"percent": 90, "state": "reached", "reached_on": "2019-04-01"},
            {"percent": 100, "state": "reached", "reached_on": "2019-04-01"},
        ],
        "seats": None,
        "parked": 0,
        "units": [{"unit": "donghu", "value": 3}, {"unit": "xihu", "value": 1}],
        "of_which": [],
        "as_of": "2019-06-30",
    }


def test_progress_leaves_out_what_has_not_begun(site: Site) -> None:
    """As of the end of 2018, no quota of 2019 is shown, and of rounds the first alone."""
    items = site.get("/v1/progress", params={"as_of": "2018-12-31"}).json()["items"]
    assert [item["period"]["label"] for item in items if item["code"] in ("T08", "T10")] == ["2018", "2018-2019"]
    assert site.get("/v1/progress", params={"as_of": "31.12.2018"}).status_code == 422


def test_an_english_reader_reads_english(site: Site) -> None:
    """The wording and the measure word follow Accept-Language."""
    items = site.get("/v1/progress", headers={"Accept-Language": "en"}).json()["items"]
    assert (items[0]["wording"], items[0]["measure_word"]) == (
        "gather 100 top talents and national leading talents",
        "persons",
    )


def test_u02_as_known_at_the_end_of_our_calendar(site: Site) -> None:
    assert site.get("/v1/progress?known_at=9999-12-31T23:00:00Z").status_code == 422
    assert site.get("/v1/progress?known_at=2199-12-31T15:00:00Z").status_code == 200
