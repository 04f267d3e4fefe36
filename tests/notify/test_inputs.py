"""Slips and forgeries at every address of notify."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from services.notify.main import service
from shared.auth import Role
from shared.service import Context
from tests.inputs import (
    Ask,
    lists_every_method,
    pages_every_list,
    refuses_filters_that_name_nothing,
    refuses_foreign_cursors,
    refuses_unknown_parameters,
)

As = Callable[..., dict[str, str]]


@pytest.fixture
def ask(client: httpx.Client, as_: As) -> Ask:
    def ask(role: Any, method: str, path: str) -> httpx.Response:
        return client.request(method, path, headers=as_("b", role))

    return ask


def test_u03_a_cursor_of_another_list_is_refused(context: Context, ask: Ask) -> None:
    lists = refuses_foreign_cursors(service.app(context), ask, [Role.BUREAU_OFFICER, Role.OPERATOR])
    assert {"/v1/alerts", "/v1/deliveries", "/v1/dead-letters"} <= set(lists)


def test_u05_every_list_knows_limit_and_cursor(context: Context) -> None:
    pages_every_list(service.app(context))


def test_u05_an_unknown_parameter_is_refused(context: Context, ask: Ask) -> None:
    refuses_unknown_parameters(service.app(context), ask, Role.BUREAU_OFFICER)


def test_u16_a_filter_that_names_nothing_is_refused(context: Context, ask: Ask) -> None:
    tried = refuses_filters_that_name_nothing(service.app(context), ask, [Role.BUREAU_OFFICER, Role.OPERATOR], set())
    assert {"programme", "unit", "recipient", "alert_id", "channel"} <= tried


def test_u08_if_match_names_any_version_or_several(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    given = {"recipient": "city-leader", "programmes": ["skill-training-bases"]}
    path = f"/v1/subscriptions/{client.post('/v1/subscriptions', headers=me, json=given).json()['id']}"
    for tags, status in [('"0", "1"', 200), ("*", 200), ('W/"3"', 412), ('"1", "2"', 412)]:
        changed = client.patch(path, headers=me | {"If-Match": tags}, json={"min_severity": "notice"})
        assert (tags, changed.status_code) == (tags, status)
    assert client.delete(path, headers=me | {"If-Match": "*"}).status_code in (200, 204)


def test_u09_every_method_of_a_path_is_listed_and_head_answers(
    context: Context, ask: Ask, client: httpx.Client, as_: As
) -> None:
    """The stream too: its head comes, and nothing goes on behind it."""
    lists_every_method(service.app(context), ask, Role.BUREAU_OFFICER)
    head = client.head("/v1/stream", headers=as_("leader"))
    assert (head.status_code, head.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")
