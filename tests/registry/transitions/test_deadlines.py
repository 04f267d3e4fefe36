"""Terms that end by their date: found late, dated rightly, told once, on record as the system's act."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from services.registry.registrations.models import Registration
from services.registry.transitions.workers import reckon_all, sweep
from shared.db import table_of
from shared.trail import record
from tests.registry.at_another_time import time_machine
from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.subjects import person, post
from tests.registry.transitions.test_workflow import DECIDED, A

TEACHERS = "dual-qualified-teachers"


def recognised(registry: Registry, *bodies: dict[str, Any]) -> list[str]:
    items = registry.post(A, "/v1/registrations/batch", {"items": list(bodies)}).json()["items"]
    ids = [each["registration"]["id"] for each in items]
    passing = [("institution-a-reviewer", "endorse"), ("district-donghu", "pass_district"), ("bureau", "pass_city")]
    for name, action in passing:
        registry.post(name, "/v1/registrations/transitions", {"ids": ids, "action": action})
    decided = registry.post("bureau", "/v1/registrations/transitions", {"ids": ids, "action": "recognise"} | DECIDED)
    assert {each["status"] for each in decided.json()["items"]} == {200}
    return ids


def shown(registry: Registry, registration_id: str) -> dict[str, Any]:
    found: dict[str, Any] = registry.get("bureau", f"/v1/registrations/{registration_id}").json()
    return found


def test_a_term_that_ran_out_while_nobody_looked_ends_as_of_its_last_day(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, database = time_machine(registry, monkeypatch), registry.context.database
    runner = registry.context.runner(record)
    at(2020, 1, 2)
    ended, suspended, runs = recognised(
        registry, *(person(n, TEACHERS, details={"term_until": f"2021-0{n}-28"}) for n in (2, 3, 4))
    )
    registry.act("bureau", suspended, "suspend", reason="核查")
    at(2021, 2, 28, 23, 59)
    assert sweep(database, runner) == 0
    at(2021, 4, 1)
    assert sweep(database, runner) == 2
    found = [(shown(registry, each)["state"], shown(registry, each)["ended_on"]) for each in (ended, suspended, runs)]
    assert found == [("expired", "2021-03-01"), ("expired", "2021-03-29"), ("recognised", None)]
    events = [event for event in registry.events() if event.type == "registry.registration.expired.v1"]
    assert [(str(event.registration_id), event.ended_on) for event in events] == [
        (ended, date(2021, 3, 1)), (suspended, date(2021, 3, 29)),
    ]  # fmt: skip
    assert sweep(database, runner) == 0
    last = registry.get("bureau", f"/v1/registrations/{ended}/history").json()["items"][-1]
    assert (last["action"], last["by"], last["role"], last["effective_on"]) == (
        "expire", "registry", "system", "2021-03-01",
    )  # fmt: skip
    entries = registry.get("auditor", "/v1/audit?action=expire").json()["items"]
    assert [(each["object"], each["by"], each["outcome"]) for each in entries] == [
        (each, "registry", "done") for each in (ended, suspended)
    ]
    renewed = person(2, TEACHERS, details={"term_until": "2023-02-28"})
    assert [each["code"] for each in registry.post(A, "/v1/registrations", renewed).json()["warnings"]] == ["again"]


def test_a_post_outlives_its_holder_s_term(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    at = time_machine(registry, monkeypatch)
    at(2020, 1, 2)
    term = {"started_on": "2019-03-01", "months": 12, "first_day_counts": True}
    (held,) = recognised(registry, post(details=term))
    at(2020, 6, 1)
    assert sweep(registry.context.database, registry.context.runner(record)) == 0
    assert shown(registry, held)["state"] == "recognised"


@pytest.mark.parametrize(
    ("stated", "warned"),
    [
        ({"started_on": "2019-03-01", "months": 36}, [("term_incomplete", "warning")]),
        ({"months": 36}, [("term_incomplete", "info")]),
        ({"started_on": "2019-03-01", "months": 36, "first_day_counts": False}, []),
        ({}, []),
    ],
)
def test_u19_a_term_without_its_rule_says_what_is_missing(
    registry: Registry, stated: dict[str, Any], warned: list[tuple[str, str]]
) -> None:
    """The style of an agreement is a field and no guess: the answer names the field, and what the Civil Code says."""
    held = registry.post(A, "/v1/registrations", post(details=stated, submit=False)).json()
    assert [(each["code"], each["severity"]) for each in held["warnings"]] == warned
    assert (held["term"] is None) == (stated.get("first_day_counts") is None)
    if warned:
        assert "“首日计入期限”" in held["warnings"][0]["detail"]
        assert "第二百零一条" in held["warnings"][0]["detail"]
    whole = {"started_on": "2020-02-29", "months": 12, "first_day_counts": False}
    path = f"/v1/registrations/{held['id']}"
    amended = registry.ask(A, "PATCH", path, {"details": whole}, If_Match='"1"').json()
    assert (amended["warnings"], amended["term"]["last_day"]) == ([], "2021-02-28")


def test_terms_follow_the_policy_in_force(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack that gives a title three years reckons those that were given before, also where an upgrade left none."""
    at, database = time_machine(registry, monkeypatch), registry.context.database
    runner = registry.context.runner(record)
    at(2019, 12, 31)
    (held,) = recognised(registry, person(1, TEACHERS))
    assert shown(registry, held)["term"] is None
    term = {"title_months": 36, "remind_days": 60, "expires": True}
    programmes = [
        each | {"term": term} if each["code"] == TEACHERS else each for each in PACK_OF_NANCHANG["programmes"]
    ]
    registry.put_policy(PACK_OF_NANCHANG | {"programmes": programmes}).raise_for_status()
    assert shown(registry, held)["term"] == {"last_day": "2022-12-20", "remind_on": "2022-10-21"}
    reckon_all(database, runner)
    at(2022, 12, 21)
    assert sweep(database, runner) == 1
    with database.writing() as session:
        session.execute(update(table_of(Registration)).values(last_day=None, state="recognised", ended_on=None))
    assert sweep(database, runner) == 0
    reckon_all(database, runner)
    assert sweep(database, runner) == 1
    assert shown(registry, held)["ended_on"] == "2022-12-21"
