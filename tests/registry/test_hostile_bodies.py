"""Whatever is posted, the registry answers with a problem and goes on."""

import asyncio
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.registry.registrations import api as registrations
from shared import bodies
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, post

A = "institution-a-clerk"
PATHS = ("/v1/registrations", "/v1/registrations/batch", "/v1/registrations/transitions")
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**301),
    st.floats(),
    st.text(alphabet=st.characters(exclude_categories=()), max_size=30),
    st.sampled_from(["\ud800", "\u0000", "1" * 400, "2019-02-30", "NaN", "9999-12-31", "360101199001010011", "=1+1"]),
)
JSON = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
GOOD = st.sampled_from([person(1), organisation(1), post(1)])
NAMES = sorted({name for body in (person(1), post(1)) for name in body} | {"details", "township", "institution_id"})


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A good registration with something odd in one or two places."""
    body = json.loads(json.dumps(draw(GOOD)))
    for _ in range(draw(st.integers(1, 2))):
        part = draw(st.sampled_from(["body", "subject", "details"]))
        if part == "body" or not isinstance(body.get("subject"), dict):
            body[draw(st.sampled_from(NAMES))] = draw(JSON)
        elif part == "subject":
            body["subject"][draw(st.sampled_from(sorted(body["subject"])))] = draw(JSON)
        else:
            body["details"] = draw(st.dictionaries(st.sampled_from(["education", "months", "x"]), JSON, max_size=2))
    return body


ACT = st.fixed_dictionaries(
    {"ids": JSON | st.just(["01890000-0000-7000-8000-000000000000"]), "action": JSON | st.just("revoke")},
    optional={"reason": JSON, "decision_date": JSON, "effective_on": JSON, "decision_no": JSON},
)
BODIES = st.one_of(JSON, spoilt(), st.fixed_dictionaries({"items": st.lists(spoilt() | JSON, max_size=3) | JSON}), ACT)


def send(registry: Registry, path: str, content: Any) -> Any:
    headers = {"Authorization": f"Bearer {registry.token('bureau')}", "Content-Type": "application/json"}
    calm = TestClient(registry.http.app, raise_server_exceptions=False, headers=headers)
    return calm.post(path, content=content)


def holds(answer: Any) -> None:
    """The answer is in order; an item that was refused tells so in the same words."""
    assert answer.status_code in (200, 201, 400, 409, 413, 422), answer.text
    body = answer.json()
    problems = [each["problem"] for each in body.get("items", []) if each["problem"]]
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert body["status"] == answer.status_code
        problems.append(body)
    for problem in problems:
        assert problem["status"] in (400, 404, 409, 413, 422), problem
        assert problem["type"].startswith("/problems/")


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(body=BODIES)
def test_any_json_is_answered_in_order(registry: Registry, path: str, body: Any) -> None:
    holds(send(registry, path, json.dumps(body).encode()))


RAW = {
    "nothing": b"",
    "no json": b"{",
    "not a number": b'{"programme": NaN}',
    "infinity": json.dumps(person(1, details={"education": float("inf")})).encode(),
    "a huge number": b'{"programme": ' + b"9" * 5000 + b"}",
    "half a character as a key": b'{"\\ud800": 1}',
    "half a character in the details": json.dumps(person(1, details={"\ud800": "\ud800"})).encode(),
    "half a character as a name": json.dumps(person(1, subject={"name": "\ud800"})).encode(),
    "deep": b'{"details":' * 5000 + b"1" + b"}" * 5000,
    "deep in the details": json.dumps(person(1, details={"x": 0})).replace("0}", "[" * 900 + "]" * 900 + "}").encode(),
    "deep in a list": b'{"ids": ' + b"[" * 900 + b"]" * 900 + b', "action": "submit"}',
    "a long text": json.dumps(person(1, subject={"name": "长" * 33_000})).encode(),
    "a long number": json.dumps(person(1, subject={"id_number": "1" * 100_000})).encode(),
    "a long key": json.dumps({"长" * 33_000: 1}).encode(),
    "latin": '{"programme": "é"}'.encode("latin-1"),
    "zeros": b"\x00" * 1000,
    "too much": b" " * (8 * 1024 * 1024 + 1),
}


@pytest.mark.parametrize("path", [*PATHS, "/v1/institutions"])
def test_a_hostile_body_is_answered_in_order(registry: Registry, path: str) -> None:
    for what, content in RAW.items():
        answer = send(registry, path, content)
        assert answer.status_code in (400, 413, 422), (what, answer.text)
        holds(answer)
    assert registry.get(A, "/v1/registrations").json()["items"] == []


def test_w03_very_many_unknown_fields_are_refused_in_few_words(registry: Registry) -> None:
    one = person(1) | {f"x{n}": n for n in range(900)}
    alone = send(registry, "/v1/registrations", json.dumps(one).encode())
    assert (alone.status_code, len(alone.json()["errors"])) == (422, 100)
    together = send(registry, "/v1/registrations/batch", json.dumps({"items": [one] * 120}).encode())
    assert {len(each["problem"]["errors"]) for each in together.json()["items"]} == {20}
    assert together.json()["items"][0]["status"] == 422


def test_w03_what_is_wrong_with_a_known_field_is_told_before_unknown_ones(registry: Registry) -> None:
    wrong = {f"a{n}": n for n in range(900)} | person(1, fact_date="2019-02-30")
    errors = send(registry, "/v1/registrations", json.dumps(wrong).encode()).json()["errors"]
    assert errors[0]["pointer"] == "/fact_date"


@pytest.mark.parametrize("path", [*PATHS, "/v1/institutions"])
def test_w03_an_object_has_a_thousand_fields_at_the_most(registry: Registry, path: str) -> None:
    many = json.dumps({f"x{n}": n for n in range(1001)}).encode()
    for content in (many, b'{"items": [' + many + b"]}"):
        answer = send(registry, path, content)
        assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (422, ["too_many_fields"])


@pytest.mark.parametrize(
    ("path", "largest"),
    [
        ("/v1/registrations", 256 * 1024),
        ("/v1/registrations/batch", 2 * 1024 * 1024),
        ("/v1/institutions", 256 * 1024),
        ("/v1/registrations/01890000-0000-7000-8000-000000000000/unmask", 256 * 1024),
        ("/oauth/token", 256 * 1024),
    ],
)
def test_w03_each_route_takes_no_more_than_it_needs(registry: Registry, path: str, largest: int) -> None:
    assert send(registry, path, b" " * largest).status_code != 413
    answer = send(registry, path, b" " * (largest + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


def test_w03_a_long_body_is_read_beside_the_event_loop(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks /livez meanwhile is answered: neither parsing nor looking at the items holds the loop."""
    seen: dict[str, bool] = {}

    def noting(name: str, work: Any) -> Any:
        def noted(*about: Any) -> Any:
            try:
                asyncio.get_running_loop()
                seen[name] = True
            except RuntimeError:
                seen[name] = False
            return work(*about)

        return noted

    monkeypatch.setattr(bodies, "read_json", noting("parsing", bodies.read_json))
    monkeypatch.setattr(registrations, "read_batch", noting("looking", registrations.read_batch))
    items = json.dumps({"items": [person(1)] * 400}).encode()
    assert send(registry, "/v1/registrations/batch", items).status_code == 200
    assert seen == {"parsing": False, "looking": False}


def test_a_body_of_no_stated_length_is_refused_at_the_same_size(registry: Registry) -> None:
    pieces = (b" " * (1024 * 1024) for _ in range(9))
    answer = send(registry, "/v1/registrations", pieces)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


def test_what_is_wrong_with_one_item_is_told_of_that_item(registry: Registry) -> None:
    items: list[Any] = [
        person(1),
        {"\ud800": 1},
        person(2, township="\ud800"),
        person(3, details={"\ud800": 1}),
        person(4),
    ]
    answer = send(registry, "/v1/registrations/batch", json.dumps({"items": items}).encode())
    assert [each["status"] for each in answer.json()["items"]] == [201, 422, 422, 422, 201]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/v1/registrations", 405), ("POST", "/v1/registrations/x/transitions", 422)],
)
def test_an_address_that_is_none_is_a_problem_too(registry: Registry, method: str, path: str, status: int) -> None:
    answer = registry.ask("bureau", method, path, {"action": "submit"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["instance"] == answer.headers["x-request-id"]
