"""Who may use which route of quota."""

from shared.auth import OF_AN_INSTITUTION, Itself, Role
from tests.quota.conftest import Site
from tests.quota.given import ref
from tests.rights import answer_of, check_every_right, check_forged_tokens, elsewhere, owned, rights_in

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
    ("GET", "/v1/quotas/{quota_id}/revisions"): READERS | PARTNERS,
    ("POST", "/v1/quotas/{quota_id}/revisions"): BUREAU,
    ("GET", "/v1/quotas/{quota_id}/revisions/awaited"): BUREAU | {Role.AUDITOR},
    ("DELETE", "/v1/quotas/{quota_id}/revisions/awaited"): BUREAU,
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
    ("GET", "/v1/audit"): {Role.AUDITOR},
    ("GET", "/v1/dead-letters"): {Role.OPERATOR},
    ("GET", "/v1/dead-letters/{dead_letter_id}"): {Role.OPERATOR},
    ("POST", "/v1/dead-letters/replay"): {Role.OPERATOR},
    ("POST", "/v1/dead-letters/drop"): {Role.OPERATOR},
}


OPEN = {"/livez", "/readyz"}


def test_every_route_says_who_may_use_it(site: Site) -> None:
    """A new route is not forgotten here."""
    published = site.http.get("/openapi.json").json()["paths"]
    routes = {(method.upper(), path) for path, methods in published.items() for method in methods if path not in OPEN}
    assert routes == set(ROUTES)


def test_the_table_is_as_agreed(site: Site) -> None:
    """What the routes themselves say is what runs; here is what was agreed."""
    said = {(each.method, each.path): each.admission for each in rights_in(site.http) if each.path in paths()}
    assert {route: set(found.roles) - {Itself.SYSTEM} for route, found in said.items() if found} == ROUTES


def paths() -> set[str]:
    return {path for _, path in ROUTES}


def test_every_route_admits_whom_it_names_and_nobody_else(site: Site) -> None:
    check_every_right(site.http, site.issuer, rights_in(site.http))


def test_a_token_that_is_not_wholly_in_order_opens_nothing(site: Site) -> None:
    check_forged_tokens(site.http, site.issuer, "/v1/quotas", Role.LEADER)


def test_what_is_anothers_is_as_if_absent(site: Site, quota_id: str) -> None:
    (own,) = (each for each in owned(rights_in(site.http)) if "{registration_id}" in each.path)
    there, nowhere = (own.path.format(quota_id=quota_id, registration_id=ref(name)) for name in (0, "nobody"))
    bound = {"institution_id": str(ref("another institution")), "reporting_unit": "anyi"}
    for role, token in elsewhere(site.issuer, **bound):
        hidden, absent = answer_of(site.http, own, there, token), answer_of(site.http, own, nowhere, token)
        assert hidden.status_code == absent.status_code == 404, role
        assert {**hidden.json(), "instance": None} == {**absent.json(), "instance": None}, role
        rows = site.http.get(there.rpartition("/")[0], headers={"Authorization": f"Bearer {token}"})
        assert (role, rows.json()["items"]) == (role, [])
    whole = site.issuer.token(Role.LEADER)
    assert answer_of(site.http, own, there, whole).status_code == 200
