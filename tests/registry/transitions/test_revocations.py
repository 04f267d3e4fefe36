"""What follows a revocation: review and suit in their time, finality, and what overturning brings back."""

from datetime import date
from typing import Any

import pytest

from services.registry.transitions.rules.revocations import contested_until, is_over
from services.registry.transitions.workers import sweep
from shared.trail import record
from shared.working_days import packaged_year
from tests.registry.at_another_time import time_machine
from tests.registry.conftest import Registry
from tests.registry.subjects import person
from tests.registry.transitions.test_workflow import A


def revoked(registry: Registry, served_on: str) -> str:
    registration_id = str(registry.post(A, "/v1/registrations", person()).json()["id"])
    for name in ("bureau", "bureau-2"):
        registry.act(name, registration_id, "revoke", reason="材料虚假", effective_on=served_on)
    return registration_id


def standing(registry: Registry, registration_id: str) -> tuple[Any, ...]:
    found = registry.get("bureau", f"/v1/registrations/{registration_id}").json()
    return found["state"], found["revocation_status"], found["contest_until"]


def contest(registry: Registry, registration_id: str, action: str, on: str) -> Any:
    return registry.act("bureau", registration_id, action, reason="当事人不服", effective_on=on)


def test_a_revocation_can_be_reviewed_within_sixty_days_and_sued_within_six_months(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told on 1 July 2020: the 60th day is Sunday 30 August, so that Monday is in time and Tuesday is not."""
    at = time_machine(registry, monkeypatch)
    at(2020, 7, 2)
    first = revoked(registry, "2020-07-01")
    assert standing(registry, first) == ("revoked", "decided", "2021-01-01")
    at(2020, 12, 1)
    late = contest(registry, first, "request_review", "2020-09-01")
    assert [(each["pointer"], each["code"]) for each in late.json()["errors"]] == [("/effective_on", "too_late")]
    assert contest(registry, first, "uphold_revocation", "2020-12-01").json()["open"] == [
        "request_review", "file_suit", "overturn_revocation",
    ]  # fmt: skip
    assert contest(registry, first, "request_review", "2020-08-31").json()["revocation_status"] == "under_review"
    assert contest(registry, first, "uphold_revocation", "2020-11-30").status_code == 200
    assert standing(registry, first) == ("revoked", "decided", "2020-12-15")
    assert contest(registry, first, "file_suit", "2020-12-01").json()["revocation_status"] == "under_review"


def test_nothing_is_revoked_before_it_counted(registry: Registry) -> None:
    registration_id = str(registry.post(A, "/v1/registrations", person()).json()["id"])
    early = {"decision_no": "1", "decision_date": "2019-06-30", "effective_on": "2019-06-30"}
    refused = registry.act("bureau", registration_id, "revoke", reason="材料虚假", **early)
    assert {(each["pointer"], each["code"]) for each in refused.json()["errors"]} == {
        ("/effective_on", "before_counting"), ("/decision_date", "before_counting"),
    }  # fmt: skip


def test_a_revocation_nobody_contests_becomes_final_by_itself(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told on 8 April 2020: six months end on 8 October, a day of the holiday; the 9th is worked, and the last."""
    at, database = time_machine(registry, monkeypatch), registry.context.database
    runner = registry.context.runner(record)
    at(2020, 4, 9)
    registration_id = revoked(registry, "2020-04-08")
    announced = len(registry.events())
    at(2020, 10, 9, 23, 59)
    assert sweep(database, runner) == 0
    at(2020, 10, 10)
    assert sweep(database, runner) == 1
    assert standing(registry, registration_id) == ("revoked", "final", "2020-10-08")
    assert sweep(database, runner) == 0
    assert len(registry.events()) == announced  # nothing counts otherwise than before
    last = registry.get("bureau", f"/v1/registrations/{registration_id}/history").json()["items"][-1]
    assert (last["action"], last["by"], last["role"]) == ("settle_revocation", "registry", "system")
    entry = registry.get("auditor", "/v1/audit?action=settle_revocation").json()["items"][0]
    assert (entry["object"], entry["role"], entry["outcome"]) == (registration_id, "system", "done")
    late = contest(registry, registration_id, "file_suit", "2020-10-10")
    assert (late.status_code, late.json()["open"]) == (409, ["overturn_revocation"])


def test_what_is_under_review_does_not_become_final(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    at = time_machine(registry, monkeypatch)
    at(2020, 4, 9)
    registration_id = revoked(registry, "2020-04-08")
    assert contest(registry, registration_id, "request_review", "2020-04-09").status_code == 200
    at(2021, 4, 9)
    assert sweep(registry.context.database, registry.context.runner(record)) == 0
    overturned = registry.act("bureau", registration_id, "overturn_revocation", reason="复议撤销原决定").json()
    assert (overturned["state"], overturned["revocation_status"]) == ("recognised", "overturned")
    assert (overturned["counted_on"], overturned["contest_until"]) == ("2019-07-01", None)


def test_of_two_revocations_of_one_title_one_call_overturns_one(registry: Registry) -> None:
    """They stand in each other's way although neither was active before."""
    ids = [revoked(registry, "2020-07-01") for _ in range(2)]
    wanted = {"ids": ids, "action": "overturn_revocation", "reason": "复议撤销原决定"}
    one, other = registry.post("bureau", "/v1/registrations/transitions", wanted).json()["items"]
    assert (one["status"], one["state"]) == (200, "recognised")
    assert (other["status"], other["problem"]["type"]) == (409, "/problems/already-registered")


def test_who_had_left_before_is_restored_beside_a_new_registration(registry: Registry) -> None:
    first = str(registry.post(A, "/v1/registrations", person()).json()["id"])
    registry.act("bureau", first, "exit", reason="离昌", effective_on="2020-05-31")
    for name in ("bureau", "bureau-2"):
        registry.act(name, first, "revoke", reason="材料虚假", effective_on="2020-07-01")
    assert registry.post(A, "/v1/registrations", person()).status_code == 201
    restored = registry.act("bureau", first, "overturn_revocation", reason="复议撤销原决定")
    assert (restored.status_code, restored.json()["state"]) == (200, "exited")


def test_periods_end_as_the_law_reckons_them() -> None:
    assert contested_until("revoke", date(2020, 8, 31)) == date(2021, 2, 28)
    assert contested_until("uphold_revocation", date(2020, 11, 30)) == date(2020, 12, 15)
    sunday, monday = date(2020, 8, 30), date(2020, 8, 31)
    assert [is_over(sunday, day, packaged_year) for day in (sunday, monday, date(2020, 9, 1))] == [False, False, True]
    assert not is_over(date(2030, 1, 5), date(2030, 2, 1), lambda _: None)  # no calendar, no guess
