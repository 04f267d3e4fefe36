"""Nothing personal leaves the registry: no answer echoes it, no log, event or file holds it in clear."""

import json
import logging
import re
from typing import Any

import pytest
from sqlalchemy import select

from services.registry.subjects.rules.numbers import legacy_upgrade
from shared.config import settings
from shared.service_tables import outbox
from tests.databases import stored
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, post, resident_number

A = "institution-a-clerk"
MARK = "哨兵QZX"
NUMBER_MARK = "987123654"
BATCH = "/v1/registrations/batch"


def marked() -> list[dict[str, Any]]:
    """Bodies that are wrong somewhere, with a value to look for in every field and in the place of field names."""
    good = person(1, township=MARK, external_ref=f"{MARK}-{NUMBER_MARK}", details={"certificate_no": MARK})
    bodies: list[dict[str, Any]] = [
        good | {name: MARK} for name in ("programme", "reporting_unit", "fact_date", "submit", "institution_id")
    ]
    bodies += [good | {name: MARK * 40} for name in ("township", "external_ref")]
    bodies += [
        good | {"subject": good["subject"] | {name: MARK}}
        for name in ("kind", "id_type", "id_number", "id_country", "birth_date", "gender")
    ]
    bodies += [
        good | {"subject": good["subject"] | {"name": f"{MARK}\u202e"}},
        good | {"subject": good["subject"] | {"id_number": f"E{NUMBER_MARK}", "id_type": "passport"}},
        good | {"subject": good["subject"] | {"id_number": f"{NUMBER_MARK}199001010011"[:18]}},
        good | {"subject": MARK},
        good | {MARK: 1, f"{NUMBER_MARK}199001010": 1, f"E{NUMBER_MARK}": 1},
        good | {"subject": good["subject"] | {MARK: MARK}},
        good | {"details": {MARK: MARK, f"n{NUMBER_MARK}": 1}},
        good | {"details": dict.fromkeys(("education", "graduated_on", "engagement", "workplace"), MARK)},
        good | {"details": MARK},
        organisation(1, subject={"uscc": MARK, "name": MARK}),
        organisation(1, subject={"uscc": f"91{NUMBER_MARK}"}),
        post(1, subject={"post_code": MARK, "host_uscc": MARK}, details={"months": MARK, "first_day_counts": MARK}),
    ]
    return bodies


def test_no_refusal_echoes_what_was_submitted(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bodies = marked()
    for language in ("zh-CN", "en"):
        answers = [registry.post(A, "/v1/registrations", body, Accept_Language=language) for body in bodies]
        assert [answer.status_code for answer in answers] == [422] * len(bodies)
        draft = registry.post(A, "/v1/registrations", person(2, submit=False)).json()
        path = f"/v1/registrations/{draft['id']}"
        refused = [registry.ask(A, "PATCH", path, body, If_Match='"1"') for body in bodies]
        assert {answer.status_code for answer in refused} == {422}
        answers += refused
        batch = registry.post(A, BATCH, {"items": bodies}, Accept_Language=language)
        assert {each["status"] for each in batch.json()["items"]} == {422}
        acts = [
            {"action": MARK},
            {"action": "suspend", "reason": MARK * 400},
            {"action": "submit", "decision_date": MARK, MARK: MARK, "decision_no": MARK * 60},
        ]
        answers += [registry.post("bureau", path + "/transitions", act) for act in acts]
        queries = [f"/v1/registrations?{name}={MARK}" for name in ("state", "institution", "counted_from", "cursor")]
        queries += [f"/v1/registrations/{MARK}", f"/v1/programmes/{MARK}", f"/v1/reporting-units?on={MARK}"]
        answers += [registry.get("bureau", query) for query in queries]
        for answer in [*answers, batch]:
            sent_back = json.dumps([answer.json(), dict(answer.headers)], ensure_ascii=False)
            assert MARK not in sent_back
            assert NUMBER_MARK not in sent_back
        registry.act(A, draft["id"], "withdraw")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert MARK not in "".join(ours)
    assert NUMBER_MARK not in "".join(ours)


def test_names_and_numbers_are_in_no_event_no_log_and_no_file(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number, name, passport = resident_number(7), "哨兵欧阳植树", "E98712365"
    subjects = [
        {"name": name, "id_number": number},
        {"name": name, "id_type": "passport", "id_number": passport, "id_country": "USA", "birth_date": "1990-01-01"},
    ]
    certificate = "Y000036000001193000001"
    for n, subject in enumerate(subjects):
        details = {"skill_level": "3", "certificate_no": certificate}
        body = person(programme="highly-skilled-workers", subject=subject, details=details)
        answer = registry.post(A, "/v1/registrations", body, Idempotency_Key=f"k{n}")
        assert answer.status_code == 201
        for value in (name, number, passport):
            assert value not in answer.text
        assert registry.post("institution-b-clerk", "/v1/registrations", body).status_code == 409
        assert registry.act("bureau", answer.json()["id"], "suspend", reason="核查").status_code == 200
    for q in (number, passport, number[:6] + number[8:17]):
        assert registry.post(A, "/v1/registrations/search", {"q": q}).status_code == 200
    with registry.context.database.reading() as session:
        bodies = b"".join(session.execute(select(outbox.c.body)).scalars())
    assert len(registry.events()) == 4
    url = registry.context.database.url
    held = stored(url) + b"".join(path.read_bytes() for path in settings().data_dir.rglob("*") if path.is_file())
    logged = "".join(r.getMessage() for r in caplog.records if not r.name.startswith("httpx"))
    for value in (number, number[:17], name, passport):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert value.encode(encoding) not in held
            assert value.encode(encoding) not in bodies
        assert value not in logged
    assert certificate.encode() not in bodies
    assert "测试单位".encode() not in held  # what is looked for would be found:
    assert registry.post(A, "/v1/registrations", organisation(1)).status_code == 201
    assert "测试单位".encode() in stored(url)


def test_what_identifies_nobody_may_be_named_as_a_field(registry: Registry) -> None:
    refused = registry.post(A, "/v1/registrations", person(fact_day="2019-07-01"))
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/fact_day"]


def test_a_search_by_number_finds_without_showing_it(registry: Registry) -> None:
    """A14: the 15-digit number finds its 18-digit successor, and is never accepted as a new one."""
    number = resident_number(7)
    old = number[:6] + number[8:17]
    assert legacy_upgrade(old) == number
    made = registry.post(A, "/v1/registrations", person(7)).json()
    for q in (number, old, number.lower(), f"'{number}", f" {number} "):
        found = registry.post(A, "/v1/registrations/search", {"q": q})
        assert [each["id"] for each in found.json()["items"]] == [made["id"]], q
        assert not re.search(r"\d{15}", found.json()["items"][0]["subject"]["id_number"])
    for who, q in ((A, resident_number(8)), ("institution-b-clerk", number)):
        assert registry.post(who, "/v1/registrations/search", {"q": q}).json()["items"] == []


def test_no_number_of_a_person_is_looked_for_in_an_address(registry: Registry) -> None:
    number = resident_number(7)
    assert registry.post(A, "/v1/registrations", person(7)).status_code == 201
    refused = registry.get(A, f"/v1/registrations?q={number}")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "personal_number")
    assert number not in refused.text
    old = number[:6] + number[8:17]  # what does not look like one is not looked for as one
    assert registry.get(A, f"/v1/registrations?q={old}").json()["items"] == []
