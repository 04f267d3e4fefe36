"""Placements at internship bases (见习): 3 to 12 months, one at a time a person, finished, hired, left."""

import logging
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from services.registry.outcomes.rules.placements import PlacementDays
from shared.contracts.placement import PlacementRecorded
from shared.service_tables import outbox
from tests.databases import stored
from tests.registry.conftest import Registry
from tests.registry.outcomes.followed import A, B, base, change, place
from tests.registry.subjects import organisation, person, resident_number


@pytest.mark.parametrize(
    ("months", "first_day_counts", "last_day"),
    [(3, True, "2020-05-28"), (12, True, "2021-02-28"), (3, False, "2020-05-29"), (12, False, "2021-02-28")],
)
def test_x12_the_term_is_reckoned_as_the_agreement_says(months: int, first_day_counts: bool, last_day: str) -> None:
    """C32: from 29 February 2020, the first day included or not."""
    assert str(PlacementDays(date(2020, 2, 29), months, first_day_counts).last_day) == last_day


def events(registry: Registry) -> list[PlacementRecorded]:
    """What was announced of placements, in order."""
    return [event for event in registry.announced() if isinstance(event, PlacementRecorded)]


def test_x12_a_placement_is_entered_finished_and_hired(registry: Registry) -> None:
    at = base(registry)
    answer = place(registry, at, external_ref="JX-1")
    assert answer.status_code == 201, answer.text
    entered = answer.json()
    assert (entered["state"], entered["last_day"], entered["version"]) == ("active", "2020-04-02", 1)
    assert (entered["base"], entered["reporting_unit"], entered["subject"]["name"]) == (at, "donghu", "赵**")
    assert answer.headers["location"] == f"/v1/placements/{entered['id']}"
    finished = change(registry, entered, finished_on="2020-04-02")
    assert (finished.json()["state"], finished.headers["etag"]) == ("finished", '"2"')
    hired = change(registry, finished.json(), hired_on="2020-04-03").json()
    assert (hired["state"], hired["version"]) == ("hired", 3)
    assert change(registry, hired, hired_on="2020-04-03").json()["version"] == 3  # what changes nothing is no version
    assert registry.get(A, f"/v1/placements/{entered['id']}").json() == hired
    history = registry.get(A, f"/v1/placements/{entered['id']}/history").json()["items"]
    assert [(each["version"], each["state"]) for each in history] == [(1, "active"), (2, "finished"), (3, "hired")]
    announced = [(event.version, event.state, str(event.base_id), str(event.subject_ref)) for event in events(registry)]
    assert announced == [(n, each["state"], at, entered["subject_ref"]) for n, each in enumerate(history, 1)]
    words = [each["action"] for each in registry.get("auditor", "/v1/audit?limit=200").json()["items"]]
    assert (words.count("place"), words.count("change_placement")) == (1, 3)


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        ({"months": 2}, None),
        ({"months": 13}, None),
        ({"months": True}, None),
        ({"months": "3"}, None),
        ({"first_day_counts": "yes"}, None),
        ({"started_on": "2190-01-01"}, {"in_future"}),
        ({"started_on": "1899-12-31"}, None),
        ({"started_on": "2019-12-19"}, {"base_not_recognised"}),
        ({"finished_on": "2020-04-01"}, {"too_short"}),
        ({"finished_on": "2020-04-03"}, {"after_term"}),
        ({"left_on": "2020-04-03"}, {"after_term"}),
        ({"left_on": "2020-01-01"}, {"before_start"}),
        ({"hired_on": "2020-04-02"}, {"needed"}),
        ({"finished_on": "2020-04-02", "hired_on": "2020-04-01"}, {"before_finish"}),
        ({"finished_on": "2020-04-02", "left_on": "2020-04-02"}, {"finished"}),
        ({"state": "hired"}, None),
    ],
)
def test_x12_a_placement_that_cannot_be_is_refused(
    registry: Registry, stated: dict[str, Any], codes: set[str] | None
) -> None:
    at = base(registry)
    answer = place(registry, at, **stated)
    assert answer.status_code == 422, answer.text
    assert codes is None or codes <= {each["code"] for each in answer.json()["errors"]}
    assert registry.get(A, "/v1/placements").json()["items"] == events(registry) == []


