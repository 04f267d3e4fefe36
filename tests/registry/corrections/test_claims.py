"""A person whom two institutions file in one programme: refused to the second, and before the bureau (重复申报)."""

from typing import Any

import pytest

from shared import clock
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person

A, B = "institution-a-clerk", "institution-b-clerk"
FILED = {"reporting_unit": "xihu", "fact_date": "2019-08-01"}


def filed(registry: Registry, by: str = B, n: int = 1, **changes: Any) -> Any:
    return registry.post(by, "/v1/registrations", person(n, **FILED | changes))


def cases(registry: Registry, name: str = "bureau") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.get(name, "/v1/duplicates").json()["items"]
    return found


def test_x01_the_second_institution_is_refused_and_the_bureau_has_the_case(registry: Registry) -> None:
    """However often it files; what the bureau sees is who filed what, and where, beside the registration there is."""
    held = registry.post(A, "/v1/registrations", person(1)).json()
    events = len(registry.events())
    for _ in range(3):
        refused = filed(registry)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-registered")
        assert held["id"] not in refused.text
    (case,) = cases(registry)
    assert (case["state"], [each["code"] for each in case["signals"]]) == ("open", ["filed_elsewhere"])
    shown = registry.get("bureau", f"/v1/duplicates/{case['id']}").json()
    other = registry.credentials[B]["institution_id"]
    assert shown["refused_filing"] | {"filed_at": ""} == {
        "registration_id": held["id"],
        "programme": "youth-intake",
        "institution_id": other,
        "filed_at": "",
        **FILED,
    }
    assert shown["refused_filing"]["filed_at"] <= clock.now().isoformat()
    (side,) = shown["sides"]
    assert [each["id"] for each in side["registrations"]] == [held["id"]]
    assert len(registry.events()) == events


def test_x01_neither_institution_learns_of_the_other(registry: Registry) -> None:
    held = registry.post(A, "/v1/registrations", person(1)).json()
    filed(registry)
    (case,) = cases(registry)
    for name in (A, B, "institution-a-reviewer", "district-donghu"):
        assert cases(registry, name) == []
        assert registry.get(name, f"/v1/duplicates/{case['id']}").status_code == 403
    assert registry.get(A, f"/v1/registrations/{held['id']}").json()["version"] == held["version"]
    assert registry.credentials[B]["institution_id"] not in registry.get(A, "/v1/registrations").text
    assert registry.get(B, "/v1/registrations").json()["items"] == []


def test_x01_in_a_batch_under_a_key_and_by_an_amendment(registry: Registry) -> None:
    """One case for each registration that is claimed; those of the batch that stand are entered."""
    registry.post(A, "/v1/registrations/batch", {"items": [person(1), person(2), person(3)]})
    items = [person(n, **FILED) for n in (1, 4, 2, 1)]
    for _ in range(2):
        answer = registry.post(B, "/v1/registrations/batch", {"items": items}, Idempotency_Key="once")
        assert [each["status"] for each in answer.json()["items"]] == [409, 201, 409, 409]
    assert len(cases(registry)) == 2
    for _ in range(2):
        assert registry.post(B, "/v1/registrations", person(1, **FILED), Idempotency_Key="one").status_code == 409
    assert len(cases(registry)) == 2
    draft = registry.post(B, "/v1/registrations", person(5, submit=False)).json()
    change = {"subject": person(3)["subject"]}
    path = f"/v1/registrations/{draft['id']}"
    assert registry.ask(B, "PATCH", path, change, If_Match='"1"').status_code == 200  # a draft is in nobody's way
    assert len(cases(registry)) == 2
    assert registry.act(B, draft["id"], "submit").status_code == 409
    assert len(cases(registry)) == 3


def test_x01_what_is_no_claim_makes_no_case(registry: Registry) -> None:
    """The same institution again, a trial, the bureau itself, an organisation, or a subject that has left."""
    held = registry.post(A, "/v1/registrations", person(1)).json()
    assert filed(registry, A).status_code == 409
    tried = registry.post(B, "/v1/programmes/youth-intake/check", person(1, **FILED)).json()
    assert tried["verdict"] == "recognised"  # it tells nothing of another institution
    assert registry.post("bureau", "/v1/registrations", person(1)).json()["registration_id"] == held["id"]
    base = organisation(1, "internship-bases")
    assert [registry.post(name, "/v1/registrations", base).status_code for name in (A, B)] == [201, 409]
    assert registry.act("bureau", held["id"], "exit", reason="离职", effective_on="2019-12-01").status_code == 200
    assert filed(registry).status_code == 201
    assert cases(registry) == []


@pytest.mark.parametrize("decision", ["same", "different"])
def test_x01_the_bureau_settles_the_credit_and_the_case_stays_settled(registry: Registry, decision: str) -> None:
    held = registry.post(A, "/v1/registrations", person(1)).json()
    filed(registry)
    (case,) = cases(registry)
    path = f"/v1/duplicates/{case['id']}"
    credit = {"credit_to": held["id"]} if decision == "same" else {}
    decided = registry.post("bureau", f"{path}/decision", {"decision": decision, "reason": "已听取双方", **credit})
    assert (decided.status_code, decided.json()["state"]) == (200, decision)
    assert registry.get("bureau", f"/v1/registrations/{held['id']}").json()["version"] == held["version"]
    filed(registry)
    assert [each["state"] for each in cases(registry)] == [decision]
    other = registry.post(A, "/v1/registrations", person(2)).json()
    sides = {"one": held["subject_ref"], "other": other["subject_ref"], "reason": "同一人"}
    suspected = registry.post("bureau", "/v1/duplicates", sides).json()["id"]
    merged = {"decision": "same", "reason": "核对"}
    assert registry.post("bureau", f"/v1/duplicates/{suspected}/decision", merged).status_code == 200
    assert registry.post("bureau", f"{path}/undo", {"reason": "重新核对"}).json()["state"] == "open"
