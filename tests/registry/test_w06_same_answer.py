"""An institution is answered the same whether or not others registered the person; tries are limited, and on record."""

from typing import Any

import pytest

from shared import clock
from tests.registry.at_another_time import time_machine
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person

A, B = "institution-a-clerk", "institution-b-clerk"
CHECK = "/v1/programmes/youth-intake/check"


def named(name: str, n: int = 1, **changes: Any) -> dict[str, Any]:
    body = person(n, **changes)
    body["subject"] = body["subject"] | {"name": name}
    return body


def tried(registry: Registry, body: dict[str, Any], by: str = B) -> Any:
    answer = registry.post(by, f"/v1/programmes/{body['programme']}/check", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


PASSPORT = {"id_type": "passport", "id_number": "EA7654321", "id_country": "USA", "birth_date": "1980-02-03"}


@pytest.mark.parametrize(
    "guess",
    [
        named("赵植树"),
        named("周植树"),
        named("赵植树", 2),
        named("赵植树", programme="village-graduates"),
        named("赵植树") | {"subject": {"kind": "person", "name": "赵植树"} | PASSPORT},
    ],
)
def test_w06_a_try_says_the_same_before_and_after_another_registers(registry: Registry, guess: dict[str, Any]) -> None:
    """The right number and name, a wrong name, a wrong number, another programme, another document."""
    before = tried(registry, guess)
    for body in (
        named("赵植树"),
        named("赵植树") | {"subject": guess["subject"], "programme": "science-commissioners"},
    ):
        registry.post(A, "/v1/registrations", body)
    assert tried(registry, guess) == before


def test_w06_what_is_ones_own_is_told_and_the_bureau_is_told_all(registry: Registry) -> None:
    registry.post(A, "/v1/registrations", named("赵植树"))
    assert [each["code"] for each in tried(registry, named("赵植树"), A)["reasons"]] == ["already-registered"]
    assert [each["code"] for each in tried(registry, named("赵植树"), "bureau")["reasons"]] == ["already-registered"]
    assert tried(registry, named("赵植树"))["verdict"] == "recognised"


def test_w06_an_organisation_that_another_has_is_no_secret_told(registry: Registry) -> None:
    base = organisation(1, "internship-bases")
    before = tried(registry, base)
    registry.post(A, "/v1/registrations", base)
    assert tried(registry, base) == before


def test_w06_a_draft_is_answered_the_same(registry: Registry) -> None:
    """But for its ids and instants."""

    def drafted(n: int) -> dict[str, Any]:
        answer = registry.post(B, "/v1/registrations", named("周植树", n, submit=False)).json()
        own = ("id", "subject_ref", "created_at", "updated_at", "subject")
        return {name: value for name, value in answer.items() if name not in own}

    registry.post(A, "/v1/registrations", named("赵植树"))
    assert drafted(1) == drafted(2)


def test_w06_hints_go_to_the_bureau_alone(registry: Registry) -> None:
    registry.post(A, "/v1/registrations", named("赵植树"))
    body = named("周植树", programme="dual-qualified-teachers")
    posted = registry.post(B, "/v1/registrations", body)
    assert (posted.status_code, posted.json()["warnings"]) == (201, [])
    path = f"/v1/registrations/{posted.json()['id']}"
    for name in (B, "district-donghu"):
        assert registry.get(name, path).json()["warnings"] == []
        (listed,) = registry.get(name, "/v1/registrations?programme=dual-qualified-teachers").json()["items"]
        assert listed["warnings"] == []
    batch = registry.post(B, "/v1/registrations/batch", {"items": [named("周植树", programme="village-graduates")]})
    assert "name_differs" not in batch.text
    assert "name_differs" not in registry.act("district-donghu", posted.json()["id"], "return", reason="核对").text
    for name in ("bureau", "auditor"):
        assert [each["code"] for each in registry.get(name, path).json()["warnings"]] == ["name_differs"]


def test_w06_tries_are_limited_by_institution_and_fill_with_time(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = time_machine(registry, monkeypatch)
    at(2020, 6, 1)
    draft = registry.post(B, "/v1/registrations", named("赵植树") | {"submit": False}).json()["id"]
    assert {registry.post(B, CHECK, named("赵植树", n)).status_code for n in range(60)} == {200}
    refused = registry.post(B, CHECK, named("赵植树"))
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
    assert registry.post(B, f"/v1/registrations/{draft}/check", {}).status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["ratelimit-policy"] == '"check";q=60;w=60'
    assert refused.headers["ratelimit"] == '"check";r=0;t=1'
    assert registry.post(A, CHECK, named("赵植树")).status_code == 200  # another institution has its own
    assert registry.post("bureau", CHECK, named("赵植树")).status_code == 200
    at(2020, 6, 2)
    assert registry.post(B, CHECK, named("赵植树")).status_code == 200


def test_w06_tries_are_on_the_trail_by_a_blind_index(registry: Registry) -> None:
    for n in (1, 1, 2):
        tried(registry, named("赵植树", n))
    entries = registry.get("auditor", "/v1/audit?action=check&limit=1000").json()
    about = [each["object"] for each in entries["items"]]
    assert about[0] == about[1] != about[2]
    assert all(len(each) == 64 for each in about)
    draft = registry.post(B, "/v1/registrations", named("测试甲", 3) | {"submit": False}).json()["id"]
    for change in ({}, {"subject": named("测试甲", 1)["subject"]}):
        assert registry.post(B, f"/v1/registrations/{draft}/check", change).status_code == 200
    amended = registry.get("auditor", "/v1/audit?action=check_amendment&limit=1000").json()["items"]
    assert len({each["object"] for each in amended} & {*about}) == 1
    assert person(1)["subject"]["id_number"] not in str(entries)
    assert clock.now().year > 2000


def test_w06_an_amendment_is_tried_the_same_whether_or_not_others_have_the_person(registry: Registry) -> None:
    draft = registry.post(B, "/v1/registrations", named("测试甲", 3) | {"submit": False}).json()["id"]
    change = {"subject": named("测试甲", 1)["subject"]}
    before = registry.post(B, f"/v1/registrations/{draft}/check", change).json()
    assert registry.post(A, "/v1/registrations", named("测试乙", 1)).status_code == 201
    assert registry.post(B, f"/v1/registrations/{draft}/check", change).json() == before
