"""Indicators: reported, corrected, judged, and shown in the yearly report."""

from typing import Any

import pytest

from shared.auth import Role
from tests.quota.bulletins.published import content, publish
from tests.quota.conftest import Site
from tests.quota.given import nanchang


def test_the_annual_report_says_what_is_missing(site: Site) -> None:
    report = content(site, "2019", kind="annual_report")
    assert report["title"]["zh"] == "2019年度人才与科技创新评估报告"
    assert report["document"]["zh"].startswith("《南昌市贯彻落实〈江西省创新驱动发展纲要〉实施方案》")
    missing = [each["zh"] for each in report["missing"]]
    assert "科技进步贡献率（2020年）：未报送2019年数据" in missing
    assert "海外高层次人才：目标未定期限，不计序时进度" in missing


def test_indicators_are_reported_corrected_and_shown(site: Site) -> None:
    """A correction keeps the old value; the bulletin published between the two keeps what it said."""
    listed = site.get("/v1/indicators", params={"as_of": "2019-12-31"}).json()["items"]
    high_tech = next(each for each in listed if each["code"] == "I11")
    assert (high_tech["amount"], high_tech["horizon"], high_tech["value"], high_tech["status"]) == (
        "1200",
        2020,
        None,
        None,
    )
    place = f"/v1/indicators/{high_tech['id']}/values"
    value = {"value": "0.12万", "as_of": "2019-12-31", "source": "科技部门", "document_no": "洪科字〔2020〕1号"}
    value |= {"reported_on": "2020-01-08"}
    first = site.ask(Role.BUREAU_OFFICER, "POST", place, value)
    assert (first.status_code, first.json()["value"], first.json()["version"]) == (201, "1200", 1)
    assert site.ask(Role.BUREAU_OFFICER, "POST", place, value).json()["errors"][0]["code"] == "unchanged"
    before = publish(site, "2019-12").json()
    second = site.ask(Role.BUREAU_OFFICER, "POST", place, value | {"value": "1201", "document_no": "洪科字〔2020〕2号"})
    assert second.json()["version"] == 2
    assert [each["value"] for each in site.get(place).json()["items"]] == ["1201", "1200"]
    event = {}
    for name, found in {"before": before["content"], "after": content(site, "2019-12")}.items():
        event[name] = next(each for each in found["indicators"] if each["code"] == "I11")
    assert [(each["value"], each["status"]) for each in event.values()] == [("1200", "short"), ("1201", "attained")]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"value": "about 5"}, "/value", "number"),
        ({"value": 2.2}, "/value", "string_type"),
        ({"value": "100.1"}, "/value", "above_whole"),
        ({"as_of": "2199-12-31"}, "/as_of", "in_the_future"),
        ({"source": ""}, "/source", "string_too_short"),
    ],
)
def test_what_is_wrong_with_a_value_is_named(site: Site, change: Any, pointer: str, code: str) -> None:
    share = next(each for each in site.get("/v1/indicators").json()["items"] if each["code"] == "I01")
    value = {
        "value": "61.2",
        "as_of": "2019-12-31",
        "source": "统计部门",
        "document_no": "1",
        "reported_on": "2020-01-08",
    }
    answer = site.ask(Role.BUREAU_OFFICER, "POST", f"/v1/indicators/{share['id']}/values", value | change)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert answer.json()["errors"][0]["code"] == code


def test_indicators_come_with_the_policy_once(site: Site) -> None:
    """Applied again nothing changes; another amount is told in the dry run and put in force."""
    assert len(site.get("/v1/indicators").json()["items"]) == 19
    body = nanchang().model_dump(mode="json")
    assert site.ask(Role.BUREAU_OFFICER, "PUT", "/v1/policy", body).json()["changes"] == []
    body["indicators"][10]["amount"] = "1300"
    for officer, dry_run in (("bureau", True), ("bureau", False), ("bureau-2", False)):
        changes = site.ask(officer, "PUT", f"/v1/policy?dry_run={dry_run}", body).json()["changes"]
        assert [(each["action"], each["kind"], each["code"], each["period"]) for each in changes] == [
            ("changed", "indicator", "I11", "2020")
        ]
    found = next(each for each in site.get("/v1/indicators").json()["items"] if each["code"] == "I11")
    assert (found["amount"], found["version"]) == ("1300", 2)
