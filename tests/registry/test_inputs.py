"""Slips and forgeries at every address of the registry."""

from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from tests.conforming import conforms
from tests.documents import names_every_problem
from tests.inputs import (
    codes,
    lists_every_method,
    pages_every_list,
    refuses_filters_that_name_nothing,
    refuses_foreign_cursors,
    refuses_unknown_parameters,
)
from tests.registry.conftest import Registry
from tests.registry.routes import OPEN
from tests.registry.subjects import person
from tests.registry.transitions.test_notices import BEFORE
from tests.shapes import Attempt, attempts, each_is_refused, strangers_are_refused


def app_of(registry: Registry) -> FastAPI:
    app = registry.http.app
    assert isinstance(app, FastAPI)
    return app


def test_u03_a_cursor_of_another_list_is_refused(registry: Registry) -> None:
    """Also that of the same list with other filters; the right one goes on."""
    lists = refuses_foreign_cursors(app_of(registry), registry.ask, ["bureau", "operator", "auditor"])
    assert {"/v1/audit", "/v1/registrations", "/v1/dead-letters"} <= set(lists)
    first = registry.get("bureau", "/v1/institutions?limit=1").json()["next"]
    assert registry.get("bureau", f"/v1/institutions?limit=2&cursor={first}").status_code == 200
    assert registry.get("operator", f"/v1/facts?cursor={first}").status_code == 422


def test_u05_every_list_knows_limit_and_cursor(registry: Registry) -> None:
    """A short list comes whole unless a limit is given, and then page by page."""
    pages_every_list(app_of(registry))
    whole = registry.get("bureau", "/v1/programmes").json()
    assert whole["next"] is None
    pages, following = [], ""
    while following is not None:
        page = registry.get("bureau", f"/v1/programmes?limit=7{following and f'&cursor={following}'}").json()
        pages.append(page["items"])
        following = page["next"]
    assert [len(each) for each in pages] == [7, 7, 4]
    assert [one for each in pages for one in each] == whole["items"]


def test_u05_an_unknown_parameter_is_refused(registry: Registry) -> None:
    refuses_unknown_parameters(app_of(registry), registry.ask, "bureau")


def test_u05_a_parameter_given_twice_is_refused(registry: Registry) -> None:
    """One of the two would count, and nobody could say which; what may be given several times may still be."""
    refused = registry.get("bureau", "/v1/reporting-units?on=2019-01-01&on=2020-01-01")
    assert [each["code"] for each in refused.json()["errors"]] == ["parameter_repeated"]
    facts = "&".join(f"id=00000000-0000-0000-0000-00000000000{n}" for n in (1, 2))
    assert registry.get("operator", f"/v1/facts?{facts}").status_code == 200


def test_u05_a_stranger_learns_no_parameters(registry: Registry) -> None:
    assert registry.http.get("/v1/registrations?statee=x").status_code == 401


def test_u16_a_filter_that_names_nothing_is_refused(registry: Registry) -> None:
    """As quota does; what institution another one is, an institution does not learn."""
    everybody = ["bureau", "operator", "auditor"]
    tried = refuses_filters_that_name_nothing(
        app_of(registry), registry.ask, everybody, {"q", "by", "action", "object", "id"}
    )
    assert {"programme", "unit", "institution", "state"} <= tried
    listed = "/v1/registrations?institution="
    own, other = (registry.credentials[f"institution-{name}-clerk"]["institution_id"] for name in "ab")
    clerk = [registry.get("institution-a-clerk", f"{listed}{each}") for each in (own, other, UUID(int=7))]
    assert [answer.json()["items"] for answer in clerk] == [[], [], []]
    assert registry.get("bureau", f"{listed}{other}").status_code == 200


def test_u08_if_match_names_any_version_or_several(registry: Registry) -> None:
    made = registry.post("bureau", "/v1/institutions", {"name": "某院", "reporting_unit": "donghu"}).json()
    path = f"/v1/institutions/{made['id']}"
    for tags, status in [
        ('"0", "1"', 200),
        ("*", 200),
        ('W/"3"', 412),
        ('"1", "2"', 412),
        ('"x,3"', 412),
        ('"9","3" ,"4"', 200),
    ]:
        changed = registry.ask("bureau", "PATCH", path, {"name": f"乙{tags}"}, If_Match=tags)
        assert (tags, changed.status_code) == (tags, status)
    assert changed.json()["version"] == 4


def test_u08_whichever_version_there_is_means_that_there_is_one(registry: Registry) -> None:
    """No year's calendar comes into being by `*`, or by a tag that is none."""
    for tags in ("*", '"x"'):
        refused = registry.ask("bureau", "PUT", "/v1/calendar/2020", BEFORE, If_Match=tags)
        assert (tags, refused.status_code) == (tags, 412)
    for tags in ('"0"', "*"):
        registry.ask("bureau", "PUT", "/v1/calendar/2020", BEFORE, If_Match=tags)
        assert registry.ask("bureau-2", "PUT", "/v1/calendar/2020", BEFORE, If_Match=tags).status_code == 200


