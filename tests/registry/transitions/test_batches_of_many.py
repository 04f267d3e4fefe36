"""Transitions of many callers in one batch: each sees what is its own, and what those before it changed."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.registrations.models import Registration
from services.registry.registrations.rules import Place
from services.registry.transitions.commands.aftercare import find
from services.registry.transitions.commands.context import RequestedTransition
from services.registry.transitions.commands.transitions import TransitionOutcome, transition
from services.registry.transitions.schemas.aftercare import NewAssessment
from services.registry.transitions.schemas.transitions import Transition
from shared.auth import Caller, Role
from shared.contracts.registration import SeatLapsed
from shared.operations import Operation
from shared.problems import Refusal
from shared.runner import Job
from shared.trail import record
from tests.registry.audit.test_audit import fresh
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person
from tests.registry.transitions.test_transitions import history
from tests.registry.transitions.test_workflow import DECIDED, PUBLISHED, Drafts

A, B = "institution-a-clerk", "institution-b-clerk"
BUREAU, SECOND = (Caller(name, Role.BUREAU_OFFICER, person=name) for name in ("bureau", "bureau-2"))
DONGHU = Caller("district-donghu", Role.DISTRICT_OFFICER, reporting_unit="donghu", person="district-donghu")


def reviewer(registry: Registry, clerk: str) -> Caller:
    """Somebody at the clerk's institution who endorses."""
    institution = UUID(registry.credentials[clerk]["institution_id"])
    return Caller(f"reviewer-beside-{clerk}", Role.INSTITUTION_REVIEWER, institution)


def requested(registration_id: str, action: str, **stated: Any) -> RequestedTransition:
    return RequestedTransition(UUID(registration_id), Transition.model_validate({"action": action} | stated))


def together(registry: Registry, operation: Operation[Any, Any], *calls: tuple[Caller, Any]) -> list[Any]:
    """What each call comes to, when requests of one item each are executed in one transaction."""
    jobs = [Job(operation, caller, [item], lambda outcomes: outcomes[0]) for caller, item in calls]
    answers = dict(registry.context.runner(record).execute(jobs))
    return [answers[job] for job in jobs]


def moved(registry: Registry, *calls: tuple[Caller, RequestedTransition]) -> list[tuple[str, int | None]]:
    """The slug of each refusal; or else the state in the answer, with the version, none while it waits."""
    outcomes = together(registry, transition, *calls)
    return [
        (each.slug, None)
        if isinstance(each, Refusal)
        else (each.registration.state, None if each.awaiting else each.registration.version)
        for each in outcomes
    ]


