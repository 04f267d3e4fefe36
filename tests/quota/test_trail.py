"""The audit trail of quota: acts and refusals stand on it, in a chain; what is only read does not."""

from uuid import UUID

from shared.auth import Itself, Role
from shared.contracts.audit import flaws
from tests.quota.conftest import Site
from tests.quota.given import ref
from tests.quota.own import OWN, PROGRAMME
from tests.quota.verification.rebuilt import REASON, Rebuilding
from tests.trails import check_a_change_shows, every_entry, in_short, read

SEAT = {"programme": PROGRAMME, "subject_ref": str(ref("s")), "registration_id": str(ref("r")), "on": "2019-03-01"}
CAP = OWN | {"kind": "cap", "amount": 1}


def trail(site: Site, **query: str) -> list[tuple[str, str, str, str | None, str]]:
    return in_short([*read(site.http, site.headers(Role.AUDITOR), **query)])


def test_acts_and_refusals_stand_on_the_trail_and_what_is_read_does_not(site: Site) -> None:
    assert trail(site) == []
    bureau, officer = ("bureau-officer", "bureau_officer"), Role.BUREAU_OFFICER
    tried = site.ask(officer, "POST", "/v1/quotas?dry_run=true", OWN)
    made = site.ask(officer, "POST", "/v1/quotas", OWN)
    quota = made.json()["id"]
    revision = {"amount": 3, "effective_on": "2019-01-01", "document_no": "测〔2019〕1号"}
    requested = site.ask(officer, "POST", f"/v1/quotas/{quota}/revisions", revision)
    refused = [
        site.ask(Role.LEADER, "POST", f"/v1/quotas/{quota}/revisions", revision),
        site.ask(officer, "POST", "/v1/quotas", OWN),
        site.get(f"/v1/quotas/{UUID(int=1)}", Role.AUDITOR),
    ]
    assert [answer.status_code for answer in (tried, made, requested, *refused)] == [200, 201, 202, 403, 409, 404]
    for path in ("/v1/quotas", "/v1/progress", f"/v1/quotas/{quota}"):
        assert site.get(path).status_code == 200
    assert site.ask(Role.AUDITOR, "POST", "/v1/verify", {}).status_code == 200
    assert trail(site) == [
        (*bureau, "define_quota", None, "tried"),
        (*bureau, "define_quota", quota, "done"),
        (*bureau, "revise_quota", quota, "awaiting"),
        ("leader", "leader", "revise_quota", quota, "forbidden"),
        (*bureau, "define_quota", None, "periods-overlap"),
        ("auditor", "auditor", "read_quota", str(UUID(int=1)), "not-found"),
    ]
    entries = [*read(site.http, site.headers(Role.AUDITOR))]
    assert [str(each.request) for each in entries] == [
        answer.headers["x-request-id"] for answer in (tried, made, requested, *refused)
    ]
    assert [each.version for each in entries[1:3]] == [1, 1]
    assert trail(site, by="leader", newest="true") == trail(site)[3:4]


def test_whoever_changes_an_entry_is_found(site: Site, quota_id: str) -> None:
    site.ask(Role.LEADER, "POST", "/v1/quotas", OWN)
    with site.database.writing() as session:
        check_a_change_shows(session)


def test_what_the_registry_asks_by_itself_is_on_its_own_trail_alone(site: Site) -> None:
    made = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", CAP)
    assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {site.issuer.token(Itself.SYSTEM, nobodys=True, sub='registry')}"}
    claims = {"items": [SEAT]}
    before = trail(site)
    assert site.http.post("/v1/seats/claims", json=claims, headers=headers).json()["items"][0]["seat"]
    assert trail(site) == before
    assert site.http.post("/v1/quotas", json=OWN, headers=headers).status_code == 403
    assert trail(site)[len(before) :] == [("registry", "system", "define_quota", None, "forbidden")]


def test_a_rebuild_is_on_record_and_its_pages_are_not(site: Site, quota_id: str) -> None:
    operator = ("operator", "operator")
    before = trail(site)
    facts = site.get("/v1/facts", Role.AUDITOR).json()["items"]
    rebuilding = Rebuilding.begun(site)
    begun = rebuilding.path.rpartition("/")[2]
    assert rebuilding.ask("/filled", {"registrations": 7}).status_code == 409
    assert len(rebuilding.filled(facts).shown()) > 0
    assert rebuilding.ask("", method="DELETE").status_code == 200
    assert trail(site)[len(before) :] == [
        (*operator, "begin_rebuild", begun, "done"),
        (*operator, "fill_rebuild", begun, "not-so-many"),
        (*operator, "fill_rebuild", begun, "done"),
        (*operator, "drop_rebuild", begun, "done"),
    ]
    with site.database.reading() as session:
        entries = every_entry(session)
    assert (entries[len(before)].purpose, list(flaws(entries, []))) == (REASON, [])
