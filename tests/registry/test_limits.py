"""限额范围: who is covered asks for a seat in the same request; whom no limit covers is recognised at once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.quota.seats.commands.settling import lapse
from services.registry.programmes.models import KnownLimit
from services.registry.registrations import workers
from services.registry.registrations.clients import settling
from services.registry.registrations.clients.seats import SeatRequest, request_seats
from services.registry.registrations.commands.seats import answer
from services.registry.registrations.workers import ask_again
from shared.contracts.quota import SeatOverdue
from shared.trail import record
from tests.conftest import forget
from tests.registry.caps import cap, hear, learn, speaking
from tests.registry.conftest import Registry
from tests.registry.places import Places
from tests.registry.subjects import person
from tests.registry.transitions.test_seats import TEACHERS, passed
from tests.registry.transitions.test_transitions import history
from tests.registry.transitions.test_workflow import DECIDED, A

YOUTH = "youth-intake"
YEAR = {"start": "2019-01-01", "end": "2019-12-31"}


def registered(registry: Registry, n: int, **changes: Any) -> dict[str, Any]:
    answer = registry.post(A, "/v1/registrations", person(n, **changes))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert registry.get(A, answer.headers["Location"]).json() == body
    return body


def codes(shown: dict[str, Any]) -> list[str]:
    return [each["code"] for each in shown["warnings"]]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker asks again for whoever it finds."""
    monkeypatch.setattr(workers, "SETTLED", timedelta(0))


def ask(registry: Registry) -> int:
    return ask_again(registry.context.database, registry.context.runner(record))


def test_v01_a_limit_stops_nobody_beyond_its_unit_and_its_year(registry: Registry, quota: Places) -> None:
    cap(registry, quota, YOUTH, 1, "donghu", YEAR)
    elsewhere, before, after, covered, too_many = (
        registered(registry, 1, reporting_unit="xihu"),
        registered(registry, 2, fact_date="2018-12-31"),
        registered(registry, 3, fact_date="2020-01-01"),
        registered(registry, 4, fact_date="2019-12-31"),
        registered(registry, 5, fact_date="2019-01-01"),
    )
    assert {each["state"] for each in (elsewhere, before, after, covered)} == {"recognised"}
    assert [each["version"] for each in (elsewhere, before, after, covered)] == [1, 1, 1, 2]
    assert (covered["counted_on"], codes(covered)) == ("2019-12-31", [])
    assert (too_many["state"], codes(too_many)) == ("submitted", ["waiting_list"])
    (said,) = too_many["warnings"]
    assert "东湖区 · 优秀青年人才在昌创业就业（2019年）的名额已占满，已列入候补" in said["detail"]
    assert [each["action"] for each in history(registry, covered["id"])] == ["submit", "recognise"]
    assert history(registry, covered["id"])[-1]["by"] == "registry"
    assert [each.state for each in registry.events()[-3:]] == ["submitted", "recognised", "submitted"]


def test_v01_whoever_waits_is_the_bureaus_to_recognise_when_a_place_is_free(registry: Registry, quota: Places) -> None:
    limit = cap(registry, quota, YOUTH, 1, "donghu")
    first, second = registered(registry, 1), registered(registry, 2)
    hear(quota, registry)
    with speaking(registry, quota) as web:
        seats = web.get(f"/v1/quotas/{limit}/seats").json()
    assert {"places": 1, "held": 0, "taken": 1, "waiting": 1}.items() <= seats.items()
    assert registry.act("bureau", second["id"], "recognise", reason="核定").status_code == 409
    revoked = {"reason": "材料不实", "decision_no": "测〔2019〕1号", "decision_date": "2019-12-30"}
    for officer in ("bureau", "bureau-2"):
        registry.act(officer, first["id"], "revoke", **revoked).raise_for_status()
    hear(quota, registry)
    recognised = registry.act("bureau", second["id"], "recognise", reason="核定").json()
    assert (recognised["state"], codes(recognised)) == ("recognised", [])


