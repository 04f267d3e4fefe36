"""What every registration counts as, as it was told last; and telling it once more."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.registry.transitions.models import Announcement
from shared.contracts.facts import Fact
from shared.contracts.registration import RegistrationCorrected, RegistrationEvent
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person

REASON = "目标服务恢复备份后核对"
UNKNOWN = "01890000-0000-7000-8000-000000000000"


def facts(registry: Registry, query: str = "?limit=1000") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = registry.get("auditor", f"/v1/facts{query}").json()["items"]
    return items


def newest(registry: Registry) -> dict[UUID, RegistrationEvent]:
    """Of each registration the event that was announced last."""
    return {event.registration_id: event for event in registry.events()}


def assert_facts_as_announced(registry: Registry) -> None:
    """The facts are what the newest events tell, no more and no less."""
    found = [Fact.model_validate(each) for each in facts(registry)]
    assert found == sorted((Fact.of(event) for event in newest(registry).values()), key=lambda f: f.registration_id)


def taken(answer: Any) -> str:
    assert answer.status_code in (200, 201, 202), answer.text
    return str(answer.json()["id"])


def announce(registry: Registry, *ids: str, by: str = "operator", **headers: str) -> Any:
    return registry.post(by, "/v1/facts/announcements", {"ids": ids, "reason": REASON}, **headers)


def test_facts_are_what_the_newest_event_tells_after_every_act(registry: Registry) -> None:
    """Through a whole life, told acts and untold ones alike."""
    clerk, reviewer, bureau = "institution-a-clerk", "institution-a-reviewer", "bureau"
    one = taken(registry.post(clerk, "/v1/registrations", organisation()))
    taken(registry.post(clerk, "/v1/registrations", person(2, "industry-urgent-talent", submit=False)))
    taken(registry.post(clerk, "/v1/registrations", person(3, details={"education": "21"})))
    assert_facts_as_announced(registry)
    acts: list[tuple[str, str, dict[str, str]]] = [
        (reviewer, "return", {"reason": "补材料"}),
        (clerk, "submit", {}),
        (reviewer, "endorse", {}),
        ("district-donghu", "pass_district", {}),
        (bureau, "pass_city", {}),
        (bureau, "propose", {}),
        (bureau, "publish", {"effective_on": "2018-12-05", "impact_assessment_ref": "PIA-2018-01"}),
        ("bureau-2", "publish", {"effective_on": "2018-12-05", "impact_assessment_ref": "PIA-2018-01"}),
        (bureau, "recognise", {"decision_no": "测人社字〔2018〕1号", "decision_date": "2018-12-25"}),
        (bureau, "suspend", {"reason": "核查"}),
        (bureau, "resume", {"reason": "核查完毕"}),
        (bureau, "exit", {"reason": "离开", "effective_on": "2019-05-01"}),
        (bureau, "revoke", {"reason": "材料不实"}),
        ("bureau-2", "revoke", {"reason": "材料不实"}),
    ]
    for by, action, fields in acts:
        assert registry.act(by, one, action, **fields).status_code in (200, 202), action
        assert_facts_as_announced(registry)
    (revoked,) = [each for each in facts(registry) if each["registration_id"] == one]
    assert (revoked["state"], revoked["counted_on"], revoked["ended_on"]) == ("revoked", "2018-12-25", "2019-05-01")


def test_what_was_never_told_is_no_fact(registry: Registry) -> None:
    draft = taken(registry.post("institution-a-clerk", "/v1/registrations", person(submit=False)))
    assert facts(registry) == []
    answer = announce(registry, draft, UNKNOWN)
    assert (answer.status_code, answer.json()["announced"]) == (200, 0)
    assert answer.json()["passed_over"] == sorted([draft, UNKNOWN])
    assert registry.events() == []


def test_facts_page_by_page(registry: Registry) -> None:
    ids = sorted(taken(registry.post("institution-a-clerk", "/v1/registrations", person(n))) for n in range(3))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = registry.get("operator", f"/v1/facts?limit=2{cursor}").json()
        seen += [each["registration_id"] for each in page["items"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert seen == ids
    assert [each["registration_id"] for each in facts(registry, f"?id={ids[1]}&id={UNKNOWN}")] == [ids[1]]
    assert registry.get("operator", "/v1/facts?limit=1001").status_code == 422


def test_an_announcement_repeats_the_fact_as_history(registry: Registry) -> None:
    """A correction marked as replay, with the version that was told; the registration and its history stay."""
    one = taken(registry.post("institution-a-clerk", "/v1/registrations", organisation()))
    registry.act("institution-a-reviewer", one, "endorse")
    before = registry.get("bureau", f"/v1/registrations/{one}").json()
    (submitted,) = registry.events()
    answer = announce(registry, one, one)
    assert (answer.json()["announced"], answer.json()["passed_over"]) == (1, [])
    _, again = registry.events()
    assert isinstance(again, RegistrationCorrected)
    assert (again.replay, again.version, again.state) == (True, 1, "submitted")
    assert Fact.of(again) == Fact.of(submitted)
    assert again.id != submitted.id
    assert registry.get("bureau", f"/v1/registrations/{one}").json() == before
    assert len(registry.get("bureau", f"/v1/registrations/{one}/history").json()["items"]) == 2


def test_who_announced_what_and_why_is_kept(registry: Registry) -> None:
    one = taken(registry.register())
    announced = announce(registry, one).json()
    with registry.context.database.reading() as session:
        (kept,) = session.execute(select(Announcement)).scalars()
    assert (str(kept.id), kept.registrations, kept.reason) == (announced["id"], [one], REASON)
    assert kept.by == registry.credentials["operator"]["client_id"]


def test_an_announcement_is_an_operators_and_done_once_for_a_key(registry: Registry) -> None:
    one = taken(registry.register())
    for name in ("bureau", "auditor", "institution-a-clerk"):
        assert announce(registry, one, by=name).status_code == 403
    answers = [announce(registry, one, Idempotency_Key="again-1") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(registry.events()) == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"ids": [], "reason": REASON}, "/ids"),
        ({"ids": [UNKNOWN] * 1001, "reason": REASON}, "/ids"),
        ({"ids": ["x"], "reason": REASON}, "/ids/0"),
        ({"ids": [UNKNOWN]}, "/reason"),
        ({"ids": [UNKNOWN], "reason": " "}, "/reason"),
    ],
)
def test_an_announcement_says_which_and_why(registry: Registry, body: dict[str, Any], pointer: str) -> None:
    refused = registry.post("operator", "/v1/facts/announcements", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
