"""After a recognition: assessments, retention checks, what is due, leaving for a reason, coming back."""

from typing import Any

import pytest

from tests.registry.at_another_time import time_machine
from tests.registry.conftest import Registry
from tests.registry.subjects import person
from tests.registry.transitions.test_deadlines import TEACHERS, recognised
from tests.registry.transitions.test_workflow import A

OVERSEAS = "overseas-talent"  # assessed every year, checked every half, five years of service


def find(registry: Registry, *items: dict[str, Any], name: str = "bureau") -> list[Any]:
    answer = registry.post(name, "/v1/aftercare", {"items": list(items)})
    assert answer.status_code == 200, answer.text
    return [each["finding"] or each["problem"] for each in answer.json()["items"]]


def assessed(registration_id: str, found_on: str = "2020-12-20", **changes: Any) -> dict[str, Any]:
    usual = {"kind": "assessment", "year": 2020, "result": "qualified", "found_on": found_on}
    return usual | {"registration_id": registration_id} | changes


def checked(registration_id: str, found_on: str, **changes: Any) -> dict[str, Any]:
    usual = {"kind": "retention_check", "basis": "social_insurance", "result": "in_post", "found_on": found_on}
    return usual | {"registration_id": registration_id} | changes


def due(registry: Registry, kind: str, name: str = "bureau", **filters: Any) -> list[tuple[str, str]]:
    query = "".join(f"&{key}={value}" for key, value in filters.items())
    items = registry.get(name, f"/v1/aftercare/due?kind={kind}{query}").json()["items"]
    return [(each["registration_id"], each["due_on"]) for each in items]


