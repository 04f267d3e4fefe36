"""Every row of the table by every role, in each of the three workflows."""

from collections import deque
from typing import Any

import pytest

from services.registry.transitions.errors import STATE_NAMES
from services.registry.transitions.rules.workflow import (
    BUREAU,
    CLERK,
    DISTRICT,
    REVIEWER,
    TRANSITION_RULES,
    TransitionRule,
    may_ever,
    open_actions,
)
from shared import clock
from shared.actions import ACTION_NAMES
from tests.registry.conftest import Registry
from tests.registry.subjects import person

A = "institution-a-clerk"
WHO = {CLERK: A, REVIEWER: "institution-a-reviewer", DISTRICT: "district-donghu", BUREAU: "bureau"}
PROGRAMMES = {"direct": "youth-intake", "review": "dual-qualified-teachers", "notice": "hongcheng-craftsmen"}
DECIDED = {"decision_no": "洪人社字〔2019〕1号", "decision_date": "2019-12-20"}
PUBLISHED = {"effective_on": "2019-09-27", "impact_assessment_ref": "PIA-2019-07"}


def fields(rule: TransitionRule) -> dict[str, str]:
    """What the transition needs, with dates that follow one another."""
    days = {"publish": "2019-09-27", "exit": "2020-06-15", "cancel": "2020-06-15"}
    day = days.get(rule.action, str(clock.today()))
    given = DECIDED | PUBLISHED | {"to": "xihu", "reason": "经办说明", "effective_on": day}
    return {name: given[name] for name in rule.needs}


def published(registry: Registry, registration_id: str, first_day: str) -> Any:
    """The answer to a publication, as the officer gets it who releases."""
    for name in ("bureau", "bureau-2"):
        given = PUBLISHED | {"effective_on": first_day}
        answer = registry.act(name, registration_id, "publish", **given)
    return answer


def contested() -> dict[str, str]:
    """What is stated of a review or a suit."""
    return {"reason": "不服撤销决定", "effective_on": str(clock.today())}


def carried_out(registry: Registry, registration_id: str, rule: TransitionRule, name: str = "bureau") -> Any:
    """The answer to a transition, the second officer's where two are needed."""
    answer = registry.act(name, registration_id, rule.action, **fields(rule))
    if not rule.second_officer:
        return answer
    assert (answer.status_code, answer.json()["awaiting"]) == (202, "second_officer")
    return registry.act("bureau-2", registration_id, rule.action, **fields(rule))


def paths(workflow: str) -> dict[str, list[TransitionRule]]:
    """The shortest way to every state that can be reached from a draft."""
    found: dict[str, list[TransitionRule]] = {"draft": []}
    waiting = deque(["draft"])
    while waiting:
        state = waiting.popleft()
        for rule in TRANSITION_RULES:
            if state in rule.sources and workflow in rule.workflows and rule.target not in found:
                found[rule.target] = [*found[state], rule]
                waiting.append(rule.target)
    return found


class Drafts:
    """Drafts of one programme, each of another person, brought to the state that is asked for."""

    def __init__(self, registry: Registry, workflow: str) -> None:
        self.registry = registry
        self.workflow = workflow
        self.paths = paths(workflow)
        self.made = 0

    def at(self, state: str, status: str | None = None) -> str:
        self.made += 1
        body = person(self.made, PROGRAMMES[self.workflow], submit=False, subject={"gender": "female"})
        registration_id = str(self.registry.post(A, "/v1/registrations", body).json()["id"])
        for rule in self.paths[state]:
            name = A if rule.action == "submit" else "bureau"
            assert carried_out(self.registry, registration_id, rule, name).json()["state"] == rule.target
        if status == "under_review":
            assert self.registry.act("bureau", registration_id, "request_review", **contested()).status_code == 200
        return registration_id


