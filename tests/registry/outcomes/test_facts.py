"""What follows a recognition (认定后情况): by date, in order of knowledge, never lost, never counted twice."""

from typing import Any

import pytest
from sqlalchemy import func, select

from services.registry.outcomes.models import Circumstance
from shared.db import table_of
from tests.registry.conftest import Registry
from tests.registry.outcomes.followed import A, B, changes, facts, record, shown
from tests.registry.subjects import organisation, person

CIRCUMSTANCES = table_of(Circumstance)


def young(registry: Registry, n: int = 1, **about: Any) -> str:
    """A young person recognised on 1 July 2019."""
    body = person(n, **{"details": {"education": "21", "graduated_on": "2019-06-30"}} | about)
    answer = registry.post(A, "/v1/registrations", body)
    assert answer.json()["state"] == "recognised", answer.text
    found: str = answer.json()["id"]
    return found


def test_x03_a_recognised_young_person_settles_later(registry: Registry) -> None:
    one = young(registry)
    answer = record(registry, one, "settled_on", "2019-09-01")
    assert answer.status_code == 201, answer.text
    recorded = answer.json()
    assert (recorded["attribute"], recorded["value"], recorded["effective_on"]) == (
        "settled_on", "2019-09-01", "2019-09-01",
    )  # fmt: skip
    event = registry.events()[-1]
    assert event.type == "registry.registration.fact_recorded.v1"
    assert (event.version, event.classes["settled"], changes(registry)) == (2, "no", [("settled", "yes", "2019-09-01")])
    assert shown(registry, one)["attributes"]["settled"] is True
    last = registry.get(A, f"/v1/registrations/{one}/history").json()["items"][-1]
    assert (last["action"], last["version"], last["effective_on"]) == ("record_fact", 2, "2019-09-01")
    entry = registry.get("auditor", "/v1/audit?action=record_fact").json()["items"][-1]
    assert (entry["object"], entry["version"], entry["outcome"]) == (one, 2, "done")


def test_x03_the_same_fact_twice_is_one(registry: Registry) -> None:
    one = young(registry)
    item = {"registration_id": one, "fact": {"attribute": "settled_on", "effective_on": "2019-09-01"}}
    batch = registry.post(A, "/v1/registrations/facts", {"items": [item, item]}).json()["items"]
    again = record(registry, one, "settled_on", "2019-09-01", "bureau")
    assert [each["status"] for each in batch] + [again.status_code] == [201, 200, 200]
    assert {each["fact"]["id"] for each in batch} | {again.json()["id"]} == {batch[0]["fact"]["id"]}
    assert shown(registry, one)["version"] == 2
    assert len(registry.events()) == 2
    with registry.context.database.reading() as session:
        assert session.execute(select(func.count()).select_from(CIRCUMSTANCES)).scalar_one() == 1
    key = {"Idempotency_Key": '"settled"'}
    body = {"attribute": "second_certificate", "effective_on": "2019-09-01"}
    first = registry.post(A, f"/v1/registrations/{one}/facts", body, **key)
    replayed = registry.post(A, f"/v1/registrations/{one}/facts", body, **key)
    assert (first.content, replayed.headers["idempotent-replayed"]) == (replayed.content, "true")


def test_x03_only_a_certificate_of_the_same_graduation_year_makes_two(registry: Registry) -> None:
    one, other, unknown = young(registry), young(registry, 2), young(registry, 3, details={"education": "21"})
    for each in (one, unknown):
        assert record(registry, each, "second_certificate", "2019-09-01").status_code == 201
    assert record(registry, other, "second_certificate", "2020-03-01").status_code == 201
    held = [shown(registry, each)["attributes"]["dual_certificate"] for each in (one, other, unknown)]
    assert held == [True, False, False]


