"""Institutions that may not submit until a day."""

from typing import Any

import pytest

from tests.registry.at_another_time import time_machine
from tests.registry.conftest import Registry
from tests.registry.subjects import person

A, B = "institution-a-clerk", "institution-b-clerk"
BARRED = {"until": "2022-12-31", "reason": "推荐材料造假", "document_no": "洪人社字(2019)第9号"}


def bar(registry: Registry, **changes: Any) -> Any:
    path = f"/v1/institutions/{registry.credentials[A]['institution_id']}/bars"
    return registry.post("bureau", path, BARRED | changes)


def test_f10_a_unit_suspended_for_three_years_is_refused_with_the_end_date(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = time_machine(registry, monkeypatch)
    at(2020, 1, 1)
    draft = registry.post(A, "/v1/registrations", person(1, submit=False)).json()["id"]
    made = bar(registry)
    assert (made.status_code, made.json()["since"], made.json()["document_no"]) == (
        201, "2020-01-01", "洪人社字〔2019〕9号",
    )  # fmt: skip
    at(2022, 12, 31, 23, 59)
    institution = registry.credentials[A]["institution_id"]
    refusals = [
        registry.post(A, "/v1/registrations", person(2)),
        registry.act(A, draft, "submit"),
        registry.post("bureau", "/v1/registrations", person(2, institution_id=institution)),
    ]
    batch = registry.post(A, "/v1/registrations/batch", {"items": [person(2), person(3, submit=False)]}).json()["items"]
    for problem in (*(each.json() for each in refusals), batch[0]["problem"]):
        assert (problem["type"], problem["status"]) == ("/problems/institution-barred", 409)
        assert problem["barred_until"] == "2022-12-31"
        assert "2022年12月31日" in problem["detail"]
    assert batch[1]["status"] == 201  # a draft can be kept
    assert registry.post(B, "/v1/registrations", person(4)).status_code == 201
    at(2023, 1, 1, 0, 0)
    assert registry.act(A, draft, "submit").json()["state"] == "recognised"


def test_a_bar_is_lifted_with_a_reason_and_stays_on_record(registry: Registry) -> None:
    made = bar(registry, until="2199-12-31").json()
    path = f"/v1/institutions/{made['institution_id']}/bars"
    assert registry.post(A, "/v1/registrations", person()).status_code == 409
    assert registry.post("bureau-2", f"{path}/{made['id']}/lift", {"reason": "复核撤销"}).status_code == 200
    again = registry.post("bureau-2", f"{path}/{made['id']}/lift", {"reason": "复核撤销"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-lifted")
    assert registry.post(A, "/v1/registrations", person()).status_code == 201
    (kept,) = registry.get(A, path).json()["items"]
    assert (kept["reason"], kept["by"], kept["lifted_by"], kept["lifted_for"]) == (
        BARRED["reason"], "bureau", "bureau-2", "复核撤销",
    )  # fmt: skip
    actions = [each["action"] for each in registry.get("auditor", f"/v1/audit?object={made['id']}").json()["items"]]
    assert actions == ["bar", "lift", "lift"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"since": "2190-01-02", "until": "2190-01-01"}, "ends_before_start"),
        ({"until": "2020-01-01"}, "ends_before_start"),
        ({"since": "2019-01-01", "until": "2020-01-01"}, "in_past"),
    ],
)
def test_a_bar_that_bars_nobody_is_refused(registry: Registry, changes: dict[str, str], code: str) -> None:
    refused = bar(registry, **changes)
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("/until", code)]
