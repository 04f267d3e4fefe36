"""Whom an institution places, or who holds its post, is shown as it stated them, and tells nothing of other records."""

from typing import Any

from sqlmodel import select

from services.registry.outcomes.models import Circumstance, Placement
from services.registry.subjects.schemas.people import HIDDEN
from tests.registry.conftest import Registry
from tests.registry.corrections.test_x13_requests import GRANTED, answered, erase, wanted
from tests.registry.outcomes.followed import A, B, base, change, facts, hold, holder, place
from tests.registry.subjects import person, post, resident_number
from tests.registry.transitions.test_deadlines import recognised

OWN = ("id", "subject_ref", "created_at", "updated_at", "recorded_at", "effective_on", "started_on", "last_day")


def said_by(answer: Any) -> dict[str, Any]:
    """What is answered, but for ids, days and the end of the number."""
    body = {name: value for name, value in answer.json().items() if name not in OWN}
    who = "subject" if "subject" in body else "value"
    return body | {who: body[who] | {"id_number": None}}


def stated(n: int, name: str = "周植树") -> dict[str, str]:
    return {"name": name, "id_number": resident_number(n)}


def test_w06_who_is_placed_is_answered_the_same_whether_or_not_others_know_them(registry: Registry) -> None:
    at = base(registry)
    for n in (1, 3):
        assert registry.post(B, "/v1/registrations", person(n)).status_code == 201
    known, unknown = (place(registry, at, subject=stated(n)) for n in (1, 2))
    assert (known.status_code, said_by(known)) == (201, said_by(unknown)), known.text
    item = {"base": at, "subject": stated(3), "started_on": "2020-01-02", "months": 3}
    (batch,) = registry.post(A, "/v1/placements/batch", {"items": [item]}).json()["items"]
    assert (batch["placement"]["warnings"], batch["placement"]["subject"]["name"]) == ([], "周**")
    codes = [each["code"] for each in registry.get("bureau", f"/v1/placements/{known.json()['id']}").json()["warnings"]]
    assert codes == ["name_differs"]


def test_w01_a_placement_is_shown_as_it_was_stated_whatever_becomes_of_the_record(registry: Registry) -> None:
    at = base(registry)
    entered = place(registry, at, subject=stated(1)).json()
    assert registry.post(B, "/v1/registrations", person(1)).json()["state"] == "submitted"  # another name, so a look
    (held,) = [each["id"] for each in registry.get(B, "/v1/registrations").json()["items"]]
    assert registry.act("bureau", held, "recognise", reason="核对").status_code == 200  # and the record follows
    finished = change(registry, entered, finished_on="2020-04-02").json()
    listed = registry.get(A, "/v1/placements").json()["items"]
    alone = registry.get(A, f"/v1/placements/{entered['id']}").json()
    assert {each["subject"]["name"] for each in (entered, finished, alone, *listed)} == {"周**"}


def test_w01_who_holds_a_post_is_shown_as_its_institution_stated_them(registry: Registry) -> None:
    (held,) = recognised(registry, post())
    assert registry.post(B, "/v1/registrations", person(1)).status_code == 201
    entered = hold(registry, held, 1, "2020-05-01", value=holder(1) | {"name": "周植树"})
    assert (entered.status_code, entered.json()["value"]["name"]) == (201, "周**"), entered.text
    assert [each["value"]["name"] for each in facts(registry, held) if each["attribute"] == "holder"] == ["周**"]


def test_x13_a_name_that_is_corrected_or_erased_is_so_where_it_was_stated(registry: Registry) -> None:
    at, (held,) = base(registry), recognised(registry, post())
    entered = place(registry, at, subject=stated(1)).json()
    change(registry, entered, finished_on="2020-04-02")
    assert hold(registry, held, 1, "2020-05-01", value=holder(1) | {"name": "周植树"}).status_code == 201

    def shown() -> set[str]:
        (fact,) = facts(registry, held)
        return {registry.get(A, f"/v1/placements/{entered['id']}").json()["subject"]["name"], fact["value"]["name"]}

    right = GRANTED | {"corrected": {"name": "吴植树"}}
    assert answered(registry, wanted(registry, entered, "correction"), right).status_code == 200
    assert shown() == {"吴**"}
    erase(registry, entered)
    assert shown() == {HIDDEN}
    with registry.context.database.reading() as session:
        rows = (*session.exec(select(Placement)), *session.exec(select(Circumstance)))
        assert [row.stated for row in rows] == [None, None]