def test_x03_a_correction_and_a_withdrawal_stay_in_sight(registry: Registry) -> None:
    one = young(registry)
    wrong = record(registry, one, "settled_on", "2019-09-01").json()
    refused = record(registry, one, "settled_on", "2019-10-01")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/contradicts-recorded")
    right = record(registry, one, "settled_on", "2019-10-01", corrects=wrong["id"], reason="按户口簿")
    assert right.status_code == 201, right.text
    assert changes(registry) == [("settled", "yes", "2019-10-01")]
    first, second = facts(registry, one)
    assert (first["id"], first["withdrawn_reason"], second["corrects"]) == (wrong["id"], "按户口簿", wrong["id"])
    path = f"/v1/registrations/{one}/facts/{right.json()['id']}/withdraw"
    assert registry.post(A, path, {"reason": "误录"}).status_code == 200
    assert registry.post(A, path, {"reason": "误录"}).json()["type"] == "/problems/already-withdrawn"
    assert registry.post(A, path.replace(right.json()["id"], one), {"reason": "误录"}).status_code == 404
    assert (changes(registry), shown(registry, one)["attributes"]["settled"]) == ([], False)
    assert [each["withdrawn_by"] is None for each in facts(registry, one)] == [False, False]
    then = second["recorded_at"].replace("+", "%2B")
    assert [each["id"] for each in facts(registry, one, f"?known_at={then}")] == [second["id"]]
    assert facts(registry, one, "?as_of=2019-09-30")[0]["id"] == first["id"]
    again = record(registry, one, "settled_on", "2019-10-01", corrects=wrong["id"])
    assert again.json()["errors"][0]["code"] == "fact_unknown"


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"effective_on": "2019-06-30", "value": "2019-06-30"}, "before_counting"),
        ({"effective_on": "2190-01-01", "value": "2190-01-01"}, "in_future"),
        ({"effective_on": "2019-12-01", "value": "2019-09-01"}, "another_day"),
        ({"effective_on": "2019-09-01", "value": "2019-12-01"}, "another_day"),
        ({"effective_on": "1899-12-31"}, None),
        ({"effective_on": "2019-09-01", "value": True}, None),
        ({"effective_on": "2019-09-01", "value": "2019-02-29"}, None),
        ({"attribute": "vacant_since"}, "not_followed"),
        ({"attribute": "holder"}, None),
        ({"attribute": "nothing"}, None),
        ({"more": 1}, None),
    ],
)
def test_x03_a_fact_that_cannot_be_is_refused(registry: Registry, stated: dict[str, Any], code: str | None) -> None:
    one = young(registry)
    body = {"attribute": "settled_on", "effective_on": "2019-09-01"} | stated
    answer = registry.post(A, f"/v1/registrations/{one}/facts", body)
    assert answer.status_code == 422, answer.text
    assert code is None or [each["code"] for each in answer.json()["errors"]] == [code]
    assert (len(registry.events()), facts(registry, one)) == (1, [])


def test_x03_what_was_so_before_counts_from_the_recognition(registry: Registry) -> None:
    one = young(registry)
    assert record(registry, one, "settled_on", "2019-07-01", value="2019-03-01").status_code == 201
    assert changes(registry) == [("settled", "yes", "2019-07-01")]
    settled = young(registry, 2, details={"education": "21", "settled_on": "2019-06-01"})
    assert record(registry, settled, "settled_on", "2019-09-01").status_code == 409


def test_x03_whoever_may_not_see_the_registration_records_nothing(registry: Registry) -> None:
    one = young(registry)
    assert record(registry, one, "settled_on", "2019-09-01", B).status_code == 404
    assert registry.get(B, f"/v1/registrations/{one}/facts").status_code == 404
    recorded = record(registry, one, "settled_on", "2019-09-01").json()["id"]
    path = f"/v1/registrations/{one}/facts/{recorded}/withdraw"
    assert registry.post(B, path, {"reason": "误录"}).status_code == 404
    for name in ("district-donghu", "institution-a-reviewer", "leader", "auditor", "operator"):
        assert record(registry, one, "settled_on", "2019-09-02", name).status_code == 403


def test_x03_nothing_follows_from_what_is_not_recognised_or_is_revoked(registry: Registry) -> None:
    draft = registry.post(A, "/v1/registrations", person(5, submit=False)).json()["id"]
    assert record(registry, draft, "settled_on", "2019-09-01").json()["type"] == "/problems/not-recognised"
    one, left = young(registry), young(registry, 2)
    recorded = record(registry, one, "settled_on", "2019-09-01").json()["id"]
    decision = {"reason": "材料不实", "decision_no": "测人社〔2020〕1号", "decision_date": "2020-01-02"}
    for name in ("bureau", "bureau-2"):
        registry.act(name, one, "revoke", **decision)
    assert shown(registry, one)["state"] == "revoked"
    assert record(registry, one, "second_certificate", "2019-09-01").status_code == 409
    path = f"/v1/registrations/{one}/facts/{recorded}/withdraw"
    assert registry.post(A, path, {"reason": "误录"}).status_code == 200
    registry.act("bureau", left, "exit", reason="离昌", effective_on="2020-01-01")
    assert record(registry, left, "settled_on", "2020-01-01").json()["errors"][0]["code"] == "after_leaving"
    assert record(registry, left, "settled_on", "2019-12-31").status_code == 201


def test_x03_the_newest_state_is_announced_again_with_all_that_followed(registry: Registry) -> None:
    one = young(registry)
    record(registry, one, "settled_on", "2019-09-01")
    (announced,) = registry.get("operator", f"/v1/facts?id={one}").json()["items"]
    assert (announced["version"], announced["class_changes"]) == (
        2, [{"name": "settled", "value": "yes", "since": "2019-09-01"}],
    )  # fmt: skip
    other = registry.post(A, "/v1/registrations", organisation(3, submit=False)).json()["id"]
    assert record(registry, other, "settled_on", "2019-09-01").status_code == 409
