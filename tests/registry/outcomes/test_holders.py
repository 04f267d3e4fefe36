"""Posts that fall vacant and change hands (空缺、在岗): one holder a post, one post a holder, nobody in clear."""

import logging

import pytest
from sqlalchemy import select

from shared.service_tables import outbox
from tests.databases import stored
from tests.registry.conftest import Registry
from tests.registry.outcomes.followed import A, changes, facts, hold, holder, record, shown
from tests.registry.subjects import person, post, resident_number
from tests.registry.transitions.test_deadlines import recognised


def test_x03_a_post_falls_vacant_and_changes_hands(registry: Registry) -> None:
    """Of 20 December 2019; vacant in March, held from May on, and the count in between follows by its days."""
    (one,) = recognised(registry, post())
    assert record(registry, one, "vacant_since", "2020-03-01").status_code == 201
    assert changes(registry) == [("vacant", "yes", "2020-03-01")]
    held = hold(registry, one, 1, "2020-05-01")
    assert held.status_code == 201, held.text
    assert (held.json()["value"]["name"], held.json()["value"]["id_number"][:4]) == ("赵**", "****")
    assert changes(registry) == [("vacant", "yes", "2020-03-01"), ("vacant", "no", "2020-05-01")]
    assert hold(registry, one, 2, "2020-08-01").status_code == 201
    assert changes(registry) == [("vacant", "yes", "2020-03-01"), ("vacant", "no", "2020-05-01")]
    in_turn = [(each["attribute"], each["effective_on"]) for each in facts(registry, one)]
    assert in_turn == [("vacant_since", "2020-03-01"), ("holder", "2020-05-01"), ("holder", "2020-08-01")]
    first, second = (each["subject_ref"] for each in facts(registry, one)[1:])
    assert first != second


def test_x03_what_was_known_late_takes_its_place_by_date(registry: Registry) -> None:
    (one,) = recognised(registry, post())
    hold(registry, one, 1, "2020-05-01")
    assert changes(registry) == []
    assert record(registry, one, "vacant_since", "2020-03-01", "bureau").status_code == 201
    assert changes(registry) == [("vacant", "yes", "2020-03-01"), ("vacant", "no", "2020-05-01")]
    assert record(registry, one, "vacant_since", "2020-04-01").status_code == 409  # it is vacant then
    assert record(registry, one, "vacant_since", "2020-05-01").status_code == 409  # the day it was filled
    assert hold(registry, one, 1, "2020-06-01").status_code == 409  # who holds it holds it
    vacancy, held = (each["id"] for each in reversed(facts(registry, one)))
    moved = record(registry, one, "vacant_since", "2020-02-01", corrects=vacancy, reason="按台账")
    assert moved.status_code == 201, moved.text
    assert changes(registry)[0] == ("vacant", "yes", "2020-02-01")
    registry.post(A, f"/v1/registrations/{one}/facts/{held}/withdraw", {"reason": "误录"})
    assert changes(registry) == [("vacant", "yes", "2020-02-01")]


def test_x03_nobody_holds_two_posts_at_a_time(registry: Registry) -> None:
    """Two hats: by one request after another, in one batch, and under a record that was found to be the same."""
    one, other, third = recognised(registry, post(1), post(2), post(3))
    hold(registry, one, 1, "2020-03-01")
    refused = hold(registry, other, 1, "2020-04-01")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/holds-another-post")
    assert one not in refused.text
    assert hold(registry, other, 1, "2020-02-01").status_code == 409  # it would last into the other
    record(registry, one, "vacant_since", "2020-04-01")
    assert hold(registry, other, 1, "2020-04-01").status_code == 201
    stated = {"attribute": "holder", "value": holder(2), "effective_on": "2020-05-01"}
    items = [{"registration_id": each, "fact": stated} for each in (one, third)]
    batch = registry.post(A, "/v1/registrations/facts", {"items": items}).json()["items"]
    assert [each["status"] for each in batch] == [201, 409]
    refs = [facts(registry, post_)[-1]["subject_ref"] for post_ in (other, one)]
    case = registry.post(
        "bureau", "/v1/duplicates", dict(zip(("one", "other"), refs, strict=True)) | {"reason": "核对"}
    )
    decided = registry.post(
        "bureau", f"/v1/duplicates/{case.json()['id']}/decision", {"decision": "same", "reason": "同一人"}
    )
    assert decided.status_code == 200, decided.text
    assert len({facts(registry, post_)[-1]["subject_ref"] for post_ in (other, one)}) == 1
    assert hold(registry, third, 2, "2020-06-01").status_code == 409


def test_x03_the_programme_asks_of_a_holder_what_it_asks_at_first(registry: Registry) -> None:
    """C29: left school more than a year before; and the term is the present holder's."""
    (one,) = recognised(registry, post(details={"started_on": "2019-07-01", "months": 12, "first_day_counts": True}))
    assert shown(registry, one)["term"]["last_day"] == "2020-06-30"
    early = hold(registry, one, 1, "2020-03-01", value=holder(1, left_school_on="2019-06-01"))
    assert early.json()["errors"][0]["pointer"] == "/value/details/left_school_on"
    unknown = hold(registry, one, 1, "2020-03-01", value=holder(1, nothing=1, vacant_since="2020-01-01"))
    assert {each["pointer"] for each in unknown.json()["errors"]} == {
        "/value/details/nothing", "/value/details/vacant_since",
    }  # fmt: skip
    term = {"left_school_on": "2018-06-30", "months": 24, "first_day_counts": True}
    assert hold(registry, one, 1, "2020-03-01", value=holder(1, **term)).status_code == 201
    assert shown(registry, one)["term"]["last_day"] == "2022-02-28"
    record(registry, one, "vacant_since", "2020-04-01")
    assert shown(registry, one)["term"] is None


def test_x03_a_holder_is_nowhere_in_clear(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    (one,) = recognised(registry, post())
    name, number = "哨兵甲乙", resident_number(7)
    answer = hold(registry, one, 7, "2020-03-01", value={"name": name, "id_number": number})
    damaged = hold(registry, one, 8, "2020-04-01", value={"name": name, "id_number": number[:-1] + "?"})
    assert (answer.status_code, damaged.status_code) == (201, 422)
    listed = registry.get(A, f"/v1/registrations/{one}/facts").content
    with registry.context.database.reading() as session:
        announced = b"".join(session.execute(select(outbox.c.body)).scalars())
    everywhere = [
        answer.content,
        damaged.content,
        listed,
        caplog.text.encode(),
        announced,
        stored(registry.context.database.url),
    ]
    assert not [text for text in everywhere if name.encode() in text or number[6:17].encode() in text]
    assert facts(registry, one)[0]["subject_ref"] not in announced.decode()


def test_x03_a_person_is_found_whatever_they_are_registered_for(registry: Registry) -> None:
    young = registry.post(A, "/v1/registrations", person(1)).json()["subject_ref"]
    (one,) = recognised(registry, post())
    assert hold(registry, one, 1, "2020-03-01").json()["subject_ref"] == young
