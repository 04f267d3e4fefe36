"""Quota over HTTP: who may do what, whose records are whose, and what every refusal says."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.quota.main import service
from shared.auth import OF_AN_INSTITUTION, Role
from shared.bus import Outgoing
from shared.bus.opening import open_bus
from shared.config import Settings
from shared.consumer import Consumer
from shared.contracts.registration import REGISTRATION_EVENTS
from shared.events import Event, by_type, encode
from shared.web import cursor
from tests.quota.conftest import Site
from tests.quota.given import deliver, event, nanchang, ref

PROGRAMME = "dual-qualified-teachers"
OWN = {"programme": PROGRAMME, "amount": 4, "period": {"start": "2019-01-01", "end": "2019-12-31"}}

PARTNERS = set(OF_AN_INSTITUTION)
READERS = {Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.DISTRICT_OFFICER}
BUREAU = {Role.BUREAU_OFFICER}
SEAT_READERS = READERS - {Role.DISTRICT_OFFICER}
VERIFIERS = {Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER}

# Every route of quota, and who may use it; a route that is missing here fails the test below.
ROUTES: dict[tuple[str, str], set[Role]] = {
    ("GET", "/v1/progress"): set(Role),
    ("GET", "/v1/quotas"): READERS | PARTNERS,
    ("POST", "/v1/quotas"): BUREAU,
    ("GET", "/v1/quotas/{quota_id}"): READERS | PARTNERS,
    ("POST", "/v1/quotas/{quota_id}/revisions"): BUREAU,
    ("PUT", "/v1/quotas/{quota_id}/pace"): BUREAU,
    ("POST", "/v1/quotas/{quota_id}/allocation"): BUREAU,
    ("GET", "/v1/quotas/{quota_id}/allocation"): READERS,
    ("POST", "/v1/nil-returns"): BUREAU | {Role.DISTRICT_OFFICER},
    ("GET", "/v1/nil-returns"): READERS,
    ("GET", "/v1/quotas/{quota_id}/registrations"): READERS | PARTNERS,
    ("GET", "/v1/quotas/{quota_id}/registrations/{registration_id}"): READERS | PARTNERS,
    ("GET", "/v1/quotas/{quota_id}/series"): READERS,
    ("GET", "/v1/quotas/{quota_id}/seats"): SEAT_READERS,
    ("POST", "/v1/seats"): BUREAU,
    ("POST", "/v1/seats/claims"): BUREAU,
    ("GET", "/v1/seats/{seat_id}"): SEAT_READERS,
    ("DELETE", "/v1/seats/{seat_id}"): BUREAU,
    ("GET", "/v1/milestones"): READERS,
    ("GET", "/v1/overlaps"): READERS,
    ("GET", "/v1/indicators"): READERS,
    ("POST", "/v1/indicators/{indicator_id}/values"): BUREAU,
    ("GET", "/v1/indicators/{indicator_id}/values"): READERS,
    ("POST", "/v1/bulletins"): BUREAU,
    ("GET", "/v1/bulletins"): READERS,
    ("GET", "/v1/bulletins/{bulletin_id}.{form}"): READERS,
    ("PUT", "/v1/policy"): BUREAU,
    ("POST", "/v1/verify"): VERIFIERS,
    ("GET", "/v1/adjustments"): VERIFIERS,
    ("GET", "/v1/facts"): VERIFIERS,
    ("POST", "/v1/facts/doubts"): {Role.OPERATOR},
    ("POST", "/v1/rebuilds"): {Role.OPERATOR},
    ("GET", "/v1/rebuilds/{rebuild_id}"): VERIFIERS,
    ("POST", "/v1/rebuilds/{rebuild_id}/facts"): {Role.OPERATOR},
    ("POST", "/v1/rebuilds/{rebuild_id}/filled"): {Role.OPERATOR},
    ("POST", "/v1/rebuilds/{rebuild_id}/swap"): {Role.OPERATOR},
    ("DELETE", "/v1/rebuilds/{rebuild_id}"): {Role.OPERATOR},
    ("GET", "/v1/flow"): VERIFIERS,
    ("GET", "/v1/dead-letters"): {Role.OPERATOR},
    ("GET", "/v1/dead-letters/{dead_letter_id}"): {Role.OPERATOR},
    ("POST", "/v1/dead-letters/replay"): {Role.OPERATOR},
}
OPEN = {"/livez", "/readyz"}


def teachers(number: int, **about: Any) -> list[Any]:
    return [
        event(
            name=n,
            programme=PROGRAMME,
            counted_on=date(2019, n + 1, 1),
            institution_id=ref(("institution", n % 2)),
            reporting_unit="xihu" if n == 2 else "donghu",
            **about,
        )
        for n in range(number)
    ]


@pytest.fixture
def quota_id(site: Site) -> str:
    """A quota of four with four registered, the third in another district."""
    answer = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN)
    deliver(site.database, *teachers(4))
    return str(answer.json()["id"])


def ordinals(answer: Any) -> list[int]:
    return [item["ordinal"] for item in answer.json()["items"]]


def test_every_route_says_who_may_use_it(site: Site) -> None:
    """A new route is not forgotten here."""
    published = site.http.get("/openapi.json").json()["paths"]
    routes = {(method.upper(), path) for path, methods in published.items() for method in methods if path not in OPEN}
    assert routes == set(ROUTES)


def test_nobody_gets_in_without_a_token_or_with_another_role(site: Site) -> None:
    """401 without a token, 403 with a role that has no business there."""
    for (method, pattern), admitted in ROUTES.items():
        path = re.sub(r"\{\w+\}", str(UUID(int=1)), pattern)
        assert (path, site.http.request(method, path).status_code) == (path, 401)
        for role in Role:
            status = site.ask(role, method, path, body={} if method != "GET" else None).status_code
            assert (path, role, status == 403) == (path, role, role not in admitted)


def test_a_quota_is_laid_down_read_and_revised(site: Site) -> None:
    """201 with its place, an entity tag, 202 until a second officer says the same, and then the new amount."""
    made = site.ask("bureau", "POST", "/v1/quotas", OWN | {"comparison": "about", "unit": "donghu"})
    assert (made.status_code, made.json()["tolerance_percent"], made.json()["awaiting"]) == (201, 10, None)
    place = made.headers["Location"]
    read = site.get(place)
    assert (read.json(), read.headers["ETag"]) == (made.json(), '"1"')
    assert read.json()["period"] == OWN["period"] | {"basis": "operator_set", "label": "2019"}  # type: ignore[operator]
    revision = {"amount": 5, "effective_on": "2019-07-01", "document_no": "X〔2019〕7号"}
    first = site.ask("bureau", "POST", f"{place}/revisions", revision)
    assert (first.status_code, first.json()["awaiting"], first.json()["amount"]) == (202, "second_officer", 4)
    second = site.ask("bureau-2", "POST", f"{place}/revisions", revision)
    assert (second.status_code, second.json()["awaiting"], second.json()["amount"]) == (200, None, 5)
    assert site.get(place).headers["ETag"] == second.headers["ETag"] == '"2"'


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
def test_a_cursor_of_another_list_is_refused(site: Site, quota_id: str, path: str, held: list[Any]) -> None:
    """422, never an error of the database."""
    answer = site.get(path.format(quota_id=quota_id), params={"cursor": cursor(held)})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "cursor_unknown")


def test_progress_says_everything_the_contract_names(site: Site, quota_id: str) -> None:
    """One item, field by field."""
    wanted = {"programme": PROGRAMME, "as_of": "2019-06-30", "by": "unit"}
    item, counted = site.get("/v1/progress", params=wanted).json()["items"]
    assert (counted["code"], counted["amount"], counted["completion_percent"]) == ("N03", None, None)
    assert item.pop("known_at").endswith("Z")
    assert all(each.pop("detected_at").endswith("Z") for each in item["milestones"])
    assert item == {
        "quota_id": quota_id,
        "code": PROGRAMME,
        "programme": PROGRAMME,
        "unit": None,
        "kind": "goal",
        "comparison": "at_least",
        "amount": 4,
        "amount_max": None,
        "tolerance_percent": 0,
        "measure": "net_cumulative",
        "measure_word": "名",
        "wording": "“双师型”教师",
        "clause": "",
        "city_pool": False,
        "period": {"start": "2019-01-01", "end": "2019-12-31", "basis": "operator_set", "label": "2019"},
        "gross": 4,
        "revoked": 0,
        "net": 4,
        "in_stock": 4,
        "value": 4,
        "remaining": 0,
        "unallocated": None,
        "completion_percent": "100.0",
        "status": "attained",
        "pace": {
            "expected_percent": "50.00",
            "ahead_points": "50.00",
            "lamp": "green",
            "catch_up": 0,
            "curve": "by_month",
            "by_quarter": True,
        },
        "forecast": {
            "value_at_end": 8,
            "low": 5,
            "high": 11,
            "attained_on": "2019-04-01",
            "needed_per_week": 0.0,
        },
        "silent": None,
        "milestones": [
            {"percent": 25, "state": "reached", "reached_on": "2019-01-01"},
            {"percent": 50, "state": "reached", "reached_on": "2019-02-01"},
            {"percent": 75, "state": "reached", "reached_on": "2019-03-01"},
            {"percent": 90, "state": "reached", "reached_on": "2019-04-01"},
            {"percent": 100, "state": "reached", "reached_on": "2019-04-01"},
        ],
        "seats": None,
        "parked": 0,
        "units": [{"unit": "donghu", "value": 3}, {"unit": "xihu", "value": 1}],
        "of_which": [],
        "as_of": "2019-06-30",
    }


def test_progress_leaves_out_what_has_not_begun(site: Site) -> None:
    """As of the end of 2018, no quota of 2019 is shown, and of rounds the first alone."""
    items = site.get("/v1/progress", params={"as_of": "2018-12-31"}).json()["items"]
    assert [item["period"]["label"] for item in items if item["code"] in ("T08", "T10")] == ["2018", "2018-2019"]
    assert site.get("/v1/progress", params={"as_of": "31.12.2018"}).status_code == 422


@pytest.mark.parametrize("path", ["/v1/progress", "/v1/quotas", "/v1/milestones"])
def test_a_programme_or_unit_that_nobody_named_is_refused(site: Site, path: str) -> None:
    """A typing error is no empty list."""
    wanted = {"programme": "no-such-programme"} | ({} if path == "/v1/milestones" else {"unit": "no-such-unit"})
    answer = site.get(path, params=wanted)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{name}" for name in wanted]
    named = site.get(path, params={"programme": "postdoc-stations"}).json()["items"]
    assert [item["code"] for item in named] == ([] if path == "/v1/milestones" else ["N10"])


def test_an_english_reader_reads_english(site: Site) -> None:
    """The wording and the measure word follow Accept-Language."""
    items = site.get("/v1/progress", headers={"Accept-Language": "en"}).json()["items"]
    assert (items[0]["wording"], items[0]["measure_word"]) == (
        "gather 100 top talents and national leading talents",
        "persons",
    )


def test_the_records_behind_a_number(site: Site, quota_id: str) -> None:
    """In counting order, page by page, as of a day, and the one that crossed a milestone."""
    place = f"/v1/quotas/{quota_id}/registrations"
    every = site.get(place).json()["items"]
    assert [item["ordinal"] for item in every] == [1, 2, 3, 4]
    assert [item["registration_id"] for item in every] == [str(ref(n)) for n in range(4)]
    first = site.get(place, params={"limit": 3}).json()
    assert ordinals(site.get(place, params={"limit": 3, "cursor": first["next"]})) == [4]
    donghu = {"reporting_unit": "donghu"}
    first = site.get(place, Role.DISTRICT_OFFICER, about=donghu, params={"limit": 2}).json()
    assert [item["ordinal"] for item in first["items"]] == [1, 2]
    following = {"limit": 2, "cursor": first["next"]}
    assert ordinals(site.get(place, Role.DISTRICT_OFFICER, about=donghu, params=following)) == [4]
    assert ordinals(site.get(place, params={"as_of": "2019-02-01"})) == [1, 2]
    (crossing,) = site.get(place, params={"milestone": 75}).json()["items"]
    assert (crossing["registration_id"], crossing["ordinal"], crossing["unit"]) == (str(ref(2)), 3, "xihu")
    unknown = site.get(place, params={"milestone": 33})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/milestone")


def test_what_stood_behind_a_number_as_it_was_known(site: Site, quota_id: str) -> None:
    """Records and months as before a revocation dated back, page by page and for whom they concern."""
    revoked = event("revoked", 1, 2, programme=PROGRAMME, counted_on=date(2019, 2, 1), reporting_unit="donghu")
    deliver(site.database, revoked)
    place, series = f"/v1/quotas/{quota_id}/registrations", f"/v1/quotas/{quota_id}/series"
    then = {"known_at": (revoked.time - timedelta(seconds=1)).isoformat()}
    known = site.get(place, params=then).json()["items"]
    assert [(each["ordinal"], each["registration_id"]) for each in known] == [(n + 1, str(ref(n))) for n in range(4)]
    assert ordinals(site.get(place)) == [1, 2, 3]
    first = site.get(place, params=then | {"limit": 3}).json()
    assert ordinals(site.get(place, params=then | {"limit": 3, "cursor": first["next"]})) == [4]
    assert ordinals(site.get(place, Role.DISTRICT_OFFICER, about={"reporting_unit": "donghu"}, params=then)) == [
        1,
        2,
        4,
    ]
    assert [site.get(series, params=wanted).json()["items"][1]["added"] for wanted in (then, {})] == [1, 0]
    donghu = {"unit": "donghu"}
    assert [site.get(series, params=wanted | donghu).json()["items"][-1]["value"] for wanted in (then, {})] == [3, 2]
    assert site.get(series, params={"known_at": "2019-06-30"}).status_code == 422


def test_records_are_shown_to_whom_they_concern(site: Site, quota_id: str) -> None:
    """A district sees its own, an institution its own, with their places in the whole; nobody else's milestone."""
    place = f"/v1/quotas/{quota_id}/registrations"
    district = {"about": {"reporting_unit": "xihu"}}
    clerk = {"about": {"institution_id": str(ref(("institution", 1)))}}
    assert ordinals(site.get(place, Role.DISTRICT_OFFICER, **district)) == [3]
    assert ordinals(site.get(place, Role.INSTITUTION_CLERK, **clerk)) == [2, 4]
    assert ordinals(site.get(place, Role.INSTITUTION_CLERK, **clerk, params={"milestone": 75})) == []
    assert ordinals(site.get(place, Role.INSTITUTION_CLERK, **clerk, params={"milestone": 100})) == [4]
    assert ordinals(site.get(place, Role.INSTITUTION_REVIEWER)) == []