def test_what_is_due_follows_from_what_was_done_last(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recognised on 20 December 2019: assessed yearly, checked every half year, five years of service."""
    at = time_machine(registry, monkeypatch)
    at(2020, 1, 2)
    one, other = recognised(registry, person(1, OVERSEAS), person(2, OVERSEAS, reporting_unit="donghu"))
    recognised(registry, person(3, TEACHERS))  # the policy asks nothing of these
    at(2020, 5, 20)
    assert due(registry, "retention_check") == []
    assert due(registry, "retention_check", within_days=31) == [(one, "2020-06-20"), (other, "2020-06-20")]
    at(2020, 6, 22)
    (check,) = find(registry, checked(one, "2020-06-20"), name="district-donghu")
    assert (check["result"], check["basis"], check["role"]) == ("in_post", "social_insurance", "district_officer")
    assert due(registry, "retention_check") == [(other, "2020-06-20")]  # overdue
    assert due(registry, "assessment") == []
    at(2020, 12, 21)
    assert due(registry, "assessment", "district-donghu") == [(one, "2020-12-20"), (other, "2020-12-20")]
    assert due(registry, "assessment", unit="xihu") == due(registry, "assessment", "institution-b-clerk") == []
    find(registry, assessed(one, result="rectify", rectify_by="2021-01-20"), assessed(other))
    assert due(registry, "assessment", within_days=300) == []
    assert due(registry, "rectification") == [(one, "2021-01-20")]
    find(registry, assessed(one, "2020-12-21"))
    assert due(registry, "rectification") == []
    registry.act("bureau", other, "exit", reason="离昌", effective_on="2020-12-21")
    at(2024, 11, 30)
    assert due(registry, "service") == [(one, "2024-12-20")]
    at(2024, 12, 21)
    assert due(registry, "service") == []
    kept = registry.get(A, f"/v1/registrations/{one}/aftercare").json()["items"]
    assert [(each["kind"], each["result"]) for each in kept] == [
        ("retention_check", "in_post"), ("assessment", "rectify"), ("assessment", "qualified"),
    ]  # fmt: skip
    entries = registry.get("auditor", f"/v1/audit?object={one}").json()["items"]
    assert [each["action"] for each in entries][-3:] == ["retention_check", "assessment", "assessment"]


def test_terms_that_end_are_listed(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    at = time_machine(registry, monkeypatch)
    at(2020, 1, 2)
    one, _ = recognised(
        registry, *(person(n, TEACHERS, details={"term_until": f"2021-{n:02}-28"}) for n in (1, 12))
    )  # fmt: skip
    at(2021, 1, 1)
    assert due(registry, "term") == [(one, "2021-01-28")]


def test_what_cannot_have_been_found_is_refused_each_by_itself(registry: Registry) -> None:
    (one,) = recognised(registry, person(1, OVERSEAS))
    theirs = registry.post(
        "institution-b-clerk", "/v1/registrations", person(2, OVERSEAS, reporting_unit="xihu")
    ).json()
    outcomes = find(
        registry,
        assessed(one, "2199-01-01"),
        assessed(one, "2019-12-19", year=2019),
        assessed(one, year=2018),
        assessed(one, result="rectify"),
        assessed(one, rectify_by="2021-01-20"),
        assessed(one, result="rectify", rectify_by="2020-12-20"),
        assessed(theirs["id"]),
        assessed(one),
    )
    faults = [[(e["pointer"], e["code"]) for e in each["errors"]] for each in outcomes[:6]]
    assert faults == [
        [("/found_on", "in_future")], [("/found_on", "before_counting")], [("/year", "not_assessed")],
        [("/rectify_by", "needed")], [("/rectify_by", "needed")], [("/rectify_by", "too_soon")],
    ]  # fmt: skip
    assert outcomes[6]["type"] == "/problems/not-in-stock"
    assert outcomes[7]["result"] == "qualified"
    hidden = registry.post("district-donghu", "/v1/aftercare", {"items": [assessed(theirs["id"])]}).json()
    assert [each["status"] for each in hidden["items"]] == [404]


@pytest.mark.parametrize(
    ("given", "code"),
    [({"reason": "离昌"}, "left_city"), ({"reason": "退休"}, "retired"), ({"reason": "另谋高就"}, None),
     ({"reason": "见附件", "exit_reason": "died"}, "died")],
)  # fmt: skip
def test_who_leaves_leaves_for_a_reason_of_the_list(registry: Registry, given: dict[str, str], code: str) -> None:
    (one,) = recognised(registry, person(1, OVERSEAS))
    left = registry.act("bureau", one, "exit", effective_on="2024-12-20", **given).json()
    assert (left["exit_reason"], left["service_until"]) == (code, "2024-12-20")
    assert [each["code"] for each in left["warnings"]] == ["within_service"]
    entry = registry.get("bureau", f"/v1/registrations/{one}/history").json()["items"][-1]
    assert (entry["exit_reason"], entry["reason"]) == (code, given["reason"])
    misplaced = registry.act("bureau", one, "revoke", reason="材料虚假", exit_reason="other")
    assert [each["pointer"] for each in misplaced.json()["errors"]] == ["/exit_reason"]


def test_who_comes_back_is_the_old_record_and_no_new_recruit(registry: Registry) -> None:
    (one,) = recognised(registry, person(1, OVERSEAS))
    registry.act("bureau", one, "exit", reason="离昌", effective_on="2021-05-31")
    early = registry.act("bureau", one, "readmit", reason="返昌", effective_on="2021-05-30")
    assert [each["code"] for each in early.json()["errors"]] == ["before_exit"]
    back = registry.act("bureau", one, "readmit", reason="返昌", effective_on="2023-03-01").json()
    assert (back["state"], back["counted_on"], back["ended_on"], back["exit_reason"]) == (
        "recognised", "2019-12-20", None, None,
    )  # fmt: skip
    event = registry.events()[-1]
    assert (event.type, event.state, str(event.counted_on)) == (
        "registry.registration.resumed.v1", "recognised", "2019-12-20",
    )  # fmt: skip


def test_who_was_registered_anew_meanwhile_is_not_readmitted_beside_it(registry: Registry) -> None:
    body = person(1)
    first = registry.post(A, "/v1/registrations", body).json()["id"]
    registry.act("bureau", first, "exit", reason="离昌", effective_on="2020-05-31")
    anew = registry.post(A, "/v1/registrations", body).json()
    assert [(each["code"], each["severity"]) for each in anew["warnings"]] == [("again", "info")]
    refused = registry.act("bureau", first, "readmit", reason="返昌", effective_on="2021-03-01")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-registered")
