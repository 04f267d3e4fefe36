"""What an institution states stays with its registration; a draft blocks nobody; what is published is frozen."""

from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, organisation_code, person, post
from tests.registry.transitions.test_workflow import DECIDED, PUBLISHED, Drafts

A, B = "institution-a-clerk", "institution-b-clerk"
PURPOSE = {"purpose": "核对申报姓名与证件是否一致"}
NOTICED = "hongcheng-craftsmen"
REVIEWED = "dual-qualified-teachers"


def named(name: str, n: int = 1, programme: str = "youth-intake", **changes: Any) -> dict[str, Any]:
    body = person(n, programme, **changes)
    body["subject"] = body["subject"] | {"name": name, "gender": None}
    return body


def posted(registry: Registry, by: str, body: dict[str, Any]) -> Any:
    answer = registry.post(by, "/v1/registrations", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def clear_name(registry: Registry, registration: str) -> str:
    shown = registry.post("auditor", f"/v1/registrations/{registration}/unmask", PURPOSE)
    assert shown.status_code == 200, shown.text
    return str(shown.json()["subject"]["name"])


def passed(registry: Registry, registration: str, *actions: str) -> None:
    for action in actions or ("endorse", "pass_district", "pass_city"):
        assert registry.act("bureau", registration, action).status_code == 200


def test_w01_another_institutions_draft_changes_nothing_of_a_registration(registry: Registry) -> None:
    """The case as it was done: B posts a draft with A's person's number and another name."""
    held = posted(registry, A, named("赵植树"))
    draft = posted(registry, B, named("周植树", submit=False))
    assert registry.get(A, f"/v1/registrations/{held['id']}").json() == held
    assert (clear_name(registry, held["id"]), clear_name(registry, draft["id"])) == ("赵植树", "周植树")
    assert draft["subject"]["name"] != held["subject"]["name"]


def test_w01_a_draft_that_came_first_blocks_nobody_and_warns_of_nothing(registry: Registry) -> None:
    """With another name, with another number of the same name: A's is recognised all the same, under A's name."""
    posted(registry, B, named("周植树", submit=False))
    held = posted(registry, A, named("赵植树"))
    assert (held["state"], held["warnings"]) == ("recognised", [])
    assert clear_name(registry, held["id"]) == "赵植树"
    assert registry.get("bureau", "/v1/duplicates").json()["items"] == []
    again = posted(registry, A, named("赵植树", programme=REVIEWED))
    assert again["warnings"] == []  # the record says what was submitted, not what the draft said


@pytest.mark.parametrize("submitted_first", [A, B])
def test_w01_of_two_drafts_the_later_submitted_is_refused_and_queued(registry: Registry, submitted_first: str) -> None:
    drafts = {by: posted(registry, by, named(f"{by[-7]}植树", submit=False))["id"] for by in (A, B)}
    late = B if submitted_first == A else A
    assert registry.act(submitted_first, drafts[submitted_first], "submit").json()["state"] == "recognised"
    refused = registry.act(late, drafts[late], "submit")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-registered")
    assert "registration_id" not in refused.json()
    assert registry.get(late, f"/v1/registrations/{drafts[late]}").json()["state"] == "draft"
    (case,) = registry.get("bureau", "/v1/duplicates").json()["items"]
    assert [each["code"] for each in case["signals"]] == ["filed_elsewhere"]


def test_w01_drafts_of_one_person_in_one_batch_are_submitted_once(registry: Registry) -> None:
    ids = [posted(registry, A, named("赵植树", submit=False))["id"] for _ in range(2)]
    ids.append(posted(registry, A, named("赵植树", 2, submit=False))["id"])
    wanted = {"ids": ids, "action": "submit"}
    items = registry.post(A, "/v1/registrations/transitions", wanted).json()["items"]
    assert [each["status"] for each in items] == [200, 409, 200]


def test_w01_a_draft_is_judged_when_it_is_submitted(registry: Registry) -> None:
    """What stands by then counts, and what was warned of in the other's name is the bureau's to see."""
    draft = posted(registry, B, named("周植树", programme=REVIEWED, submit=False))
    posted(registry, A, named("赵植树"))
    submitted = registry.act(B, draft["id"], "submit").json()
    assert submitted["state"] == "submitted"
    seen = registry.get("bureau", f"/v1/registrations/{draft['id']}").json()
    assert "name_differs" in [each["code"] for each in seen["warnings"]]


def test_w01_a_codes_draft_renames_no_organisation_and_no_post(registry: Registry) -> None:
    for body in (organisation(3), post(3)):
        held = posted(registry, A, body)
        other = body | {"subject": body["subject"] | {"name": "冒名单位"}, "submit": False}
        posted(registry, B, other)
        assert registry.get(A, f"/v1/registrations/{held['id']}").json() == held
    found = registry.get("bureau", f"/v1/organisations/{organisation_code(3)}").json()
    assert (found["name"], found["former_names"]) == ("测试单位3", [])


def test_w01_a_draft_that_came_first_names_no_organisation(registry: Registry) -> None:
    body = organisation(3)
    posted(registry, B, body | {"subject": body["subject"] | {"name": "冒名单位"}, "submit": False})
    held = posted(registry, A, body)
    assert (held["subject"]["name"], held["subject"]["former_names"]) == ("测试单位3", [])


def test_w01_the_record_follows_recognition_and_not_submission(registry: Registry) -> None:
    """The first recognised decides; who states another name later changes nothing of the record."""
    first = posted(registry, B, named("周植树", programme=REVIEWED))
    second = posted(registry, A, named("赵植树", programme="village-graduates"))
    passed(registry, second["id"])
    assert registry.act("bureau", second["id"], "recognise", **DECIDED).json()["state"] == "recognised"
    third = posted(registry, A, named("赵植树", programme="science-commissioners"))
    assert [each["code"] for each in third["warnings"]] == []
    passed(registry, first["id"])
    assert registry.act("bureau", first["id"], "recognise", **DECIDED).json()["state"] == "recognised"
    assert clear_name(registry, first["id"]) == "周植树"
    assert clear_name(registry, second["id"]) == "赵植树"


def listed(registry: Registry, first_day: str) -> list[tuple[str, bool]]:
    answer = registry.get("bureau", f"/v1/notices/{NOTICED}/{first_day}.json")
    assert answer.status_code == 200, answer.text
    return [(each["name"], each["supplementary"]) for each in answer.json()["entries"]]


def test_w01_what_was_published_stays_and_a_correction_publishes_a_supplement(registry: Registry) -> None:
    registration = Drafts(registry, "notice").at("on_notice")
    day, later = PUBLISHED["effective_on"], "2019-10-21"
    (published,) = listed(registry, day)
    posted(registry, B, named("冯植树", programme=NOTICED, submit=False))
    now = registry.get("bureau", f"/v1/registrations/{registration}").json()
    change = {"subject": person(1)["subject"] | {"name": "王植树", "gender": "female"}, "reporting_unit": "xihu"}
    path = f"/v1/registrations/{registration}"
    amended = registry.ask("bureau", "PATCH", path, change, If_Match=f'"{now["version"]}"')
    assert amended.json()["state"] == "proposed", amended.text
    assert listed(registry, day) == [published]
    for name in ("bureau", "bureau-2"):
        assert registry.act(name, registration, "publish", **PUBLISHED | {"effective_on": later}).status_code < 300
    assert (listed(registry, day), listed(registry, later)) == ([published], [("王植树", True)])
    assert published == ("赵植树", False)
