"""An approval is of what it saw: whatever changes since makes it void, and the second officer is shown what did."""

from typing import Any

import pytest

from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.subjects import organisation, person, resident_number
from tests.registry.transitions.test_notices import AFTER, enter
from tests.registry.transitions.test_workflow import PUBLISHED, Drafts, carried_out

REVOKED = {"reason": "材料不实"}
A = "institution-a-clerk"


def read(registry: Registry, registration: str) -> Any:
    return registry.get("bureau", f"/v1/registrations/{registration}").json()


def recognised(registry: Registry, **changes: Any) -> str:
    answer = registry.post(A, "/v1/registrations", person(1, **changes)).json()
    assert answer["state"] == "recognised", answer
    return str(answer["id"])


def proposed(registry: Registry) -> str:
    return Drafts(registry, "notice").at("proposed")


def test_w04_what_was_returned_changed_and_passed_again_needs_both_officers_anew(registry: Registry) -> None:
    """The case as it was done: the first approves, another person is put in, the second completes."""
    registration = proposed(registry)
    assert registry.act("bureau", registration, "publish", **PUBLISHED).status_code == 202
    assert registry.act("bureau-2", registration, "reject", reason="另行申报").status_code == 200
    last = registry.get("bureau", f"/v1/registrations/{registration}/history").json()["items"][-1]
    assert (last["action"], last["voids"]["action"], last["voids"]["by"]) == ("reject", "publish", "bureau")

    registration = Drafts(registry, "review").at("city_passed")
    decided = {"decision_no": "测人社字〔2019〕1号", "decision_date": "2019-12-20", "override_reason": "会议同意增补"}
    assert registry.act("bureau", registration, "recognise", **decided).status_code == 202
    seen = read(registry, registration)
    assert (seen["awaiting"], seen["approval"]["by"], seen["approval"]["version"]) == (
        "second_officer", "bureau", seen["version"],
    )  # fmt: skip
    assert registry.act("bureau", registration, "return", reason="请核对").status_code == 200
    other = {"subject": person(77)["subject"] | {"name": "钱植树"}}
    version = read(registry, registration)["version"]
    path = f"/v1/registrations/{registration}"
    assert registry.ask(A, "PATCH", path, other, If_Match=f'"{version}"').status_code == 200
    for name, action in ((A, "submit"), ("bureau", "endorse"), ("bureau", "pass_district"), ("bureau", "pass_city")):
        assert registry.act(name, registration, action).status_code == 200
    waiting = read(registry, registration)
    assert (waiting["awaiting"], waiting["approval"]["void"]) == (None, True)
    answer = registry.act("bureau-2", registration, "recognise", **decided)
    assert (answer.status_code, answer.json()["state"]) == (202, "city_passed")
    former = answer.json()["approval"]["instead_of"]
    assert (former["by"], former["voided_by"]["action"]) == ("bureau", "return")
    assert "subject" in [each["field"] for each in former["changed"]]
    assert resident_number(77) not in answer.text
    assert "钱植树" not in answer.text


@pytest.mark.parametrize("change", ["transfer", "suspend", "person", "organisation", "policy", "fact"])
def test_w04_any_change_between_the_two_makes_the_first_void(registry: Registry, change: str) -> None:
    body = organisation(5, "social-work-bases") if change == "organisation" else person(1)
    registration = str(registry.post(A, "/v1/registrations", body).json()["id"])
    if change == "organisation":
        for name, action in (("bureau", "endorse"), ("bureau", "pass_district"), ("bureau", "pass_city")):
            registry.act(name, registration, action)
        decided = {"decision_no": "测人社字〔2019〕1号", "decision_date": "2019-12-20"}
        assert registry.act("bureau", registration, "recognise", **decided).json()["state"] == "recognised"
    assert registry.act("bureau", registration, "revoke", **REVOKED).status_code == 202
    field = CHANGES[change](registry, registration)
    answer = registry.act("bureau-2", registration, "revoke", **REVOKED)
    assert (answer.status_code, answer.json()["awaiting"]) == (202, "second_officer"), answer.text
    former = answer.json()["approval"]["instead_of"]
    assert field in [each["field"] for each in former["changed"]], former
    # What the second saw is an approval of its own, which the first one completes.
    assert registry.act("bureau", registration, "revoke", **REVOKED).json()["state"] == "revoked"
    last = registry.get("bureau", f"/v1/registrations/{registration}/history").json()["items"][-1]
    assert (last["by"], last["second_by"], last["voids"]) == ("bureau-2", "bureau", None)


def _transfer(registry: Registry, registration: str) -> str:
    moved = {"to": "xihu", "reason": "工作调动", "effective_on": "2020-06-15"}
    assert registry.act("bureau", registration, "transfer", **moved).status_code == 200
    return "reporting_unit"


def _suspend(registry: Registry, registration: str) -> str:
    assert registry.act("bureau-2", registration, "suspend", reason="核查").status_code == 200
    return "state"


