"""The calendar that public notices run by: years of the package, decrees over them, notices that run meanwhile."""

from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.transitions.test_workflow import Drafts, published

BUREAU = "bureau"
# 国办发明电〔2019〕16号 had the holiday from 24 to 30 January; 国办发明电〔2020〕1号 lengthened it to 2 February.
BEFORE = {
    "document_no": "国办发明电〔2019〕16号",
    "days_off": ["2020-01-01", *(f"2020-01-{day}" for day in (24, 27, 28, 29, 30))],
    "days_worked": ["2020-01-19", "2020-02-01"],
}
AFTER = {
    "document_no": "国办发明电〔2020〕1号",
    "days_off": [*BEFORE["days_off"], "2020-01-31"],
    "days_worked": ["2020-01-19"],
}


def enter(registry: Registry, year: int, body: Any, version: int = 0, query: str = "") -> Any:
    """Put by two officers: the answer to the one who puts it into force."""
    for name in (BUREAU, "bureau-2"):
        answer = registry.ask(name, "PUT", f"/v1/calendar/{year}{query}", body, If_Match=f'"{version}"')
        if answer.status_code != 202:
            break
    return answer


def on_notice(registry: Registry, first_day: str) -> Any:
    registration_id = Drafts(registry, "notice").at("proposed")
    return published(registry, registration_id, first_day).json()


def test_d13_a_decree_that_comes_while_a_notice_runs_moves_its_end_and_says_so(registry: Registry) -> None:
    """D13: five working days from 22 January 2020, and the holiday is lengthened on the 26th."""
    assert enter(registry, 2020, BEFORE).status_code == 200
    noticed = on_notice(registry, "2020-01-22")
    assert noticed["notice_last_day"] == "2020-02-04"
    moved = [{"registration_id": noticed["id"], "last_day_before": "2020-02-04", "last_day": "2020-02-06"}]
    tried = enter(registry, 2020, AFTER, 1, "?dry_run=true").json()
    assert (tried["dry_run"], tried["notices"]) == (True, moved)
    path = f"/v1/registrations/{noticed['id']}"
    assert registry.get(BUREAU, path).json()["notice_last_day"] == "2020-02-04"
    changed = enter(registry, 2020, AFTER, 1)
    assert (changed.json()["notices"], changed.headers["etag"]) == (moved, '"2"')
    now = registry.get(BUREAU, path).json()
    assert (now["notice_last_day"], now["version"]) == ("2020-02-06", noticed["version"] + 1)
    last = registry.get(BUREAU, f"{path}/history").json()["items"][-1]
    assert (last["action"], last["state"], last["reason"]) == ("reckon_notice", "on_notice", AFTER["document_no"])
    early = registry.act(BUREAU, noticed["id"], "recognise", decision_no="1", decision_date="2020-02-06")
    assert [each["code"] for each in early.json()["errors"]] == ["notice_running"]


def test_the_package_has_the_lengthened_holiday_by_itself(registry: Registry) -> None:
    year = registry.get("leader", "/v1/calendar/2020").json()
    assert (year["source"], year["version"]) == ("package", 0)
    assert set(AFTER["days_off"]) <= set(year["days_off"])
    assert "2020-01-19" in year["days_worked"]
    assert on_notice(registry, "2020-01-22")["notice_last_day"] == "2020-02-06"


def test_a_notice_that_no_change_concerns_stays_as_it_is(registry: Registry) -> None:
    noticed = on_notice(registry, "2019-09-27")
    assert enter(registry, 2020, AFTER).json()["notices"] == []
    assert registry.get(BUREAU, f"/v1/registrations/{noticed['id']}").json()["version"] == noticed["version"]


def test_d14_a_year_that_is_not_loaded_refuses_until_it_is_entered(registry: Registry) -> None:
    """D14: 2027 is no year of weekdays; who publishes is told how it is loaded."""
    assert registry.get("leader", "/v1/calendar/2027").json()["source"] == "not_loaded"
    draft = Drafts(registry, "notice").at("proposed")
    refused = published(registry, draft, "2026-12-28").json()
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/effective_on", "calendar_not_loaded")]
    assert "2027 年的工作日历尚未载入" in refused["errors"][0]["detail"]
    first = registry.act(BUREAU, draft, "publish", effective_on="2026-12-28", impact_assessment_ref="PIA-2026-01")
    assert first.status_code == 422  # not left to a second officer to find out
    assert enter(registry, 2027, {"document_no": "X", "days_off": ["2027-01-01"], "days_worked": []}).status_code == 200
    noticed = published(registry, draft, "2026-12-28").json()
    assert noticed["notice_last_day"] == "2027-01-05"


def test_a_year_is_changed_at_the_version_that_was_read(registry: Registry) -> None:
    assert enter(registry, 2019, AFTER | {"days_off": [], "days_worked": []}, 1).status_code == 412
    assert registry.ask(BUREAU, "PUT", "/v1/calendar/2019", AFTER).status_code == 428


def test_another_officer_sees_the_decree_that_waits(registry: Registry) -> None:
    path = "/v1/calendar/2019/awaited"
    assert registry.get("bureau-2", path).status_code == 404
    decree = AFTER | {"days_off": [], "days_worked": []}
    registry.ask(BUREAU, "PUT", "/v1/calendar/2019", decree, If_Match='"0"')
    waiting = registry.get("bureau-2", path).json()
    assert {name: waiting[name] for name in decree} == decree
    assert (waiting["void"], bool(waiting["by"]), waiting["notices"]) == (False, True, [])
    registry.ask("bureau-2", "PUT", "/v1/calendar/2019", decree, If_Match='"0"')
    assert registry.get("bureau-2", path).status_code == 404


def test_u17_the_same_calendar_entered_again_stays_as_it_is(registry: Registry) -> None:
    assert enter(registry, 2020, BEFORE).headers["etag"] == '"1"'
    again = enter(registry, 2020, BEFORE | {"days_off": BEFORE["days_off"][::-1]}, 1)
    assert (again.status_code, again.headers["etag"], again.json()["notices"]) == (200, '"1"', [])
    assert enter(registry, 2020, BEFORE | {"document_no": "国办发明电〔2019〕99号"}, 1).headers["etag"] == '"2"'


@pytest.mark.parametrize(
    ("name", "days", "pointer", "code"),
    [
        ("days_off", ["2020-01-01", "2021-01-01"], "/days_off/1", "another_year"),
        ("days_off", ["2020-01-04"], "/days_off/0", "no_change"),
        ("days_worked", ["2020-01-06"], "/days_worked/0", "no_change"),
        ("days_off", ["2020-01-01", "2020-01-01"], "/days_off/1", "twice"),
        ("days_off", ["1.1.2020"], "/days_off/0", "date_ambiguous"),
    ],
)
def test_days_that_cannot_be_meant_are_named(
    registry: Registry, name: str, days: list[str], pointer: str, code: str
) -> None:
    refused = enter(registry, 2020, AFTER | {name: days})
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, code)]
    assert registry.get("leader", "/v1/calendar/2020").json()["version"] == 0