def test_as_known_at_the_end_of_all_calendars(site: Site) -> None:
    assert site.get("/v1/progress?known_at=9999-12-31T23:00:00Z").status_code == 200


def test_why_a_registration_does_not_count(site: Site, quota_id: str) -> None:
    """In the reader's language, to those it concerns; another institution's registration is not even named."""
    mine, others = ref(("institution", 1)), ref("another institution")
    again: dict[str, Any] = {"programme": PROGRAMME, "subject_ref": ref("twice")}
    deliver(
        site.database,
        event(name="later", counted_on=date(2019, 9, 1), institution_id=mine, **again),
        event(name="earlier", counted_on=date(2019, 8, 1), institution_id=others, **again),
    )
    place = f"/v1/quotas/{quota_id}/registrations/{ref('later')}"
    bureau = site.get(place, Role.BUREAU_OFFICER).json()
    assert (bureau["counts"], bureau["reason"], bureau["credited_to"]) == (False, "same_subject", str(ref("earlier")))
    assert bureau["detail"] == "同一对象只计一次，已由更早的登记计入"
    clerk = {"about": {"institution_id": str(mine)}, "headers": {"Accept-Language": "en"}}
    own = site.get(place, Role.INSTITUTION_CLERK, **clerk).json()
    assert (own["detail"], own["credited_to"]) == ("its subject counts once, by an earlier registration", None)
    for nobodys in (ref("earlier"), ref("never heard of")):
        path = f"/v1/quotas/{quota_id}/registrations/{nobodys}"
        assert site.get(path, Role.INSTITUTION_CLERK, **clerk).status_code == 404
    assert site.get(place, Role.DISTRICT_OFFICER, about={"reporting_unit": "xihu"}).status_code == 404
    assert site.get(place, Role.DISTRICT_OFFICER, about={"reporting_unit": "donghu"}).json()["counts"] is False


