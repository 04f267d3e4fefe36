"""Transitions of registrations: the workflows from end to end, two officers, dates, events."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.registry.transitions.rules.workflow import TRANSITION_RULES, TransitionRule
from shared import clock
from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.subjects import organisation, person
from tests.registry.transitions.test_workflow import DECIDED, PUBLISHED, A, Drafts, carried_out, paths, published


def history(registry: Registry, registration_id: str) -> list[dict[str, Any]]:
    items = registry.get("bureau", f"/v1/registrations/{registration_id}/history").json()["items"]
    assert [each["version"] for each in items] == list(range(1, len(items) + 1))
    return list(items)


def test_the_notice_workflow_from_end_to_end(registry: Registry) -> None:
    registration_id = registry.post(A, "/v1/registrations", organisation()).json()["id"]
    acts: list[tuple[str, str, dict[str, str]]] = [
        ("institution-a-reviewer", "endorse", {}),
        ("district-donghu", "pass_district", {}),
        ("bureau", "pass_city", {}),
        ("bureau", "propose", {}),
        ("bureau", "publish", PUBLISHED),
        ("bureau", "object", {"reason": "收到实名异议"}),
        ("bureau-2", "dismiss_objection", {"reason": "经查不成立"}),
        ("bureau", "recognise", DECIDED),
    ]
    for name, action, given in acts:
        assert registry.act(name, registration_id, action, **given).status_code == (202 if action == "publish" else 200)
        if action == "publish":
            assert registry.act("bureau-2", registration_id, action, **given).status_code == 200
    shown = registry.get(A, f"/v1/registrations/{registration_id}").json()
    assert (shown["state"], shown["counted_on"], shown["version"]) == ("recognised", "2019-12-20", 9)
    assert {name: shown[name] for name in DECIDED} == DECIDED
    assert (shown["notice_first_day"], shown["notice_last_day"]) == ("2019-09-27", "2019-10-10")
    answered = [(entry["by"], entry["action"]) for entry in history(registry, registration_id)]
    assert answered == [(A, "submit")] + [(name, action) for name, action, _ in acts]
    assert history(registry, registration_id)[5]["impact_assessment_ref"] == "PIA-2019-07"
    assert history(registry, registration_id)[6]["reason"] == "收到实名异议"


def test_the_review_workflow_goes_back_for_correction_and_on(registry: Registry) -> None:
    body = person(programme="dual-qualified-teachers")
    registration_id = registry.post(A, "/v1/registrations", body).json()["id"]
    path = f"/v1/registrations/{registration_id}"
    assert registry.act("district-donghu", registration_id, "return", reason="请补充学校").status_code == 200
    change = {"details": {"school": "测试学校"}}
    assert registry.ask(A, "PATCH", path, change, If_Match='"2"').status_code == 200
    for name, action, given in [
        (A, "submit", {}),
        ("institution-a-reviewer", "endorse", {}),
        ("district-donghu", "pass_district", {}),
        ("bureau", "pass_city", {}),
        ("bureau", "recognise", DECIDED),
    ]:
        assert registry.act(name, registration_id, action, **given).status_code == 200
    states = [entry["state"] for entry in history(registry, registration_id)]
    passed = ["submitted", "endorsed", "district_passed", "city_passed", "recognised"]
    assert states == ["submitted", "returned", "returned", *passed]
    assert registry.get(A, path).json()["counted_on"] == "2019-12-20"
    kinds = [type(event).__name__ for event in registry.events()]
    assert kinds == [f"Registration{kind}" for kind in ("Submitted", "Returned", "Submitted", "Recognised")]


def test_whoever_wrote_or_amended_a_registration_does_not_endorse_it(registry: Registry) -> None:
    written = registry.post("bureau", "/v1/registrations", organisation(1)).json()["id"]
    refused = registry.act("bureau", written, "endorse")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/four-eyes")
    assert registry.act("bureau-2", written, "endorse").status_code == 200
    amended = registry.post(A, "/v1/registrations", organisation(2, submit=False)).json()["id"]
    changed = registry.ask("bureau", "PATCH", f"/v1/registrations/{amended}", {"township": "扬子洲镇"}, If_Match='"1"')
    assert changed.status_code == 200
    assert registry.act(A, amended, "submit").status_code == 200
    bulk = registry.post("bureau", "/v1/registrations/transitions", {"ids": [amended], "action": "endorse"}).json()
    assert bulk["items"][0]["problem"]["type"] == "/problems/four-eyes"
    assert registry.act("institution-a-reviewer", amended, "endorse").status_code == 200


def test_a_revocation_needs_two_officers_who_ask_for_the_same(registry: Registry) -> None:
    registration = registry.post(A, "/v1/registrations", person()).json()
    path = f"/v1/registrations/{registration['id']}"

    def revoke(name: str, reason: str) -> int:
        return int(registry.act(name, registration["id"], "revoke", reason=reason).status_code)

    assert revoke("bureau", "材料虚假") == 202
    assert revoke("bureau", "材料虚假") == 202
    assert revoke("bureau-2", "另一理由") == 202  # replaces what was asked, and waits in its turn
    assert revoke("bureau-2", "另一理由") == 202
    assert revoke("bureau-2", "材料虚假") == 202
    assert registry.get(A, path).json() == registration
    assert len(registry.events()) == 1
    assert revoke("bureau", "材料虚假") == 200
    last = history(registry, registration["id"])[-1]
    assert (last["by"], last["second_by"], last["reason"]) == ("bureau-2", "bureau", "材料虚假")
    event = registry.events()[-1]
    assert (event.type, event.state, event.counted_on) == (
        "registry.registration.revoked.v1", "revoked", date(2019, 7, 1),
    )  # fmt: skip


def revoked(registry: Registry, registration_id: str) -> None:
    for name, status in (("bureau", 202), ("bureau-2", 200)):
        assert registry.act(name, registration_id, "revoke", reason="材料虚假").status_code == status


@pytest.mark.parametrize(
    ("action", "state", "ended_on"),
    [(None, "recognised", None), ("suspend", "suspended", None), ("exit", "exited", date(2020, 6, 15))],
)
def test_an_overturned_revocation_leaves_what_was_before(
    registry: Registry, action: str | None, state: str, ended_on: date | None
) -> None:
    registration_id = registry.post(A, "/v1/registrations", person()).json()["id"]
    if action:
        given = {"reason": "离昌"} | ({"effective_on": "2020-06-15"} if action == "exit" else {})
        assert registry.act("bureau", registration_id, action, **given).status_code == 200
    revoked(registry, registration_id)
    restored = registry.act("bureau", registration_id, "overturn_revocation", reason="复议撤销原决定")
    assert (restored.status_code, restored.json()["state"]) == (200, state)
    event = registry.events()[-1]
    assert event.type == "registry.registration.restored.v1"
    assert (event.state, event.counted_on, event.ended_on) == (state, date(2019, 7, 1), ended_on)


def test_a_revocation_is_not_overturned_into_a_second_active_registration(registry: Registry) -> None:
    first = registry.post(A, "/v1/registrations", person()).json()["id"]
    revoked(registry, first)
    assert registry.post("institution-b-clerk", "/v1/registrations", person()).status_code == 201
    refused = registry.act("bureau", first, "overturn_revocation", reason="复议撤销原决定")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-registered")


def on_notice(registry: Registry, first_day: str) -> Any:
    registration_id = Drafts(registry, "notice").at("proposed")
    return published(registry, registration_id, first_day)


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        ("2019-09-27", "2019-10-10"),
        ("2020-01-22", "2020-02-06"),
        ("2018-12-28", "2019-01-07"),
        ("2021-04-30", "2021-05-11"),
    ],
)
def test_d13_the_notice_ends_on_a_working_day_and_nothing_is_decided_before(
    registry: Registry, first_day: str, last_day: str
) -> None:
    answered = on_notice(registry, first_day).json()
    assert answered["notice_last_day"] == last_day
    during = {"decision_no": "1", "decision_date": last_day}
    refused = registry.act("bureau", answered["id"], "recognise", **during)
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/decision_date", "notice_running")
    ]
    after = date.fromisoformat(last_day).replace(day=date.fromisoformat(last_day).day + 1)
    assert (
        registry.act("bureau", answered["id"], "recognise", **during | {"decision_date": str(after)}).status_code == 200
    )


@pytest.mark.parametrize(
    ("first_day", "code"),
    [
        ("2003-06-02", "calendar_not_loaded"),
        ("2026-12-30", "calendar_not_loaded"),
        ("2199-12-31", "calendar_not_loaded"),
        ("9999-12-31", "date_parsing"),
        ("0001-01-01", "date_parsing"),
    ],
)
def test_a_year_without_a_calendar_is_refused(registry: Registry, first_day: str, code: str) -> None:
    refused = on_notice(registry, first_day)
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("/effective_on", code)]


@pytest.mark.parametrize("action", ["exit", "cancel"])
@pytest.mark.parametrize(("day", "code"), [("2019-06-30", "before_counting"), ("2150-01-01", "in_future")])
def test_nothing_ends_before_it_counted_or_in_the_future(registry: Registry, action: str, day: str, code: str) -> None:
    registration_id = registry.post(A, "/v1/registrations", person()).json()["id"]
    refused = registry.act("bureau", registration_id, action, reason="离昌", effective_on=day)
    assert [each["code"] for each in refused.json()["errors"]] == [code]
    ended = registry.act("bureau", registration_id, action, reason="离昌", effective_on="2019-07-01")
    assert (ended.status_code, ended.json()["ended_on"]) == (200, "2019-07-01")


@pytest.mark.parametrize(
    "rule", [each for each in TRANSITION_RULES if each.needs], ids=lambda rule: f"{rule.action} {rule.sources[0]}"
)
def test_an_act_names_every_field_it_lacks(registry: Registry, rule: TransitionRule) -> None:
    workflow = rule.workflows[0] if "direct" not in rule.workflows else "direct"
    registration_id = Drafts(registry, workflow).at(rule.sources[0], *rule.statuses[:1])
    refused = registry.act("bureau", registration_id, rule.action)
    assert {(each["pointer"], each["code"]) for each in refused.json()["errors"]} == {
        (f"/{name}", "needed") for name in rule.needs
    }


def test_many_are_moved_each_with_its_own_outcome(registry: Registry) -> None:
    batch = {"items": [organisation(1), organisation(2), person(1)]}
    items = registry.post(A, "/v1/registrations/batch", batch).json()["items"]
    ids = [each["registration"]["id"] for each in items]
    other = registry.post("institution-b-clerk", "/v1/registrations", organisation(3)).json()["id"]
    absent = "01890000-0000-7000-8000-000000000000"
    wanted = {"ids": [ids[0], absent, ids[2], other, ids[1], ids[0]], "action": "endorse"}
    answered = registry.post("institution-a-reviewer", "/v1/registrations/transitions", wanted).json()["items"]
    assert [(each["id"], each["status"]) for each in answered] == [
        (ids[0], 200), (absent, 404), (ids[2], 409), (other, 404), (ids[1], 200),
    ]  # fmt: skip
    assert answered[1]["problem"] == answered[3]["problem"]
    assert [each["version"] for each in answered if each["status"] == 200] == [2, 2]


def test_every_event_carries_the_full_counting_state(registry: Registry) -> None:
    details = {"skill_level": "3", "certificate_no": "Y000036000001193000001", "issued_by": "school"}
    body = person(programme="highly-skilled-workers", township="扬子洲镇", details=details)
    registration = registry.post(A, "/v1/registrations", body).json()
    for action, given in [("suspend", {}), ("resume", {}), ("exit", {"effective_on": "2020-06-15"})]:
        assert registry.act("bureau", registration["id"], action, reason="说明", **given).status_code == 200
    events = registry.events()
    assert [event.version for event in events] == [1, 2, 3, 4]
    assert [event.state for event in events] == ["recognised", "suspended", "recognised", "exited"]
    for event in events:
        assert {str(event.registration_id), str(event.subject_ref), str(event.institution_id)} == {
            registration["id"], registration["subject_ref"], registration["institution_id"],
        }  # fmt: skip
        assert (event.programme, event.subject_kind, event.reporting_unit, event.township) == (
            "highly-skilled-workers", "person", "donghu", "扬子洲镇",
        )  # fmt: skip
        assert event.counted_on == date(2019, 7, 1)
        assert event.classes == {
            "skill_level": "3", "issued_by": "school", "talent_class": None, "field": None, "round": None,
            "recognised_from": None,
        }  # fmt: skip
        assert event.key == registration["subject_ref"]
    assert [event.ended_on for event in events] == [None, None, None, date(2020, 6, 15)]


def test_d02_the_business_day_is_shanghais(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second before and at 16:00 UTC it is another day there, and another year."""
    registry.token(A)
    monkeypatch.setattr(clock, "now", lambda: datetime(2020, 12, 31, 15, 59, 59, tzinfo=UTC))
    refused = registry.post(A, "/v1/registrations", person(fact_date="2021-01-01"))
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("/fact_date", "in_future")]
    monkeypatch.setattr(clock, "now", lambda: datetime(2020, 12, 31, 16, 0, tzinfo=UTC))
    assert registry.post(A, "/v1/registrations", person(fact_date="2021-01-01")).json()["counted_on"] == "2021-01-01"


