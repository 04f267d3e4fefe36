"""限制处理: a person's data is kept and used for nothing, and counts as before; lifted, all is as it was."""

from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, resident_number
from tests.registry.transitions.test_workflow import PUBLISHED

A, B = "institution-a-clerk", "institution-b-clerk"
WHY = {"reason": "本人申请"}
NOTICED, REVIEWED = "hongcheng-craftsmen", "dual-qualified-teachers"


def registered(registry: Registry, n: int = 1, programme: str = "youth-intake", **changes: Any) -> dict[str, Any]:
    answer = registry.post(A, "/v1/registrations", person(n, programme, **changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def restrict(registry: Registry, held: dict[str, Any], act: str = "restrict") -> dict[str, Any]:
    answer = registry.post("bureau", f"/v1/subjects/{held['subject_ref']}/{act}", WHY)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


RESTRICTED = (409, "subject-restricted")


def test_x13_who_is_restricted_is_shown_to_nobody_and_changed_by_nobody(registry: Registry) -> None:
    held = registered(registry)
    at = f"/v1/registrations/{held['id']}"
    assert restrict(registry, held) == {"subject_ref": held["subject_ref"], "restricted": True, "registrations": 1}
    for name in (A, "district-donghu", "bureau", "auditor"):
        shown = registry.get(name, at).json()
        assert (shown["subject"]["name"], shown["subject"]["id_number"]) == ("***", "***"), name
        assert (shown["restricted"], shown["state"]) == (True, held["state"])
        assert (shown["details"], shown["warnings"]) == ({}, [])
    answers = {
        "unmask": registry.post("auditor", f"{at}/unmask", {"purpose": "核对申报材料"}),
        "exit": registry.act("bureau", held["id"], "exit", reason="离开", effective_on="2020-01-01"),
        "amend": registry.ask(A, "PATCH", at, {"external_ref": "X-1"}, If_Match='"2"'),
        "fact": registry.post(A, f"{at}/facts", {"attribute": "settled_on", "effective_on": "2019-09-01"}),
        "document": registry.post(
            "bureau", f"/v1/people/{held['subject_ref']}/documents", {"id_number": resident_number(13)} | WHY
        ),
        "elsewhere": registry.post(A, "/v1/registrations", person(1, REVIEWED)),
        "by another": registry.post(B, "/v1/registrations", person(1, REVIEWED, reporting_unit="xihu")),
    }
    assert {what: refusal(each) for what, each in answers.items()} == dict.fromkeys(answers, RESTRICTED)
    documents = registry.get("bureau", f"/v1/people/{held['subject_ref']}/documents").json()["items"]
    assert {each["id_number"] for each in documents} == {"***"}


def test_x13_nothing_is_announced_and_everything_is_on_record(registry: Registry) -> None:
    held, announced = registered(registry), len(registry.events())
    restrict(registry, held)
    assert len(registry.events()) == announced
    history = registry.get("bureau", f"/v1/registrations/{held['id']}/history").json()["items"]
    assert [(each["action"], each["reason"]) for each in history][1:] == [("restrict", "本人申请")]
    of_person = registry.get("bureau", f"/v1/people/{held['subject_ref']}/history").json()["items"]
    assert [(each["action"], each["by"]) for each in of_person] == [("restrict", history[1]["by"])]
    trail = registry.get("auditor", "/v1/audit?action=restrict").json()["items"]
    assert [each["object"] for each in trail] == [held["subject_ref"]]


def test_x13_lifted_all_is_as_it_was(registry: Registry) -> None:
    held = registered(registry)
    restrict(registry, held)
    assert restrict(registry, held)["registrations"] == 0  # a second time changes nothing
    assert restrict(registry, held, "lift")["registrations"] == 1
    after = registry.get(A, f"/v1/registrations/{held['id']}").json()
    assert after | {"version": 1, "updated_at": held["updated_at"]} == held
    assert registry.act("bureau", held["id"], "exit", reason="离开", effective_on="2020-01-01").status_code == 200


def test_x13_a_trial_tells_an_institution_nothing_of_it(registry: Registry) -> None:
    restrict(registry, registered(registry))
    answers = [registry.post(B, f"/v1/programmes/{REVIEWED}/check", person(n, REVIEWED)).json() for n in (1, 2)]
    assert answers[0] == answers[1]
    draft = registry.post(B, "/v1/registrations", person(1, REVIEWED, submit=False, reporting_unit="xihu"))
    assert (draft.status_code, draft.json()["warnings"], draft.json()["restricted"]) == (201, [], False)
    assert refusal(registry.act(B, draft.json()["id"], "submit")) == RESTRICTED


def test_x13_a_first_officers_request_is_void_and_no_list_names_the_person(registry: Registry) -> None:
    held = registered(registry, programme=NOTICED)
    other = registered(registry, 2, programme=NOTICED, subject={"name": "钱植树"})
    for each in (held, other):
        for action in ("endorse", "pass_district", "pass_city", "propose"):
            assert registry.act("bureau", each["id"], action).status_code == 200
    for officer in ("bureau", "bureau-2"):
        assert registry.act(officer, other["id"], "publish", **PUBLISHED).status_code in (200, 202)
    assert registry.act("bureau", held["id"], "publish", **PUBLISHED).status_code == 202
    restrict(registry, held)
    assert refusal(registry.act("bureau-2", held["id"], "publish", **PUBLISHED)) == RESTRICTED
    listed = f"/v1/notices/{NOTICED}/{PUBLISHED['effective_on']}.txt"
    assert "钱植树" in registry.get("bureau", listed).text
    restrict(registry, other)
    assert registry.get("bureau", listed).status_code == 404


def test_x13_records_found_to_be_one_are_restricted_together(registry: Registry) -> None:
    one, other = registered(registry, 1), registered(registry, 2)
    restrict(registry, one)
    case = registry.post(
        "bureau", "/v1/duplicates", {"one": one["subject_ref"], "other": other["subject_ref"]} | WHY
    ).json()
    sides = registry.get("bureau", f"/v1/duplicates/{case['id']}").json()["sides"]
    assert {each["name"] for each in sides if each["record_ref"] == one["subject_ref"]} == {"***"}
    decided = registry.post("bureau", f"/v1/duplicates/{case['id']}/decision", {"decision": "same"} | WHY)
    assert decided.status_code == 200, decided.text
    assert registry.get(A, f"/v1/registrations/{other['id']}").json()["restricted"] is True
    assert restrict(registry, other, "lift")["registrations"] == 2


@pytest.mark.parametrize("act", ["restrict", "lift"])
def test_x13_nobody_and_no_organisation_can_be_restricted(registry: Registry, act: str) -> None:
    held = registry.post(A, "/v1/registrations", organisation(1)).json()
    for ref in (held["subject_ref"], held["id"]):
        assert registry.post("bureau", f"/v1/subjects/{ref}/{act}", WHY).status_code == 404


def test_x13_no_list_that_leaves_the_house_has_clear_values(registry: Registry) -> None:
    held = registered(registry)
    wanted: dict[str, Any] = {"purpose": "review", "explanation": "核对年度登记名单与台账", "format": "csv"}
    wanted |= {"personal": True, "programme": "youth-intake"}
    assert resident_number(1) in registry.post("bureau", "/v1/registrations/exports", wanted).text
    restrict(registry, held)
    after = registry.post("bureau", "/v1/registrations/exports", wanted).text
    assert (held["id"] in after, resident_number(1) in after, "赵植树" in after) == (True, False, False)
