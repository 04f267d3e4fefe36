"""Slips and forgeries at every address of quota."""

from fastapi import FastAPI

from shared.auth import Role
from tests.inputs import (
    lists_every_method,
    pages_every_list,
    refuses_filters_that_name_nothing,
    refuses_foreign_cursors,
    refuses_unknown_parameters,
)
from tests.quota.conftest import Site


def app_of(site: Site) -> FastAPI:
    app = site.http.app
    assert isinstance(app, FastAPI)
    return app


def test_u03_a_cursor_of_another_list_is_refused(site: Site) -> None:
    lists = refuses_foreign_cursors(app_of(site), site.ask, [Role.BUREAU_OFFICER, Role.OPERATOR])
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
    tried = refuses_filters_that_name_nothing(app_of(site), site.ask, [Role.BUREAU_OFFICER, Role.OPERATOR], {"id"})
    assert {"programme", "unit", "edition", "month"} <= tried


def test_u08_if_match_names_any_version_or_several(site: Site) -> None:
    quota = site.get("/v1/quotas", params={"programme": "youth-intake", "limit": 1}).json()["items"][0]["id"]
    for tags, status in [('"0", "1"', 200), ("*", 200), ('W/"3"', 412), ('"1", "2"', 412)]:
        headers = {"If-Match": tags}
        chosen = site.ask(Role.BUREAU_OFFICER, "PUT", f"/v1/quotas/{quota}/pace", {"curve": "by_day"}, headers=headers)
        assert (tags, chosen.status_code) == (tags, status)


def test_u09_every_method_of_a_path_is_listed_and_head_answers(site: Site) -> None:
    lists_every_method(app_of(site), site.ask, Role.BUREAU_OFFICER)
