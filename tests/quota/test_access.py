"""Who may use which route of quota."""

import re
from uuid import UUID

from shared.auth import OF_AN_INSTITUTION, Role
from tests.quota.conftest import Site

PARTNERS = set(OF_AN_INSTITUTION)


READERS = {Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.DISTRICT_OFFICER}


BUREAU = {Role.BUREAU_OFFICER}


SEAT_READERS = READERS - {Role.DISTRICT_OFFICER}


VERIFIERS = {Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER}


# Every route of quota, and who may use it; a route that is missing here fails the test below.
ROUTES: dict[tuple[str, str], set[Role]] = {
    ("GET", "/v1/progress"): set(Role),
    ("GET", "/v1/progress.{form}"): set(Role),
    ("GET", "/v1/quotas"): READERS | PARTNERS,
    ("POST", "/v1/quotas"): BUREAU,
    ("GET", "/v1/quotas/{quota_id}"): READERS | PARTNERS,
    ("POST", "/v1/quotas/{quota_id}/revisions"): BUREAU,
    ("PUT", "/v1/quotas/{quota_id}/pace"): BUREAU,
    ("POST", "/v1/quotas/{quota_id}/allocation"): BUREAU,
    ("GET", "/v1/quotas/{quota_id}/allocation"): READERS,
    ("POST", "/v1/nil-returns"): BUREAU | {Role.DISTRICT_OFFICER},
    ("GET", "/v1/nil-returns"): READERS,
    ("GET", "/v1/quotas/{quota_id}/registrations"): READERS | PARTNERS,
    ("GET", "/v1/quotas/{quota_id}/registrations/{registration_id}"): READERS | PARTNERS,
    ("GET", "/v1/quotas/{quota_id}/series"): READERS,
    ("GET", "/v1/quotas/{quota_id}/seats"): SEAT_READERS,
    ("POST", "/v1/seats"): BUREAU,
    ("POST", "/v1/seats/claims"): BUREAU,
    ("GET", "/v1/seats/{seat_id}"): SEAT_READERS,
    ("DELETE", "/v1/seats/{seat_id}"): BUREAU,
    ("GET", "/v1/milestones"): READERS,
    ("GET", "/v1/overlaps"): READERS,
    ("GET", "/v1/indicators"): READERS,
    ("POST", "/v1/indicators/{indicator_id}/values"): BUREAU,
    ("GET", "/v1/indicators/{indicator_id}/values"): READERS,
    ("POST", "/v1/bulletins"): BUREAU,
    ("GET", "/v1/bulletins"): READERS,
    ("GET", "/v1/bulletins/{bulletin_id}.{form}"): READERS,
    ("PUT", "/v1/policy"): BUREAU,
    ("POST", "/v1/verify"): VERIFIERS,
    ("GET", "/v1/adjustments"): VERIFIERS,
    ("GET", "/v1/facts"): VERIFIERS,
    ("POST", "/v1/facts/doubts"): {Role.OPERATOR},
    ("POST", "/v1/rebuilds"): {Role.OPERATOR},
    ("GET", "/v1/rebuilds/{rebuild_id}"): VERIFIERS,
    ("POST", "/v1/rebuilds/{rebuild_id}/facts"): {Role.OPERATOR},
    ("POST", "/v1/rebuilds/{rebuild_id}/filled"): {Role.OPERATOR},
    ("POST", "/v1/rebuilds/{rebuild_id}/swap"): {Role.OPERATOR},
    ("DELETE", "/v1/rebuilds/{rebuild_id}"): {Role.OPERATOR},
    ("GET", "/v1/flow"): VERIFIERS,
    ("GET", "/v1/dead-letters"): {Role.OPERATOR},
    ("GET", "/v1/dead-letters/{dead_letter_id}"): {Role.OPERATOR},
    ("POST", "/v1/dead-letters/replay"): {Role.OPERATOR},
}


OPEN = {"/livez", "/readyz"}


def test_every_route_says_who_may_use_it(site: Site) -> None:
    """A new route is not forgotten here."""
    published = site.http.get("/openapi.json").json()["paths"]
    routes = {(method.upper(), path) for path, methods in published.items() for method in methods if path not in OPEN}
    assert routes == set(ROUTES)


def test_nobody_gets_in_without_a_token_or_with_another_role(site: Site) -> None:
    """401 without a token, 403 with a role that has no business there."""
    for (method, pattern), admitted in ROUTES.items():
        path = re.sub(r"\{\w+\}", str(UUID(int=1)), pattern)
        assert (path, site.http.request(method, path).status_code) == (path, 401)
        for role in Role:
            status = site.ask(role, method, path, body={} if method != "GET" else None).status_code
            assert (path, role, status == 403) == (path, role, role not in admitted)
