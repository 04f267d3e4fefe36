"""个人权利请求: access, copy, correction, restriction, erasure; answered in time, and counted as before."""

import json
from typing import Any

import pytest

from shared import clock
from tests.databases import stored
from tests.registry.conftest import Registry
from tests.registry.corrections.test_x13_restriction import REVIEWED, WHY, A, refusal, registered
from tests.registry.subjects import person, resident_number

GRANTED = {"decision": "fulfil"} | WHY
ERASED = GRANTED | {"ground": "consent_withdrawn"}


def wanted(registry: Registry, held: dict[str, Any], kind: str, **more: Any) -> dict[str, Any]:
    body = {"subject_ref": held["subject_ref"], "kind": kind, "reason": "请求人陈述"} | more
    answer = registry.post("bureau", "/v1/subject-requests", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def answered(registry: Registry, request: dict[str, Any], body: Any, by: str = "bureau") -> Any:
    return registry.post(by, f"/v1/subject-requests/{request['id']}/answer", body)


def erase(registry: Registry, held: dict[str, Any]) -> dict[str, Any]:
    request = wanted(registry, held, "erasure")
    first, second = (answered(registry, request, ERASED, by) for by in ("bureau", "bureau-2"))
    assert (first.status_code, second.status_code) == (202, 200), second.text
    found: dict[str, Any] = second.json()
    return found


def test_a_request_is_to_be_answered_within_thirty_days(registry: Registry) -> None:
    held = registered(registry)
    request = wanted(registry, held, "access", received_on="2020-01-02", applicant="heir")
    assert (request["answer_by"], request["state"], request["statement"]) == ("2020-02-01", "open", "请求人陈述")
    assert wanted(registry, held, "copy")["received_on"] == clock.today().isoformat()
    listed = registry.get("auditor", f"/v1/subject-requests?kind=access&subject_ref={held['subject_ref']}").json()
    assert [each["id"] for each in listed["items"]] == [request["id"]]
    future = {"subject_ref": held["subject_ref"], "kind": "access", "received_on": "2199-01-01"} | WHY
    (fault,) = registry.post("bureau", "/v1/subject-requests", future).json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/received_on", "in_future")
    assert "请求人陈述".encode() not in stored(registry.context.database.url)


def test_whoever_asks_for_access_is_shown_everything_once_it_is_granted(registry: Registry) -> None:
    held = registered(registry, external_ref="HR-7")
    request = wanted(registry, held, "copy")
    at = f"/v1/subject-requests/{request['id']}/disclosure"
    assert refusal(registry.post("bureau", at)) == (409, "not-granted")
    assert answered(registry, request, GRANTED).json()["state"] == "fulfilled"
    assert refusal(answered(registry, request, GRANTED)) == (409, "already-answered")
    found = registry.post("bureau-2", at).json()
    assert [each["id_number"] for each in found["documents"]] == [resident_number(1)]
    (registration,) = found["registrations"]
    assert (registration["stated"]["name"], registration["external_ref"]) == ("赵植树", "HR-7")
    (entry,) = registry.get("auditor", "/v1/audit?action=disclose_to_subject").json()["items"][1:]
    assert (entry["object"], entry["outcome"]) == (request["id"], "done")
    assert registry.post("auditor", at).status_code == 403


def test_a_correction_says_what_is_right_everywhere(registry: Registry) -> None:
    held, second = registered(registry), registered(registry, programme=REVIEWED)
    request = wanted(registry, held, "correction")
    for body, code in (
        (GRANTED, "corrected"),
        (GRANTED | {"corrected": {"gender": "female"}}, "follows_from_number"),
        (GRANTED | {"corrected": {"name": "无"}}, "no_name"),
        (GRANTED | {"ground": "unlawful", "corrected": {"name": "孙植树"}}, "ground"),
    ):
        assert [each["code"] for each in answered(registry, request, body).json()["errors"]] == [code]
    assert answered(registry, request, GRANTED | {"corrected": {"name": "孙植树"}}).status_code == 200
    for each in (held, second):
        shown = registry.post("auditor", f"/v1/registrations/{each['id']}/unmask", {"purpose": "核对申报材料"})
        assert shown.json()["subject"]["name"] == "孙植树"


def test_a_refusal_keeps_its_reason(registry: Registry) -> None:
    request = wanted(registry, registered(registry), "erasure")
    refused = answered(registry, request, {"decision": "refuse", "reason": "法定保存期限未届满"}).json()
    assert (refused["state"], refused["reason"], refused["seconded_by"]) == ("refused", "法定保存期限未届满", None)


def test_x13_a_restriction_that_is_granted_restricts(registry: Registry) -> None:
    held = registered(registry)
    assert answered(registry, wanted(registry, held, "restriction"), GRANTED).status_code == 200
    assert registry.get(A, f"/v1/registrations/{held['id']}").json()["restricted"] is True


def test_x13_who_is_erased_counts_on_and_is_named_nowhere(registry: Registry) -> None:
    held = registered(registry, external_ref="HR-EXTERNAL-7")
    facts, announced = registry.get("bureau", "/v1/facts").json()["items"], len(registry.events())
    request = erase(registry, held)
    assert (request["state"], request["reason"], request["statement"]) == ("fulfilled", None, "")
    assert {request["answered_by"], request["seconded_by"]} == {"bureau", "bureau-2"}
    assert (registry.get("bureau", "/v1/facts").json()["items"], len(registry.events())) == (facts, announced)
    shown = registry.get(A, f"/v1/registrations/{held['id']}").json()
    assert (shown["state"], shown["counted_on"], shown["subject"]["name"]) == ("recognised", held["counted_on"], "***")
    assert shown["external_ref"] is None
    assert registry.post("bureau", "/v1/registrations/search", {"q": resident_number(1)}).json()["items"] == []
    for act in ("restrict", "lift"):
        again = registry.post("bureau", f"/v1/subjects/{held['subject_ref']}/{act}", WHY)
        assert refusal(again) == (409, "already-erased")
    anew = registry.post(A, "/v1/registrations", person(1))  # nothing is left by which the two could be known as one
    assert (anew.status_code, anew.json()["subject_ref"] == held["subject_ref"]) == (201, False)


def test_x13_nothing_personal_is_left_of_who_is_erased(registry: Registry) -> None:
    certificate = {"certificate_no": "CERT-SECRET-1", "skill_level": "3"}
    held = registered(registry, programme="skilled-workers", details=certificate)
    assert registry.act(A, held["id"], "withdraw", reason="撤回").status_code == 200
    erase(registry, held)
    with registry.context.database.reading() as session:
        row = dict(session.connection().exec_driver_sql("SELECT * FROM registration").mappings().one())
    left = json.dumps(row, default=str)
    assert ("CERT-SECRET-1" in left, "skill_level" in left) == (False, True)  # a code counts, and is kept


def test_x13_two_people_erase_on_one_ground_of_what_the_first_one_saw(registry: Registry) -> None:
    held = registered(registry)
    request = wanted(registry, held, "erasure")
    assert [each["code"] for each in answered(registry, request, GRANTED).json()["errors"]] == ["ground"]
    assert [answered(registry, request, ERASED).status_code for _ in range(2)] == [202, 202]
    other = answered(registry, request, ERASED | {"ground": "unlawful"}, "bureau-2")
    assert (other.status_code, other.json()["awaiting"]) == (202, "second_officer")
    left = registry.act("bureau", held["id"], "exit", reason="离开", effective_on="2020-01-01")
    assert left.status_code == 200, left.text
    assert answered(registry, request, ERASED | {"ground": "unlawful"}).status_code == 202
    assert answered(registry, request, ERASED | {"ground": "unlawful"}, "bureau-2").status_code == 200


@pytest.mark.parametrize("programme", [REVIEWED, "hongcheng-craftsmen"])
def test_x13_nobody_is_erased_while_something_is_open(registry: Registry, programme: str) -> None:
    held = registered(registry, programme=programme)
    request = wanted(registry, held, "erasure")
    assert refusal(answered(registry, request, ERASED)) == (409, "matter-open")
    assert registry.act(A, held["id"], "withdraw", reason="撤回").status_code == 200
    assert answered(registry, request, ERASED).status_code == 202


def test_what_people_are_told_has_versions_that_two_officers_put(registry: Registry) -> None:
    """And whoever asks is shown which of them was in force when they were registered."""
    before = registered(registry, 1)
    texts = ({"zh": "第一版", "en": "First"}, {"zh": "第二版", "en": "Second"})
    for text in texts:
        found = [
            registry.post(name, "/v1/privacy-notices", text).status_code for name in ("bureau", "bureau", "bureau-2")
        ]
        assert found == [202, 202, 201]
    after = registered(registry, 2)
    listed = registry.get("leader", "/v1/privacy-notices").json()["items"]
    assert [(each["version"], each["zh"], each["second_by"]) for each in listed] == [
        (2, "第二版", "bureau-2"),
        (1, "第一版", "bureau-2"),
    ]
    versions = []
    for held in (before, after):
        request = wanted(registry, held, "access")
        answered(registry, request, GRANTED)
        shown = registry.post("bureau", f"/v1/subject-requests/{request['id']}/disclosure").json()
        versions += [each["privacy_notice"] for each in shown["registrations"]]
    assert versions == [None, 2]
