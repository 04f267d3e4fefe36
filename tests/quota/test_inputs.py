"""Slips and forgeries at every address of quota."""

from typing import Any

import pytest
from fastapi import FastAPI

from shared.auth import Role
from tests.conforming import conforms
from tests.documents import names_every_problem
from tests.inputs import (
    lists_every_method,
    pages_every_list,
    refuses_filters_that_name_nothing,
    refuses_foreign_cursors,
    refuses_unknown_parameters,
)
from tests.quota.conftest import Site
from tests.quota.test_access import OPEN
from tests.shapes import Attempt, attempts, each_is_refused, strangers_are_refused


def app_of(site: Site) -> FastAPI:
    app = site.http.app
    assert isinstance(app, FastAPI)
    return app


READERS = [Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR]  # one of them may read each list


def test_u03_a_cursor_of_another_list_is_refused(site: Site) -> None:
    lists = refuses_foreign_cursors(app_of(site), site.ask, READERS)
    assert {"/v1/quotas", "/v1/milestones", "/v1/dead-letters"} <= set(lists)
    filters = {"programme": "skill-master-studios", "limit": 1}
    following = site.get("/v1/quotas", params=filters).json()["next"]
    assert site.get("/v1/quotas", params=filters | {"cursor": following}).status_code == 200
    assert site.get("/v1/quotas", params={"cursor": following}).status_code == 422


def test_u05_every_list_knows_limit_and_cursor(site: Site) -> None:
    pages_every_list(app_of(site))
    whole = site.get("/v1/progress?as_of=2019-12-31").json()["items"]
    first = site.get("/v1/progress?as_of=2019-12-31&limit=2").json()
    second = site.get(f"/v1/progress?as_of=2019-12-31&limit=2&cursor={first['next']}").json()
    named = [each["quota_id"] for each in first["items"] + second["items"]]
    assert named == [each["quota_id"] for each in whole[:4]]


def test_u05_an_unknown_parameter_is_refused(site: Site) -> None:
    refuses_unknown_parameters(app_of(site), site.ask, Role.BUREAU_OFFICER)
    refused = site.get("/v1/progress?programme=youth-intake&asof=2019-12-31")
    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/asof", "parameter_unknown")
    assert "as_of" in fault["detail"]


def test_u16_a_filter_that_names_nothing_is_refused(site: Site) -> None:
    free = {"id", "by", "action", "object"}
    tried = refuses_filters_that_name_nothing(app_of(site), site.ask, READERS, free)
    assert {"programme", "unit", "edition", "month"} <= tried


def test_u08_if_match_names_any_version_or_several(site: Site) -> None:
    quota = site.get("/v1/quotas", params={"programme": "youth-intake", "limit": 1}).json()["items"][0]["id"]
    tried = [('"0", "1"', 200), ("*", 200), ('W/"3"', 412), ('"1", "2"', 412)]
    for points, (tags, status) in enumerate(tried, start=1):
        headers = {"If-Match": tags}
        chosen = site.ask(Role.BUREAU_OFFICER, "PUT", f"/v1/quotas/{quota}/pace", {"green_to": points}, headers=headers)
        assert (tags, chosen.status_code) == (tags, status)


def test_u09_every_method_of_a_path_is_listed_and_head_answers(site: Site) -> None:
    lists_every_method(app_of(site), site.ask, Role.BUREAU_OFFICER)


def test_u01_u02_u04_u11_no_field_takes_what_it_cannot_mean(site: Site) -> None:
    """Texts that no database holds, days of no calendar of ours, numbers written as text: each names its field."""

    def send(attempt: Attempt) -> Any:
        json = {"Content-Type": "application/json", "If-Match": '"1"'}
        for caller in READERS:
            answer = site.ask(caller, attempt.method, attempt.path, content=attempt.content, headers=json)
            if answer.status_code != 403:
                break
        return answer

    each_is_refused(attempts(app_of(site), {}, ("/v1/policy",)), send)


def test_whoever_has_no_token_gets_no_further_than_the_door(site: Site) -> None:
    def send(attempt: Attempt) -> Any:
        media = {"Content-Type": "application/json", "If-Match": '"1"'}
        return site.http.request(attempt.method, attempt.path, content=attempt.content, headers=media)

    assert strangers_are_refused(attempts(app_of(site), {}), OPEN, send) > 100


def test_u06_every_problem_stands_in_the_document(site: Site) -> None:
    names_every_problem(app_of(site))


def test_u17_the_same_pace_again_leaves_the_version(site: Site) -> None:
    quota = site.get("/v1/quotas", params={"programme": "youth-intake", "limit": 1}).json()["items"][0]["id"]
    paces = [
        site.ask(
            Role.BUREAU_OFFICER, "PUT", f"/v1/quotas/{quota}/pace", {"green_to": 3}, headers={"If-Match": "*"}
        ).json()["version"]
        for _ in range(2)
    ]
    assert paces == [2, 2]


def test_u02_a_period_lies_in_our_calendar(site: Site) -> None:
    """Where it did not, every figure failed afterwards; and a day is no number of seconds."""
    for start, end in [("0001-01-01", None), ("2020-01-01", "9999-12-31"), (1577836800, None), ("1899-12-31", None)]:
        wanted = {"programme": "youth-intake", "unit": "anyi", "amount": 3, "period": {"start": start, "end": end}}
        refused = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", wanted)
        assert refused.status_code == 422
    for query in ("as_of=0001-01-01", "as_of=2019-02-29", "known_at=9999-12-31T23:59:59-12:00", "as_of=0"):
        assert site.get(f"/v1/progress?{query}").status_code == 422
    for query in ("as_of=20191231", "as_of=2199-12-31", "known_at=1900-01-01T00:00:00%2B08:00"):
        assert site.get(f"/v1/progress?{query}").status_code == 200
    (fault,) = site.get("/v1/progress?as_of=2019-02-29&known_at=2019-03-01T00:00:00Z").json()["errors"]
    assert "2019年2月有28天" in fault["detail"]


@pytest.mark.parametrize("role", [Role.BUREAU_OFFICER, Role.OPERATOR])
def test_u06_every_answer_stands_in_the_document(site: Site, role: Role) -> None:
    assert conforms(app_of(site), site.headers(role)) > 40
