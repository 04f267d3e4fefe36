"""What every route has in common: Idempotency-Key, pages, filters and searches."""

import base64
import json
from itertools import chain
from typing import Any
from uuid import UUID

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, post
from tests.registry.test_access import Places

A = "institution-a-clerk"
HIDDEN = {"client_secret": None, "secret_shown_before": True}
POSTS = {
    "POST /v1/institutions": "bureau",
    "POST /v1/institutions/{institution_id}/clients": "operator",
    "POST /v1/institutions/{institution_id}/clients/{client_id}/rotate": "operator",
    "POST /v1/registrations": A,
    "POST /v1/registrations/batch": A,
    "POST /v1/registrations/{registration_id}/transitions": A,
    "POST /v1/registrations/transitions": A,
}
# W07: what is a secret in the first answer is none in the next.
SHOWN_ONCE = dict.fromkeys((route for route in POSTS if "/clients" in route), HIDDEN)


@pytest.mark.parametrize("route", POSTS)
def test_the_same_key_and_content_get_the_first_answer_again(registry: Registry, route: str) -> None:
    places, name = Places(registry), POSTS[route]
    path, body = route.removeprefix("POST ").format(**places.ids), places.body(route, name)
    first = registry.post(name, path, body, Idempotency_Key='"k-1"')
    events = len(registry.events())
    again = registry.post(name, path, body, Idempotency_Key="k-1")
    assert 200 <= first.status_code < 300, first.text
    assert (again.status_code, again.json()) == (first.status_code, first.json() | SHOWN_ONCE.get(route, {}))
    assert (again.headers["idempotent-replayed"], "idempotent-replayed" in first.headers) == ("true", False)
    assert again.headers.get("etag") == first.headers.get("etag")
    assert len(registry.events()) == events
    other = registry.post(name, path, [body, 1] if body is None else body | {"else": 1}, Idempotency_Key="k-1")
    assert other.status_code == 422
    for malformed in ("", '""', "x" * 256, "a\tb"):
        refused = registry.post(name, path, body, Idempotency_Key=malformed)
        assert (refused.status_code, refused.json()["type"]) == (400, "/problems/idempotency-key-malformed")


def test_another_content_under_a_used_key_is_refused_and_another_caller_has_keys_of_its_own(registry: Registry) -> None:
    assert registry.post(A, "/v1/registrations", person(1), Idempotency_Key="k").status_code == 201
    refused = registry.post(A, "/v1/registrations", person(2), Idempotency_Key="k")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-key-reused")
    other = registry.post("institution-b-clerk", "/v1/registrations", person(2), Idempotency_Key="k")
    assert (other.status_code, "idempotent-replayed" in other.headers) == (201, False)


def test_a_refusal_is_not_kept_under_its_key(registry: Registry) -> None:
    body = organisation()
    assert (
        registry.post(A, "/v1/registrations", body | {"fact_date": "2199-01-01"}, Idempotency_Key="k").status_code
        == 422
    )
    assert registry.post(A, "/v1/registrations", body, Idempotency_Key="k").status_code == 201


def test_pages_follow_one_another_to_the_end(registry: Registry) -> None:
    items = [organisation(n) for n in range(230)]
    made = registry.post(A, "/v1/registrations/batch", {"items": items}).json()["items"]
    ids = [each["registration"]["id"] for each in made]
    for limit, sizes in [(200, [200, 30]), (115, [115, 115]), (None, [50, 50, 50, 50, 30])]:
        pages, query = [], ""
        while True:
            size = f"&limit={limit}" if limit else ""
            page = registry.get(A, f"/v1/registrations?{query}{size}").json()
            pages.append([each["id"] for each in page["items"]])
            if page["next"] is None:
                break
            query = f"cursor={page['next']}"
        assert [len(page) for page in pages] == sizes
        assert list(chain.from_iterable(pages)) == sorted(ids, reverse=True)