def registered(registry: Registry, clerk: str, n: int, **changes: Any) -> str:
    answer = registry.post(clerk, "/v1/registrations", organisation(n, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_each_caller_moves_what_is_its_own(registry: Registry) -> None:
    """Two institutions and a district ask for the same registrations at once; another's is as if absent."""
    ours, theirs = registered(registry, A, 1), registered(registry, B, 2, reporting_unit="xihu")
    a, b = reviewer(registry, A), reviewer(registry, B)
    since = fresh(registry)
    outcomes = moved(
        registry,
        (a, requested(ours, "endorse")),
        (a, requested(theirs, "endorse")),
        (b, requested(ours, "endorse")),
        (DONGHU, requested(theirs, "pass_district")),
        (b, requested(theirs, "endorse")),
        (DONGHU, requested(ours, "pass_district")),
        (BUREAU, requested(theirs, "pass_district")),
        (Caller("leader", Role.LEADER, person="leader"), requested(ours, "withdraw")),
    )
    assert outcomes == [
        ("endorsed", 2), ("not-found", None), ("not-found", None), ("not-found", None), ("endorsed", 2),
        ("district_passed", 3), ("district_passed", 3), ("forbidden", None),
    ]  # fmt: skip
    assert [(each.by, each.action, each.object, each.outcome, each.version) for each in since()] == [
        (a.sub, "endorse", ours, "done", 2),
        (a.sub, "endorse", theirs, "not-found", None),
        (b.sub, "endorse", ours, "not-found", None),
        (DONGHU.sub, "pass_district", theirs, "not-found", None),
        (b.sub, "endorse", theirs, "done", 2),
        (DONGHU.sub, "pass_district", ours, "done", 3),
        ("bureau", "pass_district", theirs, "done", 3),
        ("leader", "withdraw", ours, "forbidden", None),
    ]
    assert [each["by"] for each in history(registry, ours)][1:] == [a.sub, DONGHU.sub]


def test_two_officers_of_one_batch_publish_and_each_is_answered_what_came_of_the_own_request(
    registry: Registry,
) -> None:
    """The first is left waiting at the version that was, the second carries it out; alone, either would only wait."""
    drafts = Drafts(registry, "notice")
    one, other = drafts.at("proposed"), drafts.at("proposed")
    version = len(history(registry, one))
    since = fresh(registry)
    outcomes = moved(
        registry,
        (BUREAU, requested(one, "publish", **PUBLISHED)),
        (BUREAU, requested(one, "publish", **PUBLISHED)),
        (BUREAU, requested(other, "publish", **PUBLISHED)),
        (SECOND, requested(one, "publish", **PUBLISHED)),
        (SECOND, requested(other, "publish", **PUBLISHED | {"impact_assessment_ref": "another"})),
        (BUREAU, requested(one, "object", reason="异议", effective_on="2019-10-08")),
    )
    assert outcomes == [
        ("proposed", None), ("proposed", None), ("proposed", None), ("on_notice", version + 1), ("proposed", None),
        ("objected", version + 2),
    ]  # fmt: skip
    assert [(each.outcome, each.version) for each in since()] == [
        ("awaiting", version), ("awaiting", version), ("awaiting", version), ("done", version + 1),
        ("awaiting", version), ("done", version + 2),
    ]  # fmt: skip
    entry = history(registry, one)[version]
    assert (entry["by"], entry["second_by"], entry["action"]) == ("bureau", "bureau-2", "publish")
    # What waits is kept with what the second officer put in the first one's place, and nothing waits any more of `one`.
    assert moved(registry, (SECOND, requested(other, "publish", **PUBLISHED))) == [("proposed", None)]
    assert moved(registry, (BUREAU, requested(other, "publish", **PUBLISHED))) == [("on_notice", version + 1)]


def test_a_confirmed_request_and_a_new_one_of_the_same_registration_share_a_batch(registry: Registry) -> None:
    held = str(registry.post(A, "/v1/registrations", person()).json()["id"])
    assert moved(registry, (BUREAU, requested(held, "revoke", reason="材料虚假"))) == [("recognised", None)]
    outcomes = moved(
        registry,
        (SECOND, requested(held, "revoke", reason="材料虚假")),
        (BUREAU, requested(held, "overturn_revocation", reason="复议撤销原决定")),
        (BUREAU, requested(held, "revoke", reason="再次核查")),
    )
    assert outcomes == [("revoked", 2), ("recognised", 3), ("recognised", None)]
    assert moved(registry, (SECOND, requested(held, "revoke", reason="再次核查"))) == [("revoked", 4)]
    assert [event.version for event in registry.events()] == [1, 2, 3, 4]


def test_who_submits_in_a_batch_does_not_endorse_in_it(registry: Registry) -> None:
    draft = registered(registry, A, 1, submit=False)
    outcomes = moved(
        registry,
        (BUREAU, requested(draft, "submit")),
        (BUREAU, requested(draft, "endorse")),
        (SECOND, requested(draft, "endorse")),
    )
    assert outcomes == [("submitted", 2), ("four-eyes", None), ("endorsed", 3)]


def test_of_two_who_come_back_for_one_title_one_does(registry: Registry) -> None:
    """Whoever asks: the second sees the first stand again."""
    ids = []
    for _ in range(2):
        ids.append(str(registry.post(A, "/v1/registrations", person()).json()["id"]))
        registry.act("bureau", ids[-1], "exit", reason="离昌", effective_on="2020-05-31")
    back = {"reason": "返昌", "effective_on": "2021-03-01"}
    outcomes = moved(
        registry, (BUREAU, requested(ids[0], "readmit", **back)), (SECOND, requested(ids[1], "readmit", **back))
    )
    assert outcomes == [("recognised", 3), ("already-registered", None)]


@pytest.mark.parametrize("revoked", [False, True])
def test_a_seat_that_served_one_of_a_batch_is_not_given_up_for_the_others(registry: Registry, revoked: bool) -> None:
    """Asked for twice, it served once; what is revoked in the same batch had it, and the revocation says so itself."""
    held = Drafts(registry, "notice").at("on_notice")
    place = Place(len(history(registry, held)), uuid4())
    recognise = replace(requested(held, "recognise", **DECIDED), place=place)
    calls = [
        (BUREAU, recognise),
        (SECOND, recognise),
        (BUREAU, requested(held, "revoke", reason="材料虚假")),
        (SECOND, requested(held, "revoke", reason="材料虚假")),
    ]
    outcomes = moved(registry, *calls[: 4 if revoked else 2])
    assert [slug for slug, _ in outcomes[:2]] == ["recognised", "transition-not-allowed"]
    assert [state for state, _ in outcomes[2:]] == (["recognised", "revoked"] if revoked else [])
    assert [event for event in registry.announced() if isinstance(event, SeatLapsed)] == []


def test_a_batch_that_cannot_be_stored_at_once_is_carried_out_request_by_request(registry: Registry) -> None:
    """The older registration comes back as the newer one leaves; nothing of the failed attempt is kept."""
    first = str(registry.post(A, "/v1/registrations", person()).json()["id"])
    registry.act("bureau", first, "exit", reason="离昌", effective_on="2020-05-31")
    anew = str(registry.post(A, "/v1/registrations", person()).json()["id"])
    outcomes = together(
        registry,
        transition,
        (BUREAU, requested(anew, "exit", reason="离昌", effective_on="2020-06-30")),
        (SECOND, requested(first, "readmit", reason="返昌", effective_on="2021-03-01")),
    )
    assert all(isinstance(each, TransitionOutcome) for each in outcomes)
    with registry.context.database.reading() as session:
        states = [session.get_one(Registration, UUID(each)).state for each in (first, anew)]
    assert states == ["recognised", "exited"]
    assert [len(history(registry, each)) for each in (first, anew)] == [3, 2]


def test_findings_of_many_callers_are_kept_each_for_who_may_see_the_registration(registry: Registry) -> None:
    ours = str(registry.post(A, "/v1/registrations", person(1)).json()["id"])
    theirs = str(registry.post(B, "/v1/registrations", person(2, reporting_unit="xihu")).json()["id"])

    def assessed(registration_id: str) -> NewAssessment:
        stated = {"kind": "assessment", "year": 2020, "result": "qualified", "found_on": "2020-12-20"}
        return NewAssessment.model_validate(stated | {"registration_id": registration_id})

    since = fresh(registry)
    calls = [(who, assessed(each)) for who in (DONGHU, BUREAU) for each in (ours, theirs)]
    outcomes = together(registry, find, *calls)
    assert [isinstance(each, Refusal) for each in outcomes] == [False, True, False, False]
    assert [(each.by, each.action, each.object, each.outcome) for each in since()] == [
        (DONGHU.sub, "assessment", ours, "done"),
        (DONGHU.sub, "assessment", theirs, "not-found"),
        ("bureau", "assessment", ours, "done"),
        ("bureau", "assessment", theirs, "done"),
    ]
