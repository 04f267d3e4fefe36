"""Whoever may be registered already is found on every way in, and the bureau looks before anything counts twice."""

from typing import Any

import pytest
from sqlalchemy import delete, func, update
from sqlmodel import select

from services.registry.corrections.workers import compare_next
from services.registry.subjects.commands import candidates
from services.registry.subjects.models.people import Duplicate, Person, PersonKey
from shared import clock
from shared.db import table_of
from tests.databases import stored
from tests.fixtures import resident_number as born_alike
from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.subjects import person, resident_number

A, B = "institution-a-clerk", "institution-b-clerk"
CARD = {"id_type": "foreign_pr", "id_number": "936840199001010024", "name": "John Smith"}
PASSPORT = {"id_type": "passport", "id_number": "E12345678", "id_country": "USA", "name": "SMITH, JOHN"}
PASSPORT |= {"birth_date": "1990-01-01"}


def register(registry: Registry, subject: dict[str, Any], by: str = A, **changes: Any) -> dict[str, Any]:
    answer = registry.post(by, "/v1/registrations", person(subject=subject, **changes))
    assert answer.status_code == 201, answer.text
    posted: dict[str, Any] = answer.json()
    return posted


def queue(registry: Registry) -> list[tuple[list[str], str]]:
    items = registry.get("bureau", "/v1/duplicates").json()["items"]
    return [([each["code"] for each in item["signals"]], item["state"]) for item in items]


def noticed(registry: Registry, posted: dict[str, Any]) -> list[str]:
    """What the bureau is told of a registration; its institution is not."""
    shown = registry.get("bureau", f"/v1/registrations/{posted['id']}").json()
    return [each["code"] for each in shown["warnings"]]


def test_a25_a_passport_and_a_card_of_one_person_wait_for_the_bureau(registry: Registry) -> None:
    """The second does not recognise itself; joined, both stand for one subject, and the case shows both documents."""
    one = register(registry, PASSPORT)
    other = register(registry, CARD, B, reporting_unit="xihu", fact_date="2024-03-01")
    assert (one["state"], noticed(registry, one)) == ("recognised", [])
    assert (other["state"], noticed(registry, other)) == ("submitted", ["possible_duplicate"])
    assert queue(registry) == [(["name"], "open")]
    (case,) = registry.get("bureau", "/v1/duplicates").json()["items"]
    decided = registry.post("bureau", f"/v1/duplicates/{case['id']}/decision", {"decision": "same", "reason": "核对"})
    assert decided.status_code == 200
    shown = registry.get("auditor", f"/v1/duplicates/{case['id']}").json()
    assert [side["documents"][0]["id_type"] for side in shown["sides"]] == ["passport", "foreign_pr"]
    assert {side["subject_ref"] for side in shown["sides"]} == {one["subject_ref"]}
    recognised = registry.act("bureau", other["id"], "recognise", reason="同一人，登记保留")
    assert (recognised.json()["state"], recognised.json()["subject_ref"]) == ("recognised", one["subject_ref"])


def test_a_case_is_found_in_a_batch_in_an_amendment_and_between_the_lines_of_one(registry: Registry) -> None:
    bodies = [person(subject=PASSPORT), person(2), person(subject=CARD)]
    items = registry.post(A, "/v1/registrations/batch", {"items": bodies}).json()["items"]
    assert [noticed(registry, item["registration"]) for item in items] == [
        ["possible_duplicate"],
        [],
        ["possible_duplicate"],
    ]
    draft = register(registry, {}, submit=False)
    third = PASSPORT | {"id_number": "E7654321", "kind": "person"}
    registry.ask(A, "PATCH", f"/v1/registrations/{draft['id']}", {"subject": third}, If_Match='"1"').raise_for_status()
    assert noticed(registry, draft) == []  # a draft is looked for by nobody
    registry.act(A, draft["id"], "submit").raise_for_status()
    assert noticed(registry, draft) == ["possible_duplicate"]
    assert queue(registry) == [(["name"], "open")] * 3


def test_a_name_in_letters_is_queued_and_stops_nothing(registry: Registry) -> None:
    register(registry, CARD | {"name": "张三"})
    passport = register(registry, PASSPORT | {"name": "ZHANG SAN"}, B)
    assert (passport["state"], noticed(registry, passport)) == ("recognised", [])
    assert queue(registry) == [(["sound"], "open")]


def test_namesakes_with_resident_numbers_of_their_own_stop_nothing(registry: Registry) -> None:
    """Two numbers belong to two people as a rule; that the police may have corrected one is for the queue."""
    register(registry, {"id_number": born_alike(1)})
    other = register(registry, {"id_number": born_alike(9001)}, B)
    assert (other["state"], noticed(registry, other)) == ("recognised", [])
    assert queue(registry) == [(["name", "two_resident_numbers"], "open")]


def test_who_has_a_number_that_was_corrected_is_looked_at(registry: Registry) -> None:
    """A31: the old number of one person under another name is a person of their own, and a case."""
    one = register(registry, {"id_number": resident_number(1)})
    (document,) = registry.get("bureau", f"/v1/people/{one['subject_ref']}/documents").json()["items"]
    path = f"/v1/people/{one['subject_ref']}/documents/{document['id']}/corrections"
    assert registry.post("bureau", path, {"id_number": resident_number(2), "reason": "更正"}).status_code == 201
    other = register(registry, {"id_number": resident_number(1), "name": "钱植树"}, B)
    assert (other["state"], noticed(registry, other)) == ("recognised", [])  # both have a resident number
    assert queue(registry) == [(["former_number", "two_resident_numbers"], "open")]