def test_v01_without_quota_the_uncovered_are_recognised_and_the_covered_asked_for_again(
    registry: Registry, quota: Places, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cap(registry, quota, YOUTH, 1, "donghu", YEAR)
    monkeypatch.setenv("TALENT_QUOTA_URL", "http://127.0.0.1:1")
    forget()
    assert registered(registry, 1, reporting_unit="xihu")["state"] == "recognised"
    waiting = [registered(registry, n) for n in (2, 3)]
    assert [(each["state"], codes(each)) for each in waiting] == [("submitted", ["place_needed"])] * 2
    assert "无须再次提交" in waiting[0]["warnings"][0]["detail"]
    assert ask(registry) == 0
    monkeypatch.setenv("TALENT_QUOTA_URL", quota.url)
    forget()
    assert (ask(registry), ask(registry)) == (2, 0)
    now = [registry.get(A, f"/v1/registrations/{each['id']}").json() for each in waiting]
    assert sorted([each["state"], *codes(each)] for each in now) == [["recognised"], ["submitted", "waiting_list"]]
    trail = registry.get("auditor", "/v1/audit?action=settle_seat").json()["items"]
    assert {(each["object"], each["by"], each["outcome"]) for each in trail} == {
        (each["id"], "registry", "done") for each in waiting
    }


def test_v01_a_batch_asks_once_for_all_its_seats_and_answers_the_same_again(
    registry: Registry, quota: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    cap(registry, quota, YOUTH, 2, "donghu", YEAR)
    sizes: list[int] = []

    async def counted(wanted: Sequence[SeatRequest], token: str, language: Any) -> Any:
        sizes.append(len(wanted))
        return await request_seats(wanted, token, language)

    monkeypatch.setattr(settling, "request_seats", counted)
    items = [person(n) for n in range(1, 4)] + [person(4, reporting_unit="xihu"), {"no": "registration"}, person(1)]
    first, again = (registry.post(A, "/v1/registrations/batch", {"items": items}, Idempotency_Key="k") for _ in "12")
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    outcomes = [(each["status"], (each["registration"] or {}).get("state")) for each in first.json()["items"]]
    states = sorted(str(state) for _, state in outcomes[:3])
    assert (states, outcomes[3:]) == (
        ["recognised", "recognised", "submitted"], [(201, "recognised"), (422, None), (409, None)],
    )  # fmt: skip
    assert sizes == [3]
    one, replayed = (registry.post(A, "/v1/registrations", person(9), Idempotency_Key="one") for _ in "12")
    assert (one.status_code, one.json(), one.headers["Location"]) == (
        201, replayed.json(), replayed.headers["Location"],
    )  # fmt: skip
    assert codes(replayed.json()) == ["waiting_list"]


def test_v01_drafts_ask_when_they_are_submitted_alone_and_together(registry: Registry, quota: Places) -> None:
    ids = [registered(registry, n, submit=False)["id"] for n in range(1, 5)]
    ids += [registered(registry, 5, submit=False, reporting_unit="xihu")["id"]]
    cap(registry, quota, YOUTH, 2, "donghu", YEAR)
    alone = registry.act(A, ids[0], "submit").json()
    assert (alone["state"], alone["awaiting"], alone["version"]) == ("recognised", None, 3)
    together = {"ids": ids[1:], "action": "submit"}
    items = registry.post(A, "/v1/registrations/transitions", together).json()["items"]
    assert sorted(each["state"] for each in items[:3]) == ["recognised", "submitted", "submitted"]
    assert (items[3]["state"], {each["status"] for each in items}) == ("recognised", {200})
    now = [registry.get(A, f"/v1/registrations/{each['id']}").json() for each in items]
    assert [(each["state"], each["version"]) for each in now] == [(each["state"], each["version"]) for each in items]


def test_v01_what_somebody_has_to_look_at_asks_for_no_seat(registry: Registry, quota: Places) -> None:
    """A warning stops it for review, as ever; its officer asks for the seat."""
    limit = cap(registry, quota, YOUTH, 1, "donghu")
    looked_at = registered(registry, 1, subject={"birth_date": "1990-01-01"})
    assert looked_at["state"] == "submitted"
    assert "place_needed" not in codes(looked_at)
    with speaking(registry, quota) as web:
        assert web.get(f"/v1/quotas/{limit}/seats").json()["items"] == []


def test_v01_an_officer_who_was_faster_is_not_overtaken(
    registry: Registry, quota: Places, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recognised by hand, rejected: the worker finds nothing to do, and asks no more."""
    cap(registry, quota, YOUTH, 2, "donghu")
    monkeypatch.setenv("TALENT_QUOTA_URL", "http://127.0.0.1:1")
    forget()
    taken, refused = registered(registry, 1)["id"], registered(registry, 2)["id"]
    monkeypatch.setenv("TALENT_QUOTA_URL", quota.url)
    forget()
    assert registry.act("bureau", taken, "recognise", reason="核定").json()["warnings"] == []
    registry.act("bureau", refused, "reject", reason="不符").raise_for_status()
    assert (ask(registry), ask(registry)) == (0, 0)
    assert registry.get(A, f"/v1/registrations/{refused}").json()["state"] == "rejected"


def test_v01_an_answer_that_was_lost_and_a_seat_given_up_meanwhile_end_in_one_recognition(
    registry: Registry, quota: Places, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after quota answered: the same seat serves. Had it lapsed, it is asked for until there is another."""
    limit = cap(registry, quota, YOUTH, 1, "donghu")

    async def killed(wanted: Sequence[SeatRequest], token: str, language: Any) -> Any:
        await request_seats(wanted, token, language)
        return {}

    with monkeypatch.context() as until_killed:
        until_killed.setattr(settling, "request_seats", killed)
        waiting = registered(registry, 1)
    assert waiting["state"] == "submitted"
    with speaking(registry, quota) as web:
        (seat,) = web.get(f"/v1/quotas/{limit}/seats").json()["items"]
    overdue = SeatOverdue(seat_id=seat["id"], registration_id=waiting["id"], subject_ref=waiting["subject_ref"])
    with registry.context.database.writing() as session:
        answer(session, [overdue])
    assert ask(registry) == 0
    with quota.database.writing() as session:
        lapse(session, registry.announced())
    assert ask(registry) == 1
    assert registry.get(A, f"/v1/registrations/{waiting['id']}").json()["state"] == "recognised"
    hear(quota, registry)
    with speaking(registry, quota) as web:
        assert {"held": 0, "taken": 1}.items() <= web.get(f"/v1/quotas/{limit}/seats").json().items()


def test_v01_of_a_limit_without_a_scope_quota_says_whom_it_covers(registry: Registry, quota: Places) -> None:
    """As those laid down before scopes were announced: asked for everybody there, and nobody waits for it."""
    cap(registry, quota, YOUTH, 1, "donghu", YEAR)
    with registry.context.database.writing() as session:
        session.add(KnownLimit(key="before", programmes=[YOUTH], classes={}))
    assert (registered(registry, 1, reporting_unit="xihu")["state"], registered(registry, 2)["state"]) == (
        "recognised", "recognised",
    )  # fmt: skip
    assert registered(registry, 3)["state"] == "submitted"


def test_v01_where_a_decision_is_needed_too_the_uncovered_need_no_quota(
    registry: Registry, quota: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the day it will count from: the decision's, not the fact's."""
    cap(registry, quota, TEACHERS, 1, "donghu", YEAR)
    (registration,) = passed(registry, TEACHERS, 1)
    monkeypatch.setenv("TALENT_QUOTA_URL", "http://127.0.0.1:1")
    forget()
    assert registry.act("bureau", registration, "recognise", **DECIDED).status_code == 503
    later = DECIDED | {"decision_date": "2020-01-02"}
    assert registry.act("bureau", registration, "recognise", **later).json()["state"] == "recognised"


def test_v01_a_limit_that_is_lifted_covers_nobody(
    registry: Registry, quota: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """左右 of none is no limit; an older word of it that comes late changes nothing."""
    wanted = {"programme": YOUTH, "unit": "donghu", "comparison": "about", "amount": 5, "period": YEAR}
    with speaking(registry, quota) as web:
        made = web.post("/v1/quotas", json=wanted).raise_for_status().json()
        learn(registry, quota)
        assert registry.get(A, f"/v1/programmes/{YOUTH}").json()["capped"] is True
        revision = {"amount": 0, "effective_on": "2019-06-01", "document_no": "测〔2019〕2号"}
        for officer in ("bureau", "bureau-2"):
            token = {"Authorization": f"Bearer {registry.token(officer)}"}
            web.post(f"/v1/quotas/{made['id']}/revisions", json=revision, headers=token).raise_for_status()
    learn(registry, quota)
    monkeypatch.setenv("TALENT_QUOTA_URL", "http://127.0.0.1:1")
    forget()
    assert registered(registry, 1)["state"] == "recognised"
    assert registry.get(A, f"/v1/programmes/{YOUTH}").json()["capped"] is False
