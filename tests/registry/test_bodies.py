"""Bodies that are refused before anybody reads them: each says what is wrong with it, and what to do."""

import gzip
import json
from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import person

GOOD = json.dumps(person(1)).encode()
JSON = "application/json"


def post(
    registry: Registry, content: bytes, kind: str | None = JSON, path: str = "/v1/registrations", **more: str
) -> Any:
    headers = {"Authorization": f"Bearer {registry.token('institution-a-clerk')}"} | more
    return registry.http.post(path, content=content, headers=headers | ({"Content-Type": kind} if kind else {}))


def said(answer: Any) -> tuple[int, list[tuple[str, str]]]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code", "words"),
    [
        (json.dumps(person(1), ensure_ascii=False).encode("gbk"), JSON, 422, "not_utf8", "UTF-8"),
        (json.dumps(person(1)).encode("utf-16"), JSON, 422, "not_utf8", "UTF-8"),
        (GOOD, "application/json; charset=gbk", 415, "charset", "UTF-8"),
        (GOOD, "application/x-www-form-urlencoded", 415, "media_type", "Content-Type: application/json"),
        (GOOD, "text/plain", 415, "media_type", "Content-Type: application/json"),
        (GOOD, "application/problem+json", 415, "media_type", "Content-Type: application/json"),
        (GOOD, "json", 415, "media_type", "Content-Type: application/json"),
        (GOOD, None, 415, "media_type", "Content-Type: application/json"),
        (b'{"programme": ' + b"9" * 5000 + b"}", JSON, 422, "number_too_long", "过长的数字"),
        (b'{"programme": NaN}', JSON, 422, "json_invalid", "NaN"),
        (b'{"programme": }', JSON, 422, "json_invalid", "第1行第15列"),
        (b'{"details": ' + b'{"x": [' * 20 + b"]}" * 20 + b"}", JSON, 422, "too_deep", "32"),
    ],
)
def test_u06_what_is_wrong_with_a_body_is_said(
    registry: Registry, content: bytes, kind: str | None, status: int, code: str, words: str
) -> None:
    answer = post(registry, content, kind)
    assert said(answer) == (status, [("", code)])
    assert words in answer.json()["errors"][0]["detail"]
    assert registry.http.post("/v1/registrations", content=content).status_code == 401  # a stranger is told nothing


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, identity"])
def test_u06_a_compressed_body_is_refused_with_what_is_taken(registry: Registry, coding: str) -> None:
    answer = post(registry, gzip.compress(GOOD), **{"Content-Encoding": coding})
    assert said(answer) == (415, [("", "content_encoding")])
    assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", 'Application/JSON;charset="utf-8"', JSON])
def test_u06_json_is_json_however_it_is_named(registry: Registry, kind: str) -> None:
    assert post(registry, b"\xef\xbb\xbf" + GOOD, kind, **{"Content-Encoding": "identity"}).status_code == 201


def test_u06_many_brackets_within_a_text_are_not_deep(registry: Registry) -> None:
    body = person(1, external_ref="[" * 50 + '\\"{{' + "]" * 40)
    assert post(registry, json.dumps(body).encode()).status_code == 201


def test_u06_a_value_outside_a_list_is_answered_with_the_list(registry: Registry) -> None:
    wrong = person(1, subject={"id_type": "driving_licence"})
    (fault,) = registry.post("institution-a-clerk", "/v1/registrations", wrong).json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/subject/id_type", "literal_error")
    assert all(each in fault["detail"] for each in ("resident_id", "hmt_permit", "foreign_pr", "passport"))
    for path in ("/v1/registrations?state=nope", "/v1/aftercare/due?kind=nope"):
        (fault,) = registry.get("bureau", path).json()["errors"]
        assert "请从下列各项中选择：" in fault["detail"]
    token = registry.http.post("/oauth/token", json={"grant_type": "client_credentials"})
    assert said(token) == (415, [("", "media_type")])


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"submit": false, "programme": "youth-intake", "submit": true}', "/submit"),
        ('{"subject": {"kind": "person", "name": "甲", "name": "乙"}}', "/subject/name"),
        ('{"details": {"round": "1", "round": "1"}}', "/details/round"),
        ('{"details": {"15400000000": 1, "15400000000": 2}}', "/details"),
        ('{"submit": false, "\\u0073ubmit": true}', "/submit"),
    ],
)
def test_u07_a_key_that_stands_twice_is_refused(registry: Registry, text: str, pointer: str) -> None:
    assert said(post(registry, text.encode())) == (422, [(pointer, "duplicate_key")])


def test_u07_in_an_item_of_a_batch_too(registry: Registry) -> None:
    text = json.dumps({"items": [person(1), person(2)]})
    twice = text[: text.rindex("}]")] + ', "submit": true, "submit": false}]}'
    assert said(post(registry, twice.encode(), path="/v1/registrations/batch"))[1][0][1] == "duplicate_key"


@pytest.mark.parametrize("wrong", ["\u0000", "institution-a\u0000", "甲", "a\nb", " "])
def test_u01_credentials_that_cannot_be_are_refused_as_wrong_ones(registry: Registry, wrong: str) -> None:
    good = {"grant_type": "client_credentials", "client_id": "institution-a", "client_secret": "x"}
    for name in ("client_id", "client_secret"):
        refused = registry.http.post("/oauth/token", data=good | {name: wrong})
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert registry.http.post("/oauth/token", data=good | {"grant_type": wrong}).status_code == 400
    assert registry.http.post("/oauth/token", data=good, auth=(wrong, "x")).status_code == 401


@pytest.mark.parametrize("wrong", ["甲\u0000", "\ud800", 1.5, 1e308, ["x"], {"x": 1}, 10**30])
def test_u01_no_detail_takes_what_it_cannot_mean(registry: Registry, wrong: Any) -> None:
    body = person(1, details={"education": wrong, "graduated_on": wrong})
    status, faults = said(post(registry, json.dumps(body).encode()))
    assert (status, {pointer for pointer, _ in faults}) == (422, {"/details/education", "/details/graduated_on"})
    infinite = json.dumps(person(1, details={"education": "x"})).replace('"x"', "1e999")
    assert post(registry, infinite.encode()).status_code == 422