def test_what_is_decided_stays_decided_when_people_are_looked_for_again(registry: Registry) -> None:
    register(registry, PASSPORT)
    register(registry, CARD, B)
    (case,) = registry.get("bureau", "/v1/duplicates").json()["items"]
    registry.post("bureau", f"/v1/duplicates/{case['id']}/decision", {"decision": "different", "reason": "两人"})
    again(registry)
    assert queue(registry) == [(["name"], "different")]


def again(registry: Registry) -> int:
    """The worker, once everybody has settled."""
    with registry.context.database.writing() as session:
        session.execute(update(table_of(Person)).values(created_at=clock.now() - 2 * candidates.SETTLED))
    return compare_next(registry.context.database)


def test_people_without_fingerprints_are_looked_for_by_the_worker(registry: Registry) -> None:
    """Those recorded before there were any, and two recorded side by side, none of whom could see the other."""
    register(registry, PASSPORT)
    register(registry, CARD, B)
    database = registry.context.database
    with database.writing() as session:
        session.execute(delete(table_of(Duplicate)))
        session.execute(delete(table_of(PersonKey)))
    assert compare_next(database) == 0  # not settled yet
    assert again(registry) == 2
    assert queue(registry) == [(["name"], "open")]
    assert compare_next(database) == 0


def test_fingerprints_are_as_the_name_is_now_after_the_worker(registry: Registry) -> None:
    """Those of another name go, and those that are right stay as they are."""
    register(registry, PASSPORT)
    right = fingerprints_kept(registry)
    assert again(registry) == 1
    assert fingerprints_kept(registry) == right
    with registry.context.database.writing() as session:
        session.execute(update(table_of(PersonKey)).values(key_index=func.upper(PersonKey.key_index)))
        session.execute(update(table_of(Person)).values(compared_at=None))
    assert again(registry) == 1
    assert fingerprints_kept(registry) == right


def fingerprints_kept(registry: Registry) -> set[str]:
    """All there are."""
    with registry.context.database.reading() as session:
        return set(session.exec(select(PersonKey.key_index)))


@pytest.mark.parametrize(
    ("matching", "state", "cases"),
    [
        ({"name": "queue"}, "recognised", [(["name"], "open")]),
        ({"name": "ignore"}, "recognised", []),
        ({}, "submitted", [(["name"], "open")]),
    ],
)
def test_the_policy_pack_says_what_is_done_about_a_match(
    registry: Registry, matching: dict[str, str], state: str, cases: list[Any]
) -> None:
    pack = PACK_OF_NANCHANG | {"matching": matching}
    applied = registry.put_policy(pack)
    assert applied.status_code == 200, applied.text
    register(registry, PASSPORT)
    assert register(registry, CARD, B)["state"] == state
    assert queue(registry) == cases
    assert registry.put_policy(pack).json()["changes"] == []


def test_names_and_birth_dates_stay_sealed(registry: Registry) -> None:
    """What is kept to find people by says nothing without the key."""
    register(registry, PASSPORT | {"name": "哨兵 欧阳"})
    held = stored(registry.context.database.url)
    for value in ("哨兵", "欧阳", "1990-01-01", "shaobing", "19900101"):
        assert value.encode() not in held


def test_programmes_that_exclude_one_another_take_a_person_once(registry: Registry) -> None:
    """409 names the programmes and the clause, and not which of them the person is in, nor where."""
    one, other = "youth-intake", "dual-qualified-teachers"
    relation = {"one": one, "other": other, "rule": "forbid", "clause": "测试条款"}
    pack = PACK_OF_NANCHANG | {"relations": [relation]}
    assert registry.put_policy(pack).status_code == 200
    held = register(registry, {}, programme=one)
    refused = registry.post(B, "/v1/registrations", person(programme=other))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/programmes-exclude")
    assert (refused.json()["programmes"], refused.json()["clauses"]) == ([one], ["测试条款"])
    items = registry.post(B, "/v1/registrations/batch", {"items": [person(2, other), person(2, one)]}).json()["items"]
    assert [item["status"] for item in items] == [201, 409]
    draft = register(registry, {"id_number": resident_number(3)}, B, programme=other, submit=False)
    same = {"subject": {"kind": "person", "name": "赵植树", "id_number": resident_number(1)}}
    registry.ask(B, "PATCH", f"/v1/registrations/{draft['id']}", same, If_Match='"1"').raise_for_status()
    submitted = registry.act(B, draft["id"], "submit")
    assert (submitted.status_code, submitted.json()["type"]) == (409, "/problems/programmes-exclude")
    registry.act("bureau", held["id"], "exit", reason="离开", effective_on="2019-09-01")
    assert registry.post(B, "/v1/registrations", person(programme=other)).status_code == 201


@pytest.mark.parametrize("read_at_once", [2_000, 1])
def test_of_many_namesakes_the_oldest_are_candidates(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, read_at_once: int
) -> None:
    """Whether all who share a fingerprint are read, or of so many the first alone."""
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 2)
    monkeypatch.setattr(candidates, "MOST_HOLDERS", read_at_once)
    refs = [register(registry, PASSPORT | {"id_number": f"E1234567{n}"})["subject_ref"] for n in range(4)]
    items = registry.get("bureau", "/v1/duplicates").json()["items"]
    cases = [registry.get("bureau", f"/v1/duplicates/{each['id']}").json() for each in items]
    pairs = {tuple(refs.index(side["record_ref"]) for side in each["sides"]) for each in cases}
    assert pairs == {(0, 1), (0, 2), (1, 2), (0, 3), (1, 3)}