def test_institutions_come_in_pages_too(registry: Registry) -> None:
    first = registry.get("bureau", "/v1/institutions?limit=2").json()
    rest = registry.get("bureau", f"/v1/institutions?limit=2&cursor={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert len({each["id"] for each in first["items"] + rest["items"]}) == 3


def cursor(place: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


PLACES: list[Any] = [[], [1], ["x"], [None], {}, 1, [[]], [str(UUID(int=1))] * 2]


@pytest.mark.parametrize("path", ["/v1/registrations", "/v1/institutions"])
@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=-1", "cursor=x", "cursor=%C3%A9", "cursor=%00", "cursor=" + "x" * 501]
    + [f"cursor={cursor(place)}" for place in PLACES],
)
def test_a_page_that_cannot_be_is_refused(registry: Registry, path: str, query: str) -> None:
    refused = registry.get("bureau", f"{path}?{query}")
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [f"/{query.partition('=')[0]}"]


def test_filters_and_searches(registry: Registry) -> None:
    bodies = {
        "person": person(1, external_ref="HR-1", reporting_unit="xihu", fact_date="2019-03-01"),
        "later": person(2, fact_date="2019-09-01"),
        "base": organisation(7, programme="internship-bases"),
        "post": post(1, subject={"post_code": "gw-7/2"}),
    }
    made = {name: registry.post(A, "/v1/registrations", body).json() for name, body in bodies.items()}
    expected = {
        "programme=youth-intake": {"person", "later"},
        "programme=internship-bases": {"base"},
        "state=recognised": {"person", "later"},
        "state=submitted": {"base", "post"},
        "unit=xihu": {"person"},
        "unit=xihu&state=submitted": set(),
        f"institution={made['person']['institution_id']}": set(bodies),
        "counted_from=2019-03-01": {"person", "later"},
        "counted_from=2019-03-02": {"later"},
        "counted_to=2019-03-01": {"person"},
        "counted_from=2019-03-01&counted_to=2019-08-31": {"person"},
        "q=HR-1": {"person"},
        "q=hr-2": set(),
        f"q={made['base']['subject']['uscc'].lower()}": {"base"},
        f"q={made['post']['subject']['host_uscc']}": {"post"},
        "q=GW-7/2": {"post"},
        "q= gw‐7/2": {"post"},
        "q=": set(bodies),
        "q=' OR '1'='1": set(),  # a value, and no part of a statement
        "q=HR-1' --": set(),
        "q=%25": set(),
        "q=HR__": set(),
    }
    for query, names in expected.items():
        found = registry.get("bureau", f"/v1/registrations?{query}").json()["items"]
        assert {each["id"] for each in found} == {made[name]["id"] for name in names}, query


@pytest.mark.parametrize(
    "query",
    [
        "state=happy",
        "institution=x",
        "counted_from=0",
        "counted_to=2019-02-30",
        "q=" + "x" * 101,
        "unit=%00",
        f"institution={UUID(int=7)}",
    ],
)
def test_a_filter_that_cannot_be_is_refused(registry: Registry, query: str) -> None:
    assert registry.get("bureau", f"/v1/registrations?{query}").status_code == 422


def test_no_answer_is_kept_or_guessed_at(registry: Registry) -> None:
    """Neither by a cache nor by a browser: RFC 9111, and the type that is named is the type that counts."""
    for answer in (registry.get(A, "/v1/registrations"), registry.get(A, "/v1/nothing"), registry.http.get("/livez")):
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_no_other_origin_reads_an_answer(registry: Registry) -> None:
    """Fetch, 3.3: without these headers a browser keeps an answer from the pages of others, and asks nothing first."""
    elsewhere = {"Origin": "https://elsewhere.example", "Authorization": f"Bearer {registry.token('bureau')}"}
    read = registry.http.get("/v1/registrations", headers=elsewhere)
    first = registry.http.options("/v1/registrations", headers=elsewhere | {"Access-Control-Request-Method": "POST"})
    assert (read.status_code, first.status_code) == (200, 405)
    for answer in (read, first):
        assert [name for name in answer.headers if name.startswith("access-control-")] == []
