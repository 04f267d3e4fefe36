"""Who may open which page: every route of every group, to every role and to strangers; and what is open to all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from services.portal import pages
from services.portal.main import portal
from services.portal.shell.assets import SCRIPTS
from services.portal.shell.groups import find_groups
from services.portal.shell.session import Visitor, Visitors
from shared.auth import Role
from shared.config import Settings
from tests.rights import filled

GROUPS = [each for each in find_groups(pages) if not each.needs]  # those of an installation of one city
OPEN = {
    "GET /sign-in", "POST /sign-in", "POST /sign-out", "GET /sign-in/issuer", "GET /sign-in/return", "GET /metrics",
    "GET /sign/{token}", "POST /sign/{token}",
    "GET /livez", "GET /readyz", "GET /docs", "GET /docs/oauth2-redirect", *(f"GET {each}" for each in SCRIPTS),
}  # fmt: skip


class NoTokens:
    """Nothing is asked of the services for who may not open a page."""

    async def token(self) -> str:
        raise AssertionError("a service is asked")

    def refused(self, token: str) -> None:
        raise AssertionError("a service is asked")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TestClient]:
    nowhere = Settings(environment="production", data_dir=tmp_path, registry_url="http://127.0.0.1:9")
    with TestClient(portal(nowhere), follow_redirects=False) as client:
        yield client


def test_every_page_opens_to_its_roles_alone(app: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    visitors: Visitors = app.app.state.visitors  # type: ignore[attr-defined]
    for visitor in (None, *(Visitor(role, NoTokens(), "x") for role in Role)):
        monkeypatch.setattr(visitors, "of", lambda request, visitor=visitor: visitor)
        for group in GROUPS:
            if visitor is None or visitor.role not in group.roles:
                for route in (each for each in group.router.routes if isinstance(each, APIRoute)):
                    for method in {*(route.methods or ())} - {"HEAD"}:
                        path, said = filled(route.path), "forbidden" if visitor else "sign-in-needed"
                        # A form that waits for whoever comes back is looked at first, whoever sends it.
                        said = "form-untrusted" if route.path in group.keeps and method == "POST" else said
                        answer = app.request(method, path)
                        assert f"/problems/{said}" in answer.text, (method, route.path, visitor, answer.headers)


def test_what_is_open_to_all_is_named(app: TestClient) -> None:
    of_groups = {
        (route.path, method)
        for group in GROUPS
        for route in group.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    found = {
        f"{method} {route.path}"
        for route in app.app.routes  # type: ignore[attr-defined]
        if isinstance(route, APIRoute)
        for method in route.methods or ()
        if (route.path, method) not in of_groups
    }
    assert found <= OPEN | {"GET /openapi.json"}, found - OPEN