@pytest.mark.parametrize("workflow", PROGRAMMES)
def test_every_transition_is_open_to_its_roles_and_to_nobody_else(registry: Registry, workflow: str) -> None:
    drafts = Drafts(registry, workflow)
    tried = set()
    for rule in (each for each in TRANSITION_RULES if workflow in each.workflows):
        for state in (each for each in rule.sources if each in drafts.paths):
            status = rule.statuses[0] if rule.statuses else None
            registration_id = drafts.at(state, status)
            for role in (each for each in WHO if each not in rule.roles):
                refused = registry.act(WHO[role], registration_id, rule.action, **fields(rule))
                if not may_ever(rule.action, role):
                    assert refused.status_code == 403
                    continue
                assert refused.status_code == 409, refused.text
                assert refused.json()["type"] == "/problems/transition-not-allowed"
                assert refused.json()["open"] == open_actions(state, workflow, role, status)
            for place, role in enumerate(rule.roles):
                registration_id = registration_id if place == 0 else drafts.at(state, status)
                before = registry.get("bureau", f"/v1/registrations/{registration_id}").json()
                after = carried_out(registry, registration_id, rule, WHO[role])
                assert (after.status_code, after.json()["state"]) == (200, rule.target), (rule, state, after.text)
                assert after.json()["version"] == before["version"] + 1
                assert after.headers["etag"] == f'"{before["version"] + 1}"'
            tried.add((rule.action, state))
    expected = {
        (rule.action, s)
        for rule in TRANSITION_RULES
        for s in rule.sources
        if workflow in rule.workflows and s in drafts.paths
    }
    assert tried == expected
    assert len(tried) > 15


@pytest.mark.parametrize("workflow", PROGRAMMES)
def test_what_is_not_open_in_a_state_is_refused_naming_what_is(registry: Registry, workflow: str) -> None:
    drafts = Drafts(registry, workflow)
    for state in drafts.paths:
        registration_id = drafts.at(state)
        open_now = open_actions(state, workflow, BUREAU, "decided" if state == "revoked" else None)
        closed = sorted({rule.action for rule in TRANSITION_RULES} - set(open_now))
        for action in closed:
            refused = registry.act("bureau", registration_id, action, reason="说明", effective_on="2019-12-30")
            assert (refused.status_code, refused.json()["open"]) == (409, open_now)
        assert registry.get("bureau", f"/v1/registrations/{registration_id}").json()["state"] == state


@pytest.mark.parametrize("name", ["leader", "auditor", "operator"])
def test_who_decides_nothing_is_refused(registry: Registry, name: str) -> None:
    registration_id = registry.post(A, "/v1/registrations", person()).json()["id"]
    assert registry.act(name, registration_id, "suspend", reason="说明").status_code == 403


def test_who_asks_out_of_turn_is_told_in_words_where_it_stands_and_what_is_open(registry: Registry) -> None:
    assert STATE_NAMES.keys() == {state for rule in TRANSITION_RULES for state in (*rule.sources, rule.target)} | {
        "expired"
    }
    assert ACTION_NAMES.keys() == {rule.action for rule in TRANSITION_RULES}
    draft = Drafts(registry, "notice").at("objected")
    path, early = f"/v1/registrations/{draft}/transitions", {"action": "recognise"} | DECIDED
    details = [registry.post("bureau", path, early, Accept_Language=each).json()["detail"] for each in ("zh-CN", "en")]
    assert details == [
        "该登记现为“异议核查”，您可办理：异议不成立、异议成立",
        "The registration is under objection; you may: dismiss the objection, uphold the objection",
    ]
    nothing = registry.act("institution-a-reviewer", draft, "endorse").json()
    assert (nothing["open"], nothing["detail"]) == ([], "该登记现为“异议核查”，您无可办理事项")


def test_an_unknown_act_is_refused_by_its_name(registry: Registry) -> None:
    registration_id = registry.post(A, "/v1/registrations", person()).json()["id"]
    refused = registry.act("bureau", registration_id, "promote")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/action")


MAY: dict[str, set[str]] = {
    CLERK: {"submit", "withdraw"},
    REVIEWER: {"endorse", "return"},
    DISTRICT: {"pass_district", "return", "not_accept"},
}


@pytest.mark.parametrize("role", MAY)
def test_only_the_bureau_decides(role: str) -> None:
    assert {rule.action for rule in TRANSITION_RULES if role in rule.roles} == MAY[role]
    assert all(BUREAU in rule.roles for rule in TRANSITION_RULES)
    assert {rule.action for rule in TRANSITION_RULES if rule.second_officer} == {"publish", "revoke"}
