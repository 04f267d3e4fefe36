"""Quotas over HTTP: laid down, read page by page, and refused by name."""

from typing import Any
from uuid import UUID

import pytest

from services.quota.main import service
from shared.auth import Role
from shared.bus import Outgoing
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.consumer import Consumer
from shared.contracts.registration import REGISTRATION_EVENTS
from shared.cursors import ListCursors
from shared.events import Event, by_type
from shared.vault import vault
from tests.quota.conftest import Site
from tests.quota.given import event, nanchang, ref
from tests.quota.own import OWN
from tests.signing import TRUSTED, outgoing


def test_a_quota_is_laid_down_read_and_revised(site: Site) -> None:
    """201 with its place, an entity tag, 202 until a second officer says the same, and then the new amount."""
    made = site.ask("bureau", "POST", "/v1/quotas", OWN | {"comparison": "about", "unit": "donghu"})
    assert (made.status_code, made.json()["tolerance_percent"], made.json()["awaiting"]) == (201, 10, None)
    place = made.headers["Location"]
    read = site.get(place)
    laid_down = {name: value for name, value in made.json().items() if name != "effects"}
    assert (read.json(), read.headers["ETag"]) == (laid_down, '"1"')
    assert read.json()["period"] == OWN["period"] | {"basis": "operator_set", "label": "2019"}  # type: ignore[operator]
    revision = {"amount": 5, "effective_on": "2019-07-01", "document_no": "X〔2019〕7号"}
    first = site.ask("bureau", "POST", f"{place}/revisions", revision)
    assert (first.status_code, first.json()["awaiting"], first.json()["amount"]) == (202, "second_officer", 4)
    second = site.ask("bureau-2", "POST", f"{place}/revisions", revision)
    assert (second.status_code, second.json()["awaiting"], second.json()["amount"]) == (200, None, 5)
    assert site.get(place).headers["ETag"] == second.headers["ETag"] == '"2"'
    amounts = site.get(f"{place}/revisions").json()["items"]
    assert [(each["generation"], each["amount"], each["effective_on"]) for each in amounts] == [
        (1, 4, OWN["period"]["start"]),  # type: ignore[index]
        (2, 5, "2019-07-01"),
    ]
    assert amounts[1]["document_no"] == "X〔2019〕7号"
    assert site.get(f"/v1/quotas/{ref('none')}/revisions").status_code == 404


def test_the_same_request_twice_lays_down_one_quota(site: Site) -> None:
    """Idempotency-Key: the stored answer comes back."""
    wanted = [
        site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    ]
    assert wanted[0].json() == wanted[1].json()
    assert wanted[1].headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (OWN | {"amount": -1}, "/amount", "greater_than_equal"),
        (OWN | {"amount": 10**10}, "/amount", "less_than_equal"),
        (OWN | {"colour": "red"}, "/colour", "extra_forbidden"),
        (OWN | {"milestones": [0]}, "/milestones/0", "greater_than_equal"),
        (OWN | {"kind": "wish"}, "/kind", "enum"),
        (OWN | {"clause": "a\u0000b"}, "/clause", "string_pattern_mismatch"),
        (OWN | {"period": {}}, "/period/start", "missing"),
        (OWN | {"programme": "no-such-programme"}, "/programme", "unknown_programme"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(site: Site, body: dict[str, Any], pointer: str, code: str) -> None:
    """422 with the field and the reason."""
    answer = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", body, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]
    assert "no-such-programme" not in answer.text


def test_overlapping_periods_are_a_conflict(site: Site, quota_id: str) -> None:
    """409 with a problem type of its own, in the reader's language."""
    for language, title in (
        ("zh-CN", "同一计划、同一单位的目标期间重叠"),
        ("en", "A quota of the same programme and unit shares part of this period."),
    ):
        answer = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/periods-overlap")
        assert answer.json()["title"] == title


def test_what_does_not_exist_is_not_found(site: Site) -> None:
    """404, also where something would be written."""
    nowhere = f"/v1/quotas/{UUID(int=1)}"
    for path in (nowhere, f"{nowhere}/registrations", f"{nowhere}/series"):
        assert site.get(path).status_code == 404
    revision = {"amount": 5, "effective_on": "2019-07-01", "document_no": "X"}
    assert site.ask(Role.BUREAU_OFFICER, "POST", f"{nowhere}/revisions", revision).status_code == 404


def test_quotas_page_by_page(site: Site) -> None:
    """Every quota comes once, whatever the size of a page; a cursor of another list is refused."""
    seen: list[str] = []
    following: dict[str, Any] | None = {}
    while following is not None:
        page = site.get("/v1/quotas", params={"limit": 7} | following).json()
        seen += [item["id"] for item in page["items"]]
        following = {"cursor": page["next"]} if page["next"] else None
    every = site.get("/v1/quotas", params={"limit": 200}).json()["items"]
    assert seen == [item["id"] for item in every]
    assert len(seen) == len(set(seen)) > 40
    assert {item["unit"] for item in every} == {None}
    studios = site.get("/v1/quotas", params={"programme": "skill-master-studios", "limit": 3}).json()
    assert [item["period"]["label"] for item in studios["items"]] == ["2018", "2019", "2020"]


@pytest.mark.parametrize("path", ["/v1/quotas", "/v1/milestones", "/v1/quotas/{quota_id}/registrations"])
@pytest.mark.parametrize("held", [[], ["x"], [10**30], ["2019-01-01", "T\x00", str(UUID(int=1))], [None, None, None]])
def test_u03_a_place_that_the_list_does_not_have_is_refused(
    site: Site, quota_id: str, path: str, held: list[Any]
) -> None:
    """422, never an error of the database."""
    address = path.format(quota_id=quota_id)
    answer = site.get(address, params={"cursor": ListCursors(vault(), f"{address}?").write(held)})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "cursor_unknown")