def test_x12_one_placement_a_person_at_a_time(registry: Registry) -> None:
    """Twice at one base, at two, in one batch, out of order, by reopening, and under records found to be the same."""
    at, other = base(registry), base(registry, 2)
    first = place(registry, at).json()
    again = place(registry, other)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-placed")
    assert first["id"] not in again.text
    assert place(registry, at, started_on="2020-06-01").status_code == 409  # nobody said that it ended
    left = change(registry, first, left_on="2020-02-01").json()
    assert place(registry, other, started_on="2020-02-01").status_code == 409
    second = place(registry, other, started_on="2020-02-02").json()
    assert change(registry, left, left_on=None).status_code == 409
    assert change(registry, left, left_on="2020-02-02").status_code == 409
    assert change(registry, second, months=4).status_code == 200
    subject = {"name": "钱植树", "id_number": resident_number(2)}
    item = {"base": at, "subject": subject, "started_on": "2020-01-02", "months": 3}
    batch = registry.post(A, "/v1/placements/batch", {"items": [item, item]}).json()["items"]
    assert [each["status"] for each in batch] == [201, 409]
    earlier = item | {"started_on": "2019-12-20", "left_on": "2020-01-01"}
    assert registry.post(A, "/v1/placements", earlier).status_code == 201


def test_x12_the_version_that_was_read_decides(registry: Registry) -> None:
    entered = place(registry, base(registry)).json()
    path, body = f"/v1/placements/{entered['id']}", {"months": 4}
    assert registry.ask(A, "PATCH", path, body).status_code == 428
    assert registry.ask(A, "PATCH", path, body, If_Match='"2"').status_code == 412
    assert registry.ask(A, "PATCH", path, {"months": None}, If_Match='"1"').status_code == 422
    assert registry.ask(A, "PATCH", path, body, If_Match="*").json()["last_day"] == "2020-05-02"
    key = {"Idempotency_Key": '"one"'}
    item = {"base": entered["base"], "subject": {"name": "孙植树", "id_number": resident_number(3)}}
    item |= {"started_on": "2020-01-02", "months": 3}
    one, two = (registry.post(A, "/v1/placements", item, **key) for _ in range(2))
    assert (one.status_code, two.headers["idempotent-replayed"], one.content) == (201, "true", two.content)


def test_x12_another_institution_s_placements_are_as_if_absent(registry: Registry) -> None:
    at = base(registry)
    entered = place(registry, at).json()
    assert place(registry, at, 2, B).status_code == 404
    assert registry.get(B, f"/v1/placements/{entered['id']}").status_code == 404
    assert registry.get(B, f"/v1/placements/{entered['id']}/history").status_code == 404
    assert change(registry, entered, B, months=4).status_code == 404
    assert registry.get(B, "/v1/placements").json()["items"] == []
    assert [each["id"] for each in registry.get("bureau", "/v1/placements").json()["items"]] == [entered["id"]]
    mine = registry.get("district-donghu", f"/v1/placements?base={at}&unit=donghu&state=active").json()["items"]
    assert [each["id"] for each in mine] == [entered["id"]]
    assert registry.get(A, "/v1/placements?started_from=2020-01-03").json()["items"] == []


def test_x12_only_a_recognised_base_takes_anybody_in(registry: Registry) -> None:
    studio = registry.post(A, "/v1/registrations", organisation(5, submit=False)).json()["id"]
    assert [each["code"] for each in place(registry, studio).json()["errors"]] == ["no_base"]
    draft = registry.post(A, "/v1/registrations", organisation(6, "internship-bases", submit=False)).json()["id"]
    assert [each["code"] for each in place(registry, draft).json()["errors"]] == ["base_not_recognised"]
    at = base(registry)
    entered = place(registry, at).json()
    registry.act("bureau", at, "exit", reason="停办", effective_on="2020-02-01")
    assert place(registry, at, 2, started_on="2020-02-01").json()["errors"][0]["code"] == "base_not_recognised"
    assert place(registry, at, 2, started_on="2020-01-31").status_code == 201
    assert change(registry, entered, finished_on="2020-04-02").status_code == 200  # C37: its trainees stay on record


def test_x12_a_trainee_is_nowhere_in_clear(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    at, name, number = base(registry), "哨兵甲乙", resident_number(7)
    answer = place(registry, at, subject={"name": name, "id_number": number})
    damaged = place(registry, at, subject={"name": name, "id_number": number[:-1] + "?"})
    assert (answer.status_code, damaged.status_code) == (201, 422)
    with registry.context.database.reading() as session:
        announced = b"".join(session.execute(select(outbox.c.body)).scalars())
    listed = registry.get(A, "/v1/placements").content
    everywhere = [
        answer.content,
        damaged.content,
        listed,
        caplog.text.encode(),
        announced,
        stored(registry.context.database.url),
    ]
    assert not [text for text in everywhere if name.encode() in text or number[6:17].encode() in text]


def test_x12_a_trainee_counts_as_nobody_s_hire(registry: Registry) -> None:
    """C35: a placement changes no figure of registrations."""
    place(registry, base(registry))
    young = registry.post(A, "/v1/registrations", person(1)).json()
    before = len(registry.events())
    entered = registry.get(A, "/v1/placements").json()["items"][0]
    assert entered["subject_ref"] == young["subject_ref"]
    change(registry, entered, finished_on="2020-04-02", hired_on="2020-04-02")
    assert len(registry.events()) == before
