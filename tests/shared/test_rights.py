"""The table of rights: a route that does not say who may use it, or not clearly, keeps its service from starting."""

from typing import Any

import pytest
from fastapi import FastAPI

from services.portal.main import portal
from services.portal.shell import groups
from shared.auth import OPEN, CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.config import Settings
from shared.rights import Unclassified, rights_of

CLERK, LEADER = Role.INSTITUTION_CLERK, Role.LEADER


async def blind() -> None: ...


async def seeing(caller: CallerDep) -> None: ...


@pytest.mark.parametrize(
    ("said", "handler", "fault"),
    [
        ([], blind, "says not once"),
        ([], seeing, "says not once"),
        ([allow(LEADER), OPEN], blind, "says not once"),
        ([allow(LEADER), allow(LEADER, Role.AUDITOR)], blind, "says not once"),
        ([allow(CLERK)], seeing, "says not whose things"),
        ([allow(LEADER, Role.DISTRICT_OFFICER)], seeing, "says not whose things"),
        ([allow(CLERK, reach=Reach.OWN)], blind, "does not ask who that is"),
    ],
)
def test_a_route_that_is_not_clear_is_nobodys(said: list[Any], handler: Any, fault: str) -> None:
    router = Router()
    router.get("/v1/new", dependencies=said)(handler)
    with pytest.raises(Unclassified, match=f"GET /v1/new .*{fault}"):
        rights_of(router.routes)


def test_the_table_says_who_and_whose() -> None:
    router = Router()
    router.get("/v1/own", dependencies=[allow(CLERK, reach=Reach.OWN)])(seeing)
    router.get("/v1/all", dependencies=[allow(CLERK, reach=Reach.ALL)])(blind)
    router.get("/v1/bureau", dependencies=[allow(LEADER)])(blind)
    router.get("/open", dependencies=[OPEN])(blind)
    table = {each.path: (each.admits(CLERK), each.admits(LEADER), each.reach) for each in rights_of(router.routes)}
    assert table == {
        "/v1/own": (True, False, Reach.OWN),
        "/v1/all": (True, False, Reach.ALL),
        "/v1/bureau": (False, True, None),
        "/open": (True, True, None),
    }


def test_nor_does_the_portal_start_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    portal(Settings(environment="demo"))

    def with_one_more(app: FastAPI, group: groups.PageGroup) -> None:
        app.get("/new")(blind)

    monkeypatch.setattr("services.portal.main.open_to_visitors", with_one_more)
    with pytest.raises(Unclassified, match="GET /new"):
        portal(Settings(environment="demo"))