def _person(registry: Registry, registration: str) -> str:
    """Nothing of the registration changes: the record of the person behind it does."""
    ref = read(registry, registration)["subject_ref"]
    filed = {"id_type": "passport", "id_number": "EA1234567", "id_country": "CHN", "reason": "补充"}
    assert registry.post("bureau", f"/v1/people/{ref}/documents", filed).status_code == 201
    return "subject"


def _organisation(registry: Registry, registration: str) -> str:
    """Another programme's registration, recognised meanwhile, renames it."""
    renamed = organisation(5, "internship-bases", subject={"name": "测试单位新名"})
    other = str(registry.post(A, "/v1/registrations", renamed).json()["id"])
    for action in ("endorse", "pass_district", "pass_city"):
        assert registry.act("bureau", other, action).status_code == 200
    decided = {"decision_no": "测人社字〔2019〕1号", "decision_date": "2019-12-20"}
    assert registry.act("bureau", other, "recognise", **decided).json()["state"] == "recognised"
    return "subject"


def _policy(registry: Registry, registration: str) -> str:
    programmes = [
        each | {"again": "refuse"} if each["code"] == "youth-intake" else each
        for each in PACK_OF_NANCHANG["programmes"]
    ]
    pack = PACK_OF_NANCHANG | {"programmes": programmes}
    for name in ("bureau", "bureau-2"):
        applied = registry.ask(name, "PUT", "/v1/policy", pack)
    assert applied.status_code == 200, applied.text
    return "policy"


def _fact(registry: Registry, registration: str) -> str:
    wanted = {"attribute": "settled_on", "value": "2020-06-15", "effective_on": "2020-06-15"}
    assert registry.post(A, f"/v1/registrations/{registration}/facts", wanted).status_code == 201
    return "later_details"


CHANGES = {
    "transfer": _transfer,
    "suspend": _suspend,
    "person": _person,
    "organisation": _organisation,
    "policy": _policy,
    "fact": _fact,
}


def test_w04_a_calendar_that_ends_the_notice_on_another_day_makes_the_first_void(registry: Registry) -> None:
    registration = proposed(registry)
    first = PUBLISHED | {"effective_on": "2020-01-22"}
    assert registry.act("bureau", registration, "publish", **first).json()["awaiting"] == "second_officer"
    assert enter(registry, 2020, AFTER | {"days_off": AFTER["days_off"][:-1]}).status_code == 200
    answer = registry.act("bureau-2", registration, "publish", **first)
    assert answer.status_code == 202
    changed = answer.json()["approval"]["instead_of"]["changed"]
    assert [(each["field"], each["before"]) for each in changed] == [("would_end_on", "2020-02-06")]


def test_w04_what_is_void_is_on_no_list_for_release(registry: Registry) -> None:
    registration = proposed(registry)
    programme = read(registry, registration)["programme"]
    registry.act("bureau", registration, "publish", **PUBLISHED)
    path = f"/v1/notices/{programme}/{PUBLISHED['effective_on']}.json?draft=true"
    assert len(registry.get("bureau", path).json()["entries"]) == 1
    registry.act("bureau", registration, "reject", reason="材料不实")
    assert registry.get("bureau", path).status_code == 404


def test_w04_the_same_officer_twice_is_one_officer(registry: Registry) -> None:
    registration = recognised(registry)
    for _ in range(3):
        assert registry.act("bureau", registration, "revoke", **REVOKED).status_code == 202
    _transfer(registry, registration)
    assert registry.act("bureau", registration, "revoke", **REVOKED).status_code == 202
    assert registry.act("bureau", registration, "revoke", **REVOKED).status_code == 202
    assert read(registry, registration)["state"] == "recognised"


def test_w04_in_a_batch_each_is_bound_to_its_own(registry: Registry) -> None:
    ids = [str(registry.post(A, "/v1/registrations", person(n)).json()["id"]) for n in (1, 2)]
    wanted = {"ids": ids, "action": "revoke"} | REVOKED
    path = "/v1/registrations/transitions"
    assert {each["status"] for each in registry.post("bureau", path, wanted).json()["items"]} == {202}
    _transfer(registry, ids[0])
    items = registry.post("bureau-2", path, wanted).json()["items"]
    assert [(each["status"], each["state"]) for each in items] == [(202, "recognised"), (200, "revoked")]
    assert items[0]["approval"]["instead_of"]["by"] == "bureau"


def test_w04_an_institution_is_shown_no_request_of_an_officer(registry: Registry) -> None:
    registration = recognised(registry)
    registry.act("bureau", registration, "revoke", **REVOKED)
    for name in (A, "district-donghu"):
        shown = registry.get(name, f"/v1/registrations/{registration}").json()
        assert (shown["awaiting"], shown["approval"]) == (None, None)
    assert registry.get("auditor", f"/v1/registrations/{registration}").json()["approval"]["wanted"] is not None


def test_w04_nothing_that_stands_for_one_officer_is_left_behind(registry: Registry) -> None:
    registration = proposed(registry)
    rule = next(rule for rule in Drafts(registry, "notice").paths["on_notice"] if rule.action == "publish")
    assert carried_out(registry, registration, rule).json()["state"] == "on_notice"
    assert read(registry, registration)["approval"] is None
