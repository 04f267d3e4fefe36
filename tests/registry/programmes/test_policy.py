"""Putting a policy pack into force over HTTP: tried first, twice changes nothing, another city's works as it is."""

import contextlib
import json
from copy import deepcopy
from typing import Any

import pytest

from services.registry.programmes import queries
from shared.policy import parse_pack
from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.subjects import person

TINY = parse_pack(
    """
[document]
number = "示范〔2024〕1号"
title_zh = "示范市人才办法"
title_en = "The talent policy of an invented city"
issuer_zh = "示范市人民政府"
issuer_en = "Government of an invented city"
issued_on = 2024-01-02

[[reporting_units]]
code = "harbour"
name_zh = "港区"
name_en = "Harbour"
kind = "district"
valid_from = 2020-01-01

[[programmes]]
code = "pilots"
name_zh = "引航员"
name_en = "Harbour pilots"
clause = "一"
subject_kind = "person"
workflow = "direct"
counting_date = "fact"
fields = [
  { name = "ship", type = "choice", zh = "船型", en = "Ship", required = true, counts = true, choices = [
    { code = "big", zh = "大", en = "Big" },
  ] },
]
""".encode()
).model_dump(mode="json")


def put(registry: Registry, pack: Any, query: str = "") -> Any:
    for name in ("bureau", "bureau-2"):
        headers = {"Authorization": f"Bearer {registry.token(name)}", "Content-Type": "application/json"}
        answer = registry.http.put(f"/v1/policy{query}", content=json.dumps(pack), headers=headers)
        if answer.status_code != 202:
            break
    return answer


def in_force(registry: Registry) -> list[Any]:
    return [registry.get("bureau", path).json()["items"] for path in ("/v1/programmes", "/v1/reporting-units")]


def revised() -> dict[str, Any]:
    """The pack of Nanchang with a word changed."""
    pack = deepcopy(PACK_OF_NANCHANG)
    pack["programmes"][0]["name_zh"] = "另一名称"
    return pack


def test_a_dry_run_tells_the_change_and_makes_none(registry: Registry) -> None:
    before = in_force(registry)
    tried = put(registry, revised(), "?dry_run=true").json()
    assert tried["dry_run"] is True
    assert tried["changes"] == [{"action": "changed", "kind": "programme", "code": "top-talent"}]
    assert in_force(registry) == before
    done = put(registry, revised()).json()
    assert (done["dry_run"], done["changes"]) == (False, tried["changes"])
    assert in_force(registry)[0][0]["name_zh"] == "另一名称"


def test_applying_twice_changes_nothing(registry: Registry) -> None:
    before = in_force(registry)
    assert put(registry, PACK_OF_NANCHANG).json()["changes"] == []
    assert in_force(registry) == before


def test_going_back_to_the_earlier_pack_takes_effect(registry: Registry) -> None:
    other = revised()
    other["document"]["number"] = "洪府发〔2020〕1号"
    assert put(registry, other).json()["changes"] != []
    assert in_force(registry)[0][0]["name_zh"] == "另一名称"
    assert put(registry, PACK_OF_NANCHANG).json()["changes"] != []
    assert in_force(registry)[0][0]["name_zh"] == PACK_OF_NANCHANG["programmes"][0]["name_zh"]


@pytest.mark.parametrize(
    ("path", "value", "pointer", "code"),
    [
        (("programmes", 0, "workflow"), "quick", "/programmes/0/workflow", "literal_error"),
        (("programmes", 1, "code"), "top-talent", "/programmes/1/code", "twice"),
        (("quotas", 0, "programmes"), ["nowhere"], "/quotas/0/programmes/0", "unknown_programme"),
        (("reporting_units", 0, "gb2260"), "x", "/reporting_units/0/gb2260", "string_pattern_mismatch"),
        (("document", "surprise"), 1, "/document/surprise", "extra_forbidden"),
        (("quotas", 0, "where", "\ud800"), ["A"], "/quotas/0/where", None),
    ],
)
def test_a_broken_pack_is_refused_by_place_and_changes_nothing(
    registry: Registry, path: tuple[Any, ...], value: Any, pointer: str, code: str | None
) -> None:
    before, pack = in_force(registry), revised()
    *way, last = path
    part: Any = pack
    for key in way:
        part = part[key]
    part[last] = value
    refused = put(registry, pack)
    outcome = [(each["pointer"], each["code"]) for each in refused.json()["errors"]]
    assert refused.status_code == 422
    assert pointer in [each for each, _ in outcome]
    assert code is None or (pointer, code) in outcome
    assert in_force(registry) == before


def test_another_citys_pack_works_as_it_is(registry: Registry) -> None:
    assert {each["action"] for each in put(registry, TINY).json()["changes"]} == {"added"}
    body = person(programme="pilots", reporting_unit="harbour", fact_date="2024-02-01", details={"ship": "big"})
    outcome = registry.post("institution-a-clerk", "/v1/registrations", body).json()
    assert (outcome["state"], outcome["counted_on"]) == ("recognised", "2024-02-01")
    assert registry.events()[-1].classes["ship"] == "big"
    shown = registry.get("leader", "/v1/programmes/pilots").json()
    assert (shown["name_zh"], shown["workflow"]) == ("引航员", "direct")


def test_reporting_units_are_those_of_the_day_with_what_became_of_them(registry: Registry) -> None:
    def units(query: str) -> dict[str, Any]:
        items = registry.get("leader", f"/v1/reporting-units{query}").json()["items"]
        return {each["code"]: each for each in items}

    assert len(units("")) == 16
    before, after = units("?on=2020-06-27"), units("?on=2020-06-28")
    assert ("wanli" in before, "wanli-bureau" in before) == (True, False)
    assert ("wanli" in after, "wanli-bureau" in after) == (False, True)
    assert {(each["old"], each["new"]) for each in after["honggutan"]["successions"]} == {
        ("donghu", "honggutan"), ("xinjian", "honggutan"),
    }  # fmt: skip
    assert registry.get("leader", "/v1/reporting-units?on=1").status_code == 422
    assert registry.get("leader", "/v1/programmes/hongcheng-technicians").status_code == 404


def test_what_is_kept_of_the_policy_outlives_the_transaction_that_read_it(registry: Registry) -> None:
    """The first transaction of a process may be rolled back, as where the disk is full; the next one registers."""
    queries._PARSED.clear()  # as in a process that has just started
    with contextlib.suppress(OSError), registry.context.database.writing() as session:
        queries.in_force(session)
        raise OSError
    assert registry.register().status_code == 201
