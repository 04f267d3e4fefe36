"""Signing in at an OpenID Connect issuer: who is vouched for comes in, and nobody else by anything like it."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.registry.accounts.commands import arriving
from services.registry.accounts.queries.hands import knew_secrets
from services.registry.institutions.commands.allowances import RateLimit
from shared.config import Settings
from tests.city import free_ports
from tests.conftest import forget
from tests.databases import stored
from tests.registry.accounts.test_accounts import account_of, issue
from tests.registry.accounts.test_sign_in import NEW, bearer, reads, sign_in
from tests.registry.conftest import Registry
from tests.servers.issuer import CLIENT, SECRET, TestIssuer, issuing

SUBJECT = "u-1001"


@pytest.fixture(scope="module")
def running() -> Iterator[TestIssuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def issuer(running: TestIssuer, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> TestIssuer:
    """An issuer that the registry is told of, and does everything right."""
    running.subject, running.algorithm = SUBJECT, "RS256"
    running.claims, running.metadata, running.questions = {}, {}, []
    configured(monkeypatch, running.url)
    return running


def configured(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name, value in (("ISSUER", url), ("CLIENT_ID", CLIENT), ("CLIENT_SECRET", SECRET)):
        monkeypatch.setenv(f"TALENT_OIDC_{name}", value)
    forget()


def bound(registry: Registry, subject: str = SUBJECT, **changes: Any) -> Any:
    """An account of a bureau officer that is bound to a subject, by two officers."""
    issued = issue(registry, "bureau", issuer_subject=subject, **changes)
    assert issued.status_code == 201, issued.text
    assert registry.post("bureau-2", f"/v1/accounts/{issued.json()['id']}/approve").status_code == 200
    return issued.json()


def visit(registry: Registry) -> dict[str, Any]:
    began = registry.http.post("/v1/sessions/issuer")
    assert began.status_code == 201, began.text
    return dict(began.json())


def back(began: dict[str, Any]) -> dict[str, str]:
    """What a browser that went to the issuer brings back."""
    there = httpx.get(began["authorization_url"], trust_env=False)
    said = {name: value for name, (value,) in parse_qs(urlsplit(there.headers["location"]).query).items()}
    return {"visit": began["visit"], "state": said["state"], "code": said["code"], "iss": said["iss"]}


def arrive(registry: Registry, **changes: Any) -> Any:
    returned = {**back(visit(registry)), **changes}
    return registry.http.post("/v1/sessions/issuer/return", json=returned)


def slug(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "").removeprefix("/problems/")


def test_who_is_bound_by_two_officers_comes_in_and_has_a_session_like_any_other(
    registry: Registry, issuer: TestIssuer
) -> None:
    issued = issue(registry, "bureau", issuer_subject=SUBJECT).json()
    shown = (issued["issuer"], issued["issuer_subject"], issued["password"], issued["has_password"], issued["awaiting"])
    assert shown == (issuer.url, SUBJECT, None, False, None)
    assert slug(arrive(registry)) == (401, "no-account-of-subject")
    path = f"/v1/accounts/{issued['id']}/approve"
    assert registry.post("bureau", path).status_code == 409
    assert registry.post("bureau-2", path).status_code == 200
    arrived = arrive(registry)
    assert arrived.status_code == 200, arrived.text
    session = arrived.json()
    assert (session["login"], session["scope"], reads(registry, session)) == ("liu", "bureau_officer", 200)
    refreshed = registry.http.post("/v1/sessions/refresh", json={"refresh_token": session["refresh_token"]})
    assert refreshed.status_code == 200
    assert registry.http.delete("/v1/sessions", headers=bearer(session)).json() == {"ended": 1}
    assert reads(registry, session) == 401
    entries = [e for e in registry.get("auditor", "/v1/audit?limit=200").json()["items"] if "issuer" in e["action"]]
    assert [(each["by"], each["object"], each["outcome"]) for each in entries][1:] == [("liu", "liu", "done")]
    assert (entries[0]["outcome"], SUBJECT in str(entries)) == ("no-account-of-subject", False)
    assert SUBJECT.encode() not in stored(registry.context.database.url)
    assert registry.get("auditor", "/v1/accounts").json()["items"][-1]["issuer_subject"] is None


def test_w05_a_password_that_was_asked_for_who_came_in_since_no_second_officer_gives(
    registry: Registry, issuer: TestIssuer
) -> None:
    path = f"/v1/accounts/{bound(registry)['id']}/reset-password"
    assert registry.post("operator", path).status_code == 202
    assert arrive(registry).status_code == 200
    assert [registry.post(name, path).status_code for name in ("bureau-3", "bureau-2")] == [202, 200]


def test_a_visit_is_one_browsers_and_good_once(registry: Registry, issuer: TestIssuer) -> None:
    bound(registry)
    theirs = back(visit(registry))
    for wrong in (
        {"visit": theirs["visit"]},  # a code that somebody else slipped in
        {"visit": "AAAA"},
        {"state": theirs["state"]},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"code": theirs["code"]},  # its challenge is another's
        {"code": "guessed"},
    ):
        assert slug(arrive(registry, **wrong)) == (401, "issuer-refused"), wrong
    assert arrive(registry).status_code == 200
    used = back(visit(registry))
    assert registry.http.post("/v1/sessions/issuer/return", json=used).status_code == 200
    assert slug(registry.http.post("/v1/sessions/issuer/return", json=used)) == (401, "issuer-refused")


WRONG: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "https://elsewhere.example"},
    "audience": {"aud": "another-client"},
    "audience, for us": {"aud": "another-client", "azp": CLIENT},
    "audiences without azp": {"aud": [CLIENT, "another-client"]},
    "azp": {"azp": "another-client"},
    "expired": {"exp": 1_700_000_000},
    "not yet": {"nbf": 4_000_000_000},
    "issued later": {"iat": 4_000_000_000},
    "no end": {"exp": None},
    "nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another token's": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "nobody": {"sub": None},
    "blank": {"sub": ""},
    "no text": {"sub": 1001},
}


def test_a_token_that_is_not_wholly_in_order_lets_nobody_in(registry: Registry, issuer: TestIssuer) -> None:
    bound(registry)
    began = {what: back(visit(registry)) for what in WRONG}
    answers = {}
    for what, claims in WRONG.items():
        issuer.claims = claims
        answers[what] = slug(registry.http.post("/v1/sessions/issuer/return", json=began[what]))
    assert answers == dict.fromkeys(WRONG, (401, "issuer-refused"))
    issuer.claims = {"aud": [CLIENT], "azp": CLIENT, "at_hash": None}
    assert arrive(registry).status_code == 200


def test_a_key_that_is_public_or_none_signs_nothing(registry: Registry, issuer: TestIssuer) -> None:
    bound(registry)
    for algorithm in ("HS256", "none", "RS512"):
        issuer.algorithm = algorithm
        assert slug(arrive(registry)) == (401, "issuer-refused"), algorithm
    issuer.algorithm = "PS256"
    assert arrive(registry).status_code == 200


def test_keys_change_while_people_sign_in(
    registry: Registry, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound(registry)
    assert arrive(registry).status_code == 200
    assert arrive(registry).status_code == 200
    assert issuer.questions == ["description", "keys"]
    issuer.new_key()
    assert slug(arrive(registry)) == (401, "issuer-refused")  # asked a moment ago: a forger makes nobody ask
    monkeypatch.setattr("services.registry.accounts.clients.FETCH_AGAIN", 0.0)
    assert arrive(registry).status_code == 200


def test_an_issuer_that_is_away_or_another_is_said_and_passwords_go_on(
    registry: Registry, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.metadata = {"issuer": "https://elsewhere.example"}
    assert slug(registry.http.post("/v1/sessions/issuer")) == (503, "issuer-away")
    issuer.metadata = {}
    returned = back(visit(registry))
    gone = f"http://127.0.0.1:{free_ports(1)}"
    registry.http.app.state.issuer._metadata.token_endpoint = gone  # type: ignore[attr-defined]
    answer = registry.http.post("/v1/sessions/issuer/return", json=returned)
    assert slug(answer) == (503, "issuer-away")
    assert sign_in(registry, "bureau").status_code == 200
    monkeypatch.setenv("TALENT_OIDC_ISSUER", "")
    forget()
    assert registry.http.post("/v1/sessions/issuer").status_code == 404


def test_in_production_people_show_two_factors_there_and_the_issuer_is_asked_by_tls(
    registry: Registry, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound(registry)
    monkeypatch.setattr(arriving, "shows_factor", lambda: True)
    for claims in ({}, {"amr": ["pwd"]}, {"acr": "1", "amr": []}):
        issuer.claims = claims
        assert slug(arrive(registry)) == (403, "issuer-factor-needed")
    for shown in ({"amr": ["pwd", "mfa"]}, {"acr": "mfa"}):
        issuer.claims = shown
        assert arrive(registry).status_code == 200
    held = registry.http.app.state.issuer  # type: ignore[attr-defined]
    production: Settings = held._settings.model_copy(update={"environment": "production"})
    monkeypatch.setattr(held, "_settings", production)
    assert slug(registry.http.post("/v1/sessions/issuer/return", json=back(visit(registry)))) == (503, "issuer-away")


def test_w05_binding_takes_two_and_is_a_hand_in_what_is_written_by_it(registry: Registry, issuer: TestIssuer) -> None:
    clerk = account_of(registry, "bureau-3")
    path = f"/v1/accounts/{clerk['id']}"
    signed_in = sign_in(registry, "bureau-3").json()

    def change(by: str, subject: str | None) -> Any:
        version = f'"{account_of(registry, "bureau-3")["version"]}"'
        return registry.ask(by, "PATCH", path, {"issuer_subject": subject}, If_Match=version)

    changed = change("bureau", SUBJECT)
    assert (changed.status_code, changed.json()["state"], changed.json()["has_password"]) == (200, "issued", False)
    assert (reads(registry, signed_in), sign_in(registry, "bureau-3").status_code) == (401, 401)
    assert slug(arrive(registry)) == (401, "no-account-of-subject")
    assert registry.post("bureau", f"{path}/approve").status_code == 409
    assert registry.post("bureau-2", f"{path}/approve").status_code == 200
    assert arrive(registry).json()["login"] == "bureau-3"
    with registry.context.database.reading() as session:
        assert "bureau" in knew_secrets(session, "bureau-3")
    assert change("bureau", SUBJECT).json()["state"] == "approved"  # as it was
    taken = issue(registry, "bureau", issuer_subject=SUBJECT)
    assert (taken.status_code, taken.json()["errors"][0]["code"]) == (422, "subject_taken")
    assert change("bureau-2", None).json()["issuer_subject"] is None
    assert slug(arrive(registry)) == (401, "no-account-of-subject")


def test_w04_an_account_is_approved_as_it_was_seen(registry: Registry, issuer: TestIssuer) -> None:
    seen = issue(registry, "bureau", issuer_subject=SUBJECT).json()
    path, version = f"/v1/accounts/{seen['id']}", f'"{seen["version"]}"'
    slipped_in = registry.ask("bureau", "PATCH", path, {"issuer_subject": "u-6666"}, If_Match=version)
    assert slipped_in.status_code == 200
    refused = registry.post("bureau-2", f"{path}/approve", If_Match=version)
    assert slug(refused) == (412, "precondition-failed")
    assert registry.post("bureau-2", f"{path}/approve", If_Match=slipped_in.headers["etag"]).status_code == 200


def test_two_officers_give_a_password_for_the_day_on_which_the_issuer_is_away(
    registry: Registry, issuer: TestIssuer
) -> None:
    path = f"/v1/accounts/{bound(registry)['id']}/reset-password"
    assert sign_in(registry, "liu", "").status_code == 422
    assert sign_in(registry, "liu", "anything at all").status_code == 401
    assert registry.post("bureau", path).status_code == 202
    first = registry.post("bureau-2", path).json()["password"]
    assert sign_in(registry, "liu", first, new_password=NEW).status_code == 200
    assert arrive(registry).status_code == 200


def test_refused_ones_are_limited_by_address_and_nobody_who_is_vouched_for(
    registry: Registry, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound(registry)
    monkeypatch.setattr(arriving, "FROM_ONE", RateLimit("issuer-from", 2, 3_600))
    refused: Callable[[], Any] = lambda: registry.http.post(  # noqa: E731
        "/v1/sessions/issuer/return", json={"visit": "AAAA", "state": "x", "code": "x"}
    )
    assert [refused().status_code for _ in range(4)] == [401, 401, 429, 429]
    assert arrive(registry).status_code == 200
    entries = registry.get("auditor", "/v1/audit?limit=200").json()["items"]
    assert [each["outcome"] for each in entries if each["action"] == "sign_in_at_issuer"] == [
        "issuer-refused", "issuer-refused", "done",
    ]  # fmt: skip
