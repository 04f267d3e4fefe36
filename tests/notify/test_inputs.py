"""Slips and forgeries at every address of notify."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from services.notify.main import service
from shared.auth import Role
from shared.service import Context
from tests.conforming import conforms
from tests.documents import names_every_problem
from tests.inputs import (
    Ask,
    codes,
    lists_every_method,
    pages_every_list,
    refuses_filters_that_name_nothing,
    refuses_foreign_cursors,
    refuses_unknown_parameters,
)
from tests.shapes import Attempt, attempts, each_is_refused, strangers_are_refused

As = Callable[..., dict[str, str]]


@pytest.fixture
def ask(client: httpx.Client, as_: As) -> Ask:
    def ask(role: Any, method: str, path: str) -> httpx.Response:
        return client.request(method, path, headers=as_("b", role))

    return ask


READERS = [Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR]  # one of them may read each list


def test_u03_a_cursor_of_another_list_is_refused(context: Context, ask: Ask) -> None:
    lists = refuses_foreign_cursors(service.app(context), ask, READERS)
    assert {"/v1/alerts", "/v1/deliveries", "/v1/dead-letters"} <= set(lists)


def test_u05_every_list_knows_limit_and_cursor(context: Context) -> None:
    pages_every_list(service.app(context))


def test_u05_an_unknown_parameter_is_refused(context: Context, ask: Ask) -> None:
    refuses_unknown_parameters(service.app(context), ask, Role.BUREAU_OFFICER)


def test_u16_a_filter_that_names_nothing_is_refused(context: Context, ask: Ask) -> None:
    free = {"by", "action", "object"}
    tried = refuses_filters_that_name_nothing(service.app(context), ask, READERS, free)
    assert {"programme", "unit", "recipient", "alert_id", "channel"} <= tried


def test_u08_if_match_names_any_version_or_several(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    given = {"recipient": "city-leader", "programmes": ["skill-training-bases"]}
    path = f"/v1/subscriptions/{client.post('/v1/subscriptions', headers=me, json=given).json()['id']}"
    tried = [('"0", "1"', 200, "notice"), ("*", 200, "warning"), ('W/"3"', 412, "info"), ('"1", "2"', 412, "info")]
    for tags, status, severity in tried:
        changed = client.patch(path, headers=me | {"If-Match": tags}, json={"min_severity": severity})
        assert (tags, changed.status_code) == (tags, status)
    assert client.delete(path, headers=me | {"If-Match": "*"}).status_code in (200, 204)


def test_u09_every_method_of_a_path_is_listed_and_head_answers(
    context: Context, ask: Ask, client: httpx.Client, as_: As
) -> None:
    """The stream too: its head comes, and nothing goes on behind it."""
    lists_every_method(service.app(context), ask, Role.BUREAU_OFFICER)
    head = client.head("/v1/stream", headers=as_("leader"))
    assert (head.status_code, head.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")


def test_u01_u02_u04_u11_no_field_takes_what_it_cannot_mean(context: Context, client: httpx.Client, as_: As) -> None:
    """Texts that no database holds, days of no calendar of ours, numbers written as text: each names its field."""

    def send(attempt: Attempt) -> Any:
        for role in (*READERS, Role.LEADER, Role.INSTITUTION_CLERK):
            headers = as_("b", role) | {"Content-Type": "application/json", "If-Match": '"1"'}
            answer = client.request(attempt.method, attempt.path, content=attempt.content, headers=headers)
            if answer.status_code != 403:
                break
        return answer

    each_is_refused(attempts(service.app(context), {}, ("/v1/policy",)), send)


def test_whoever_has_no_token_gets_no_further_than_the_door(context: Context, client: httpx.Client) -> None:
    def send(attempt: Attempt) -> Any:
        media = {"Content-Type": "application/json", "If-Match": '"1"'}
        return client.request(attempt.method, attempt.path, content=attempt.content, headers=media)

    opened = {"/livez", "/readyz", "/v1/sign-links/"}
    assert strangers_are_refused(attempts(service.app(context), {}), opened, send) > 30


def test_u06_every_problem_stands_in_the_document(context: Context) -> None:
    names_every_problem(service.app(context))


def test_u17_a_change_that_changes_nothing_leaves_the_version(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    made = client.post("/v1/subscriptions", headers=me, json={"recipient": "city-leader"}).json()
    post = client.get("/v1/recipients", headers=me).json()["items"][0]
    same = {name: made[name] for name in ("programmes", "units", "kinds", "min_severity", "channels")}
    held = {name: post[name] for name in ("login", "email", "addresses", "language", "deputy", "superior")}
    for path, change, was in [
        (f"/v1/subscriptions/{made['id']}", same, made),
        (f"/v1/subscriptions/{made['id']}", {}, made),
        (f"/v1/recipients/{post['code']}", held, post),
        (f"/v1/recipients/{post['code']}", {}, post),
    ]:
        answer = client.patch(path, headers=me | {"If-Match": "*"}, json=change)
        assert (answer.status_code, answer.json()) == (200, was)
    for name in ("kinds", "min_severity", "channels"):
        path = f"/v1/subscriptions/{made['id']}"
        refused = client.patch(path, headers=me | {"If-Match": "*"}, json={name: None})
        assert codes(refused) == [(f"/{name}", "null_not_allowed")]


@pytest.mark.parametrize("role", [Role.BUREAU_OFFICER, Role.OPERATOR])
def test_u06_every_answer_stands_in_the_document(
    client: httpx.Client, as_: As, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert conforms(str(client.base_url).rstrip("/"), as_("b", role)) > 20


def test_u06_a_word_outside_a_list_is_answered_with_the_list(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    wrong = {"recipient": "city-leader", "kinds": ["nope"], "min_severity": "nope"}
    nowhere = {"recipient": "city-leader", "channels": ["nope"]}
    answers = [client.get("/v1/alerts?kind=nope", headers=me)]
    answers += [client.post("/v1/subscriptions", headers=me, json=body) for body in (wrong, nowhere)]
    said = [each["detail"] for answer in answers for each in answer.json()["errors"]]
    assert len(said) == 4
    assert all("请从下列各项中选择：" in each for each in said)
    assert ("milestone_reached" in said[0], "email" in " ".join(said)) == (True, True)
