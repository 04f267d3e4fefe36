"""Two records of one person: reported, compared, decided, taken back; and what is told of their registrations."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.registration import RegistrationCorrected
from tests.registry.conftest import Registry
from tests.registry.subjects import person, resident_number
from tests.registry.transitions.test_announcements import assert_facts_as_announced

A, B = "institution-a-clerk", "institution-b-clerk"
REASON = "已核对两份证件原件"


def registered(registry: Registry, n: int, by: str = A, **changes: Any) -> dict[str, Any]:
    answer = registry.post(by, "/v1/registrations", person(n, **changes))
    assert answer.status_code == 201, answer.text
    posted: dict[str, Any] = answer.json()
    return posted


def suspect(registry: Registry, one: dict[str, Any], other: dict[str, Any]) -> str:
    sides = {"one": one["subject_ref"], "other": other["subject_ref"], "reason": "姓名、照片相同"}
    answer = registry.post("bureau", "/v1/duplicates", sides)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def decide(registry: Registry, case: str, decision: str = "same", by: str = "bureau", **more: Any) -> Any:
    body = {"decision": decision, "reason": REASON} | more
    return registry.post(by, f"/v1/duplicates/{case}/decision", body)


def undo(registry: Registry, case: str) -> Any:
    return registry.post("bureau", f"/v1/duplicates/{case}/undo", {"reason": "证件核对有误"})


def merged(registry: Registry, one: dict[str, Any], other: dict[str, Any], **more: Any) -> str:
    case = suspect(registry, one, other)
    assert decide(registry, case, **more).status_code == 200
    return case


def read(registry: Registry, posted: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = registry.get("bureau", f"/v1/registrations/{posted['id']}").json()
    return found


def subjects(registry: Registry, *posted: dict[str, Any]) -> list[str]:
    return [read(registry, each)["subject_ref"] for each in posted]


def test_two_registrations_of_one_person_stand_for_one_subject_until_it_is_undone(registry: Registry) -> None:
    """The record made first stands for both; the correction carries the full state, and so does its undoing."""
    one, other = registered(registry, 1), registered(registry, 2, by=B, reporting_unit="xihu")
    before = read(registry, other)
    case = merged(registry, one, other)
    assert subjects(registry, one, other) == [one["subject_ref"]] * 2
    (*_, posted) = registry.events()
    assert isinstance(posted, RegistrationCorrected)
    assert (str(posted.registration_id), posted.version, posted.state) == (other["id"], 2, "recognised")
    assert (str(posted.subject_ref), posted.reporting_unit) == (one["subject_ref"], "xihu")
    assert posted.moved_with == {UUID(other["id"]): 2}
    assert undo(registry, case).status_code == 200
    (*_, back) = registry.events()
    assert (str(back.subject_ref), back.version) == (other["subject_ref"], 3)
    varying = {"version": 0, "updated_at": 0}
    assert read(registry, other) | varying == before | varying
    history = registry.get("bureau", f"/v1/registrations/{other['id']}/history").json()["items"]
    assert [(each["action"], each["reason"]) for each in history[1:]] == [
        ("merge", REASON),
        ("unmerge", "证件核对有误"),
    ]
    assert len(registry.events()) == 4  # the one whose record stands for both was told once


def test_w06_why_two_records_are_one_person_is_told_to_the_bureau_alone(registry: Registry) -> None:
    """An officer's words may speak of the other institution's; what is said of its own alone is told."""
    one, other = registered(registry, 1), registered(registry, 2, by=B)
    undo(registry, merged(registry, one, other))
    assert registry.act("bureau", other["id"], "suspend", reason="离岗培训").status_code == 200
    shown = {}
    for name in ("bureau", "auditor", B, "district-donghu"):
        items = registry.get(name, f"/v1/registrations/{other['id']}/history").json()["items"]
        shown[name] = [(each["action"], each["reason"]) for each in items[1:]]
    assert shown["bureau"][:2] == [("merge", REASON), ("unmerge", "证件核对有误")]
    assert shown["auditor"] == shown["bureau"]
    assert shown[B] == [("merge", None), ("unmerge", None), ("suspend", "离岗培训")]
    assert shown["district-donghu"] == shown[B]


def test_each_institution_keeps_seeing_the_person_as_it_registered_them(registry: Registry) -> None:
    one, other = registered(registry, 1), registered(registry, 2, by=B, subject={"name": "样本乙"})
    merged(registry, one, other)
    shown = registry.get(B, f"/v1/registrations/{other['id']}").json()["subject"]
    assert shown == other["subject"]


def test_any_document_of_either_registers_the_one_person(registry: Registry) -> None:
    """A second registration in the programme is refused whichever document is used; elsewhere it is theirs."""
    one, other = registered(registry, 1), registered(registry, 2, by=B)
    case = merged(registry, one, other)
    for n in (1, 2):
        assert registry.post(A, "/v1/registrations", person(n)).status_code == 409
    later = registered(registry, 2, programme="dual-qualified-teachers")
    assert later["subject_ref"] == one["subject_ref"]
    assert registry.post(A, "/v1/registrations", person(1, "dual-qualified-teachers")).status_code == 409
    undo(registry, case)
    assert subjects(registry, later) == [other["subject_ref"]]
    assert registry.post(A, "/v1/registrations", person(1, "dual-qualified-teachers")).status_code == 201


def test_three_records_are_joined_and_parted_in_any_order(registry: Registry) -> None:
    """Whom a record stands for depends on the decisions that stand, not on their order."""
    posted = [registered(registry, n) for n in (1, 2, 3)]
    first, second, third = (each["subject_ref"] for each in posted)
    later = merged(registry, posted[1], posted[2])
    assert subjects(registry, *posted) == [first, second, second]
    earlier = merged(registry, posted[0], posted[2])
    assert subjects(registry, *posted) == [first] * 3
    assert {
        each.moved_with.keys() == {UUID(posted[1]["id"]), UUID(posted[2]["id"])} for each in registry.events()[-2:]
    } == {True}
    undo(registry, later)
    assert subjects(registry, *posted) == [first, second, first]
    undo(registry, earlier)
    assert subjects(registry, *posted) == [first, second, third]


def test_decisions_do_not_contradict_one_another(registry: Registry) -> None:
    posted = [registered(registry, n) for n in (1, 2, 3)]
    apart = suspect(registry, posted[0], posted[1])
    assert decide(registry, apart, "different").status_code == 200
    merged(registry, posted[1], posted[2])
    last = suspect(registry, posted[0], posted[2])
    refused = decide(registry, last)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/contradicts-a-decision")
    assert refused.json()["duplicate_id"] == apart
    undo(registry, apart)
    assert decide(registry, last).status_code == 200
    assert decide(registry, apart, "different").json()["type"] == "/problems/contradicts-a-decision"


def test_a_decision_stands_until_it_is_undone(registry: Registry) -> None:
    one, other = registered(registry, 1), registered(registry, 2)
    case = suspect(registry, one, other)
    assert undo(registry, case).json()["type"] == "/problems/not-decided"
    assert decide(registry, case, "different").json()["state"] == "different"
    assert decide(registry, case).json()["type"] == "/problems/already-decided"
    again = {"one": other["subject_ref"], "other": one["subject_ref"], "reason": "再次提出"}
    assert registry.post("bureau", "/v1/duplicates", again).json()["type"] == "/problems/already-decided"
    assert undo(registry, case).json()["state"] == "open"
    assert decide(registry, case).status_code == 200


def test_the_bureau_may_give_the_credit_to_another_registration(registry: Registry) -> None:
    """The earliest has it unless the decision names another one: then the earlier yields, until that is undone."""
    one = registered(registry, 1, fact_date="2019-03-01")
    other = registered(registry, 2, by=B, reporting_unit="xihu")
    case = suspect(registry, one, other)
    stranger = registered(registry, 3)
    refused = decide(registry, case, credit_to=stranger["id"])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/credit_to")
    assert decide(registry, case, "different", credit_to=one["id"]).status_code == 422
    assert decide(registry, case, credit_to=other["id"]).json()["credit_to"] == other["id"]
    posted = {str(event.registration_id): event for event in registry.events()}
    assert (posted[one["id"]].yields, posted[other["id"]].yields) == (True, False)
    assert undo(registry, case).json()["credit_to"] is None
    posted = {str(event.registration_id): event for event in registry.events()}
    assert (posted[one["id"]].yields, posted[other["id"]].yields) == (False, False)


def test_who_comes_again_leaves_the_credit_where_the_bureau_gave_it(registry: Registry) -> None:
    """A later registration of the person in the programme yields like the others, until the decision is undone."""
    one = registered(registry, 1, fact_date="2019-09-01")
    other = registered(registry, 2, by=B, reporting_unit="xihu", fact_date="2019-03-01")
    case = suspect(registry, one, other)
    decide(registry, case, credit_to=one["id"])
    for each in (one, other):
        registry.act("bureau", each["id"], "exit", reason="离昌", effective_on="2019-10-01")
    again = registered(registry, 2, by=B, reporting_unit="xihu", fact_date="2019-02-01")
    assert read(registry, again)["subject_ref"] == one["subject_ref"]
    events = {str(event.registration_id): event for event in registry.events()}
    assert [events[each["id"]].yields for each in (one, other, again)] == [False, True, True]
    undo(registry, case)
    events = {str(event.registration_id): event for event in registry.events()}
    assert [events[each["id"]].yields for each in (one, other, again)] == [False, False, False]


def test_a_revoked_registration_beside_another_can_be_restored(registry: Registry) -> None:
    """A successful appeal restores its registration, also where the other one of the person stands."""
    one, other = registered(registry, 1), registered(registry, 2)
    merged(registry, one, other)
    for by in ("bureau", "bureau-2"):
        registry.act(by, other["id"], "revoke", reason="材料不实")
    restored = registry.act("bureau", other["id"], "overturn_revocation", reason="申诉成立")
    assert (restored.status_code, restored.json()["state"]) == (200, "recognised")


def test_the_bureau_sees_both_sides_and_an_institution_its_case_number(registry: Registry) -> None:
    one, other = registered(registry, 1), registered(registry, 2, by=B, reporting_unit="xihu")
    stranger = registered(registry, 3)
    case = suspect(registry, one, other)
    for name in ("bureau", "auditor"):
        (listed,) = registry.get(name, "/v1/duplicates?state=open").json()["items"]
        assert (listed["id"], [each["code"] for each in listed["signals"]]) == (case, ["reported"])
        answer = registry.get(name, f"/v1/duplicates/{case}")
        shown = answer.json()
        assert [side["record_ref"] for side in shown["sides"]] == [one["subject_ref"], other["subject_ref"]]
        assert [side["birth_date"] for side in shown["sides"]] == ["1960-**-**"] * 2
        assert [side["registrations"][0]["reporting_unit"] for side in shown["sides"]] == ["donghu", "xihu"]
        assert {side["name"] for side in shown["sides"]} == {"赵**"}
        clear = (resident_number(1), resident_number(2), "赵植树")
        assert not [value for value in clear if value in answer.text]  # nor within a longer text
    assert registry.get(A, "/v1/duplicates").json()["items"] == [{"id": case, "registrations": [one["id"]]}]
    assert registry.get("institution-a-reviewer", "/v1/duplicates").json()["items"][0]["id"] == case
    assert registry.get(B, "/v1/duplicates").json()["items"] == [{"id": case, "registrations": [other["id"]]}]
    assert registry.get("district-donghu", "/v1/duplicates").json()["items"] == [
        {"id": case, "registrations": [one["id"]]}
    ]
    assert registry.get("bureau", "/v1/duplicates?state=same").json()["items"] == []
    assert subjects(registry, stranger) == [stranger["subject_ref"]]


def test_who_decided_what_when_and_why_is_kept(registry: Registry) -> None:
    one, other = registered(registry, 1), registered(registry, 2)
    case = merged(registry, one, other, credit_to=other["id"])
    undo(registry, case)
    decide(registry, case, "different", by="bureau-2")
    history = registry.get("auditor", f"/v1/duplicates/{case}").json()["history"]
    officers = [registry.credentials[name]["client_id"] for name in ("bureau", "bureau", "bureau", "bureau-2")]
    assert [each["by"] for each in history] == officers
    assert [(each["version"], each["action"], each["credit_to"]) for each in history] == [
        (1, "report", None),
        (2, "same", other["id"]),
        (3, "undo", None),
        (4, "different", None),
    ]
    assert all(each["reason"] for each in history)


def test_facts_stay_what_the_newest_events_tell(registry: Registry) -> None:
    """Also of a draft, which is told of once it changes hands."""
    one, other = registered(registry, 1), registered(registry, 2, submit=False)
    case = merged(registry, one, other)
    assert_facts_as_announced(registry)
    undo(registry, case)
    assert_facts_as_announced(registry)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"one": "01890000-0000-7000-8000-000000000000"}, "/one"),
        ({"other": None}, "/other"),
        ({"reason": ""}, "/reason"),
    ],
)
def test_a_report_names_two_people_and_says_why(registry: Registry, change: dict[str, Any], pointer: str) -> None:
    one, other = registered(registry, 1), registered(registry, 2)
    body = {"one": one["subject_ref"], "other": other["subject_ref"], "reason": REASON} | change
    refused = registry.post("bureau", "/v1/duplicates", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


def test_one_person_is_no_duplicate_of_themselves(registry: Registry) -> None:
    one, other = registered(registry, 1), registered(registry, 2)
    merged(registry, one, other)
    for pair in ((one, one), (one, other)):
        body = {"one": pair[0]["subject_ref"], "other": pair[1]["subject_ref"], "reason": REASON}
        refused = registry.post("bureau", "/v1/duplicates", body)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "same_already")