@pytest.mark.parametrize("again", ["refuse", "allow"])
def test_d07_the_title_is_given_once_in_all_rounds_unless_the_policy_allows_it_again(
    registry: Registry, again: str
) -> None:
    programmes = [
        each | {"again": again} if each["code"] == "hongcheng-craftsmen" else each
        for each in PACK_OF_NANCHANG["programmes"]
    ]
    registry.put_policy(PACK_OF_NANCHANG | {"programmes": programmes}).raise_for_status()
    first, second = (
        person(1, "hongcheng-craftsmen", submit=False, subject={"gender": "female"}, details={"round": held})
        for held in ("2018-2019", "2020-2021")
    )
    registration_id = registry.post(A, "/v1/registrations", first).json()["id"]
    for rule in paths("notice")["recognised"]:
        carried_out(registry, registration_id, rule, A if rule.action == "submit" else "bureau")
    draft = registry.post(A, "/v1/registrations", second).json()["id"]
    refused = registry.act(A, draft, "submit")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-registered")
    registry.act("bureau", registration_id, "exit", reason="离昌", effective_on="2020-06-01")
    answered = registry.act(A, draft, "submit")
    if again == "refuse":
        assert (answered.status_code, answered.json()["type"]) == (409, "/problems/titled-before")
    else:
        shown = registry.get("bureau", f"/v1/registrations/{draft}").json()
        assert [each["code"] for each in shown["warnings"]][-1:] == ["again"]