def test_months_milestones_and_overlaps(site: Site, quota_id: str) -> None:
    """A quota month by month, what was told, and how programmes overlap."""
    deliver(site.database, event("revoked", 1, 2, programme=PROGRAMME, counted_on=date(2019, 2, 1)))
    months = site.get(f"/v1/quotas/{quota_id}/series").json()["items"]
    assert [(month["month"], month["added"], month["value"], month["gross"]) for month in months] == [
        ("2019-01", 1, 1, 1),
        ("2019-02", 0, 1, 2),
        ("2019-03", 1, 2, 3),
        ("2019-04", 1, 3, 4),
    ]
    crossings = site.get("/v1/milestones", params={"programme": PROGRAMME}).json()["items"]
    assert [(each["percent"], each["kind"]) for each in crossings][-3:] == [
        (100, "reached"),
        (100, "fallen_back"),
        (90, "fallen_back"),
    ]
    assert (crossings[0]["amount"], crossings[0]["period_label"], crossings[0]["value"]) == (4, "2019", 1)
    since = {"since": crossings[-1]["detected_at"], "limit": 1}
    page = site.get("/v1/milestones", params=since).json()
    assert page["items"] == [crossings[-2]]
    assert site.get("/v1/milestones", params=since | {"cursor": page["next"]}).json()["items"] == [crossings[-1]]
    assert site.get("/v1/milestones", params={"since": "2019-01-01T00:00:00"}).status_code == 422
    overlaps = site.get("/v1/overlaps").json()
    overlaps["items"] = [each for each in overlaps["items"] if each["subjects"]]
    assert overlaps == {
        "items": [{"programme": PROGRAMME, "other": PROGRAMME, "rule": None, "subjects": 3}],
        "subjects": 3,
        "people": 3,
    }


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
    consumer = Consumer("quota", site.database, bus.subscribe("quota", service.topics), service.handlers, published)
    good = event(programme="youth-intake")
    bus.publish([Outgoing(good.topic, good.key, body) for body in (b"{}", encode(good))])
    while consumer.run_once(0.1):
        pass
    items = site.get("/v1/progress", params={"programme": "youth-intake"}).json()["items"]
    assert [(item["value"], item["parked"]) for item in items] == [(1, 1)]
    consumer.close()
    bus.close()
