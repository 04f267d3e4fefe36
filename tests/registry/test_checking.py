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