def test_u09_every_method_of_a_path_is_listed_and_head_answers(registry: Registry) -> None:
    lists_every_method(app_of(registry), registry.ask, "bureau")


def test_u01_u02_u04_u11_no_field_takes_what_it_cannot_mean(registry: Registry) -> None:
    """Texts that no database holds, days of no calendar of ours, numbers written as text: each names its field."""

    def send(attempt: Attempt) -> Any:
        for caller in ("bureau", "operator", "auditor", "institution-a-clerk"):
            headers = {
                "Authorization": f"Bearer {registry.token(caller)}",
                "Content-Type": "application/json",
                "If-Match": '"1"',
            }
            answer = registry.http.request(attempt.method, attempt.path, content=attempt.content, headers=headers)
            if answer.status_code != 403:
                break
        return answer

    hints = {"reporting_unit": "donghu", "details": {}, "kind": "person"}
    each_is_refused(attempts(app_of(registry), hints, ("/v1/policy",)), send)


def test_whoever_has_no_token_gets_no_further_than_the_door(registry: Registry) -> None:
    def send(attempt: Attempt) -> Any:
        media = {"Content-Type": "application/json", "If-Match": '"1"'}
        return registry.http.request(attempt.method, attempt.path, content=attempt.content, headers=media)

    opened = {each.partition(" ")[2].partition("{")[0] for each in OPEN}
    assert strangers_are_refused(attempts(app_of(registry), {"details": {}, "kind": "person"}), opened, send) > 100


def test_u06_every_problem_stands_in_the_document(registry: Registry) -> None:
    names_every_problem(app_of(registry))


def test_u17_a_change_that_changes_nothing_leaves_everything_as_it_was(registry: Registry) -> None:
    """The same version, no history, no event, no entry of the trail; and null is no value where one is needed."""
    draft = person(1, submit=False, details={"education": "21"})
    made = registry.post("institution-a-clerk", "/v1/registrations", draft).json()
    path = f"/v1/registrations/{made['id']}"
    trail = [each["sequence"] for each in registry.get("auditor", "/v1/audit?action=amend").json()["items"]]
    same = {name: made[name] for name in ("reporting_unit", "township", "fact_date", "details", "external_ref")}
    for change in ({}, same, {"fact_date": "2019年7月1日"}, {"subject": person(1)["subject"]}):
        answer = registry.ask("institution-a-clerk", "PATCH", path, change, If_Match='"1"')
        assert (answer.status_code, answer.json()["version"], answer.headers["etag"]) == (200, 1, '"1"'), change
    for name in ("subject", "reporting_unit", "fact_date", "details"):
        refused = registry.ask("institution-a-clerk", "PATCH", path, {name: None}, If_Match='"1"')
        assert (refused.status_code, codes(refused)) == (422, [(f"/{name}", "null_not_allowed")])
    assert registry.get("bureau", path).json()["updated_at"] == made["updated_at"]
    assert len(registry.get("bureau", f"{path}/history").json()["items"]) == 1
    done = registry.get("auditor", "/v1/audit?action=amend").json()["items"]
    assert [each["sequence"] for each in done if each["outcome"] == "done"] == trail
    assert (
        registry.ask("institution-a-clerk", "PATCH", path, {"township": "扬子洲镇"}, If_Match='"1"').json()["version"]
        == 2
    )


def test_u17_of_an_institution_too(registry: Registry) -> None:
    made = registry.post("bureau", "/v1/institutions", {"name": "某院", "reporting_unit": "donghu"}).json()
    path = f"/v1/institutions/{made['id']}"
    for change in ({}, {"name": " 某院 "}, {"reporting_unit": "donghu", "active": True}):
        answer = registry.ask("bureau", "PATCH", path, change, If_Match='"1"')
        assert (answer.status_code, answer.json()["version"]) == (200, 1)
    for name in ("name", "reporting_unit", "active"):
        refused = registry.ask("bureau", "PATCH", path, {name: None}, If_Match='"1"')
        assert codes(refused) == [(f"/{name}", "null_not_allowed")]
    done = registry.get("auditor", "/v1/audit?action=change_institution").json()["items"]
    assert [each for each in done if each["outcome"] == "done"] == []


@pytest.mark.parametrize("caller", ["bureau", "institution-a-clerk", "operator"])
def test_u06_every_answer_stands_in_the_document(registry: Registry, caller: str) -> None:
    assert conforms(app_of(registry), {"Authorization": f"Bearer {registry.token(caller)}"}) > 50
