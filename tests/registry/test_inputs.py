"""Slips and forgeries at every address of the registry."""

from uuid import UUID

from fastapi import FastAPI

from tests.inputs import (
    lists_every_method,
    pages_every_list,
    refuses_filters_that_name_nothing,
    refuses_foreign_cursors,
    refuses_unknown_parameters,
)
from tests.registry.conftest import Registry
from tests.registry.transitions.test_notices import BEFORE


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
    assert [answer.status_code for answer in clerk] == [200, 422, 422]
    assert clerk[1].json()["errors"] == clerk[2].json()["errors"]
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
        changed = registry.ask("bureau", "PATCH", path, {"name": "乙"}, If_Match=tags)
        assert (tags, changed.status_code) == (tags, status)
    assert changed.json()["version"] == 4


def test_u08_whichever_version_there_is_means_that_there_is_one(registry: Registry) -> None:
    """No year's calendar comes into being by `*`, or by a tag that is none."""
    for tags in ("*", '"x"'):
        refused = registry.ask("bureau", "PUT", "/v1/calendar/2020", BEFORE, If_Match=tags)
        assert (tags, refused.status_code) == (tags, 412)
    assert registry.ask("bureau", "PUT", "/v1/calendar/2020", BEFORE, If_Match='"0"').status_code == 200
    assert registry.ask("bureau", "PUT", "/v1/calendar/2020", BEFORE, If_Match="*").status_code == 200


def test_u09_every_method_of_a_path_is_listed_and_head_answers(registry: Registry) -> None:
    lists_every_method(app_of(registry), registry.ask, "bureau")
