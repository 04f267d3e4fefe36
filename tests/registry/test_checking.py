"""Trying a registration: the same verdict as the real thing, and nothing is kept."""

from typing import Any

import pytest
from sqlalchemy import func, select

from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.subjects.models.organisations import Organisation
from services.registry.subjects.models.people import IdentityDocument, Person
from shared.service_tables import outbox
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, post

CLERK = "institution-a-clerk"
MISMATCH: dict[str, Any] = {"subject": {"gender": "female"}}  # the number says male


def tried(registry: Registry, body: dict[str, Any]) -> Any:
    answer = registry.post(CLERK, f"/v1/programmes/{body['programme']}/check", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def kept(registry: Registry) -> list[int]:
    tables = (Registration, HistoryEntry, Person, IdentityDocument, Organisation, outbox)
    with registry.context.database.reading() as session:
        return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


@pytest.mark.parametrize(
    ("body", "verdict", "reasons"),
    [
        (person(), "recognised", []),
        (person(**MISMATCH), "for_review", [(None, "gender_differs", "warns")]),
        (organisation(), "for_review", []),
        (person(details={"workplace": "360482"}), "refused", [("/details/workplace", "outside_city", "refuses")]),
        (person(reporting_unit="nowhere"), "refused", [("/reporting_unit", "unit_unknown", "refuses")]),
    ],
)
def test_a_try_tells_what_would_come_of_it_and_keeps_nothing(
    registry: Registry, body: dict[str, Any], verdict: str, reasons: list[Any]
) -> None:
    before = kept(registry)
    found = tried(registry, body)
    assert found["verdict"] == verdict
    assert [(each["pointer"], each["code"], each["effect"]) for each in found["reasons"]] == reasons
    assert all(each["zh"] and each["en"] for each in found["reasons"])
    assert kept(registry) == before
    real = registry.post(CLERK, "/v1/registrations", body)
    assert {201: real.json().get("state"), 422: "refused"}[real.status_code] == {"for_review": "submitted"}.get(
        verdict, verdict
    )


def test_who_is_registered_already_is_told_before_registering(registry: Registry) -> None:
    registry.post(CLERK, "/v1/registrations", person())
    (reason,) = tried(registry, person())["reasons"]
    assert (reason["code"], reason["effect"], reason["zh"]) == (
        "already-registered",
        "refuses",
        "该人员（单位、岗位）已在本计划登记，不得重复登记",
    )


def test_what_follows_from_the_details_is_shown(registry: Registry) -> None:
    details = {"started_on": "2019-03-01", "months": 36, "first_day_counts": True, "vacant_since": "2019-04-01"}
    found = tried(registry, post(details=details))
    assert found["term"] == {"last_day": "2022-02-28", "remind_on": "2021-12-30"}
    assert found["attributes"] == {"vacant": True}


def test_the_address_names_the_programme(registry: Registry) -> None:
    path = "/v1/programmes/youth-intake/check"
    without = {name: value for name, value in person().items() if name != "programme"}
    assert registry.post(CLERK, path, without).json()["verdict"] == "recognised"
    other = registry.post(CLERK, path, person(programme="village-graduates")).json()
    assert [each["code"] for each in other["reasons"]] == ["another_programme"]
    assert registry.post(CLERK, "/v1/programmes/no-such/check", without).status_code == 404


def test_a_try_before_and_after_a_registration_does_not_touch_it(registry: Registry) -> None:
    assert tried(registry, person(7))["verdict"] == "recognised"
    assert registry.post(CLERK, "/v1/registrations", person(7)).status_code == 201
    assert tried(registry, person(7))["verdict"] == "refused"


def of(registry: Registry, **more: Any) -> str:
    """The address of a registration that the reviewer returned; its institution's clerk may amend it."""
    made = registry.post(CLERK, "/v1/registrations", person(**{"programme": "industry-urgent-talent", **more})).json()
    registry.act("institution-a-reviewer", made["id"], "return", reason="请补充材料")
    return f"/v1/registrations/{made['id']}"


@pytest.mark.parametrize(
    ("change", "verdict", "codes"),
    [
        ({}, "for_review", []),
        ({"fact_date": "2019-06-01", "township": "扬子洲镇"}, "for_review", []),
        ({"reporting_unit": "nowhere"}, "refused", ["unit_unknown"]),
        ({"fact_date": "2100-01-01"}, "refused", ["in_future"]),
        ({"subject": person(2)["subject"] | {"gender": "female"}}, "for_review", ["gender_differs"]),
    ],
)
def test_an_amendment_is_tried_in_its_own_place_and_nothing_is_kept(
    registry: Registry, change: dict[str, Any], verdict: str, codes: list[str]
) -> None:
    path = of(registry)
    shown, before = registry.get(CLERK, path).json(), kept(registry)
    found = registry.post(CLERK, f"{path}/check", change).json()
    assert (found["verdict"], [each["code"] for each in found["reasons"]]) == (verdict, codes)
    assert (registry.get(CLERK, path).json(), kept(registry)) == (shown, before)


def test_an_amendment_is_tried_beside_what_else_is_registered(registry: Registry) -> None:
    path = of(registry)
    registry.post(CLERK, "/v1/registrations", person(2, programme="industry-urgent-talent"))
    (reason,) = registry.post(CLERK, f"{path}/check", {"subject": person(2)["subject"]}).json()["reasons"]
    assert reason["code"] == "already-registered"


def test_what_is_not_to_be_amended_is_not_tried(registry: Registry) -> None:
    path = of(registry)
    assert registry.post("institution-b-clerk", f"{path}/check", {}).status_code == 404
    registry.act(CLERK, path.rpartition("/")[2], "submit")
    refused = registry.post(CLERK, f"{path}/check", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-amendable")


@pytest.mark.parametrize(
    ("by", "states"),
    [
        (CLERK, ["draft", "returned"]),
        ("bureau", ["draft", "returned", "on_notice"]),
        ("institution-a-reviewer", []),
        ("district-donghu", []),
        ("auditor", []),
    ],
)
def test_the_workflow_says_what_a_role_may_amend(registry: Registry, by: str, states: list[str]) -> None:
    assert registry.get(by, "/v1/workflow").json()["amendable"] == states