@pytest.mark.parametrize("path", ["/v1/progress", "/v1/quotas", "/v1/milestones"])
def test_a_programme_or_unit_that_nobody_named_is_refused(site: Site, path: str) -> None:
    """A typing error is no empty list."""
    wanted = {"programme": "no-such-programme"} | ({} if path == "/v1/milestones" else {"unit": "no-such-unit"})
    answer = site.get(path, params=wanted)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{name}" for name in wanted]
    named = site.get(path, params={"programme": "postdoc-stations"}).json()["items"]
    assert [item["code"] for item in named] == ([] if path == "/v1/milestones" else ["N10"])


def test_the_policy_over_http(site: Site) -> None:
    """A dry run names the change in the reader's language; applying it again changes nothing."""
    pack = nanchang().model_dump(mode="json")
    assert site.ask(Role.BUREAU_OFFICER, "PUT", "/v1/policy", pack).json()["changes"] == []
    pack["quotas"][0]["amount"] = 120
    for language, detail in (("zh-CN", "目标数 100 → 120"), ("en", "amount 100 → 120")):
        headers = {"Accept-Language": language}
        tried = site.ask(Role.BUREAU_OFFICER, "PUT", "/v1/policy?dry_run=true", pack, headers=headers)
        assert tried.json() == {
            "document_no": "洪府发〔2018〕39号",
            "dry_run": True,
            "changes": [{"action": "changed", "kind": "quota", "code": "T01", "period": "2018-2022", "detail": detail}],
        }
    pack["quotas"][0]["programmes"] = ["no-such-programme"]
    refused = site.ask(Role.BUREAU_OFFICER, "PUT", "/v1/policy", pack)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/quotas/0/programmes/0")


def test_what_cannot_be_understood_is_parked_and_shown(site: Site, chosen: Settings) -> None:
    """An event that is none is a dead letter; figures say that they may be incomplete, and the rest is counted."""
    published: dict[str, type[Event]] = by_type(REGISTRATION_EVENTS)
    bus = open_bus(chosen)
    consumer = Consumer(
        "quota", site.database, bus.subscribe("quota", service.topics), service.handlers, published, TRUSTED
    )
    good = event(programme="youth-intake")
    bus.publish([Outgoing(good.topic, good.key, b"{}"), *outgoing(good)])
    while consumer.run_once(0.1):
        pass
    items = site.get("/v1/progress", params={"programme": "youth-intake"}).json()["items"]
    assert [(item["value"], item["parked"]) for item in items] == [(1, 1)]
    consumer.close()
    bus.close()
