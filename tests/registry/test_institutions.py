"""Partners, their clients and tokens: who gets one, what it says, how long a secret lasts."""

import base64
import hmac
import json
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared import clock
from shared.auth import ALGORITHM
from shared.config import settings
from shared.vault import vault
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation_code, person

GRANT = {"grant_type": "client_credentials"}


def ask_token(registry: Registry, client_id: str, secret: str) -> Any:
    return registry.http.post("/oauth/token", data=GRANT | {"client_id": client_id, "client_secret": secret})


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def held(registry: Registry, name: str) -> tuple[str, str]:
    return registry.credentials[name]["client_id"], registry.credentials[name]["client_secret"]


def clients_of_a(registry: Registry) -> str:
    return f"/v1/institutions/{registry.credentials['institution-a-clerk']['institution_id']}/clients"


def new_client(registry: Registry) -> dict[str, Any]:
    answer = registry.post("operator", clients_of_a(registry), {"name": "新客户端", "role": "institution_clerk"})
    assert answer.status_code == 201
    return dict(answer.json())


def test_a_secret_is_taken_from_the_form_or_the_header(registry: Registry) -> None:
    client_id, secret = held(registry, "bureau")
    by_form = ask_token(registry, client_id, secret)
    by_header = registry.http.post("/oauth/token", data=GRANT, headers=basic(client_id, secret))
    for answer in (by_form, by_header):
        assert answer.status_code == 200
        assert {k: v for k, v in answer.json().items() if k != "access_token"} == {
            "token_type": "Bearer", "expires_in": 900, "scope": "bureau_officer",
        }  # fmt: skip


def test_every_failure_looks_the_same(registry: Registry) -> None:
    withdrawn = new_client(registry)
    path = f"{clients_of_a(registry)}/{withdrawn['client_id']}"
    assert registry.ask("operator", "DELETE", path).status_code == 200
    idle = registry.get("bureau", f"/v1/institutions/{registry.credentials['institution-b-clerk']['institution_id']}")
    changed = registry.ask(
        "bureau", "PATCH", f"/v1/institutions/{idle.json()['id']}", {"active": False}, If_Match=idle.headers["etag"]
    )
    assert (changed.status_code, changed.json()["active"]) == (200, False)
    client_id, secret = held(registry, "bureau")
    answers = [
        ask_token(registry, client_id, "wrong"),
        ask_token(registry, "nobody", secret),
        ask_token(registry, "", ""),
        ask_token(registry, withdrawn["client_id"], withdrawn["client_secret"]),
        ask_token(registry, *held(registry, "institution-b-clerk")),
        registry.http.post("/oauth/token", data=GRANT, headers={"Authorization": "Basic ===="}),
        registry.http.post("/oauth/token", data=GRANT, headers={"Authorization": "Bearer x"}),
        registry.http.post("/oauth/token", data=GRANT, headers=basic(client_id, "wrong")),
    ]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    bodies = [{**answer.json(), "instance": None} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert (bodies[0]["type"], bodies[0]["error"]) == ("/problems/invalid-client", "invalid_client")


@pytest.mark.parametrize("grant", [{}, {"grant_type": "password"}, {"grant_type": "authorization_code"}])
def test_no_other_grant_is_known(registry: Registry, grant: dict[str, str]) -> None:
    client_id, secret = held(registry, "bureau")
    answer = registry.http.post("/oauth/token", data=grant | {"client_id": client_id, "client_secret": secret})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_form_that_is_no_text_is_refused(registry: Registry) -> None:
    for body in (b"grant_type=client_credentials&client_id=%ff&client_secret=%ff", b"\xff\xfe", b"%"):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert 400 <= registry.http.post("/oauth/token", content=body, headers=headers).status_code < 500


def test_a_rotated_secret_is_good_for_one_more_day(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    client = new_client(registry)
    rotated = registry.post("operator", f"{clients_of_a(registry)}/{client['client_id']}/rotate").json()
    assert rotated["client_secret"] != client["client_secret"]
    now = clock.now()
    for later, good in [(timedelta(hours=23, minutes=59), 200), (timedelta(days=1, minutes=1), 401)]:
        monkeypatch.setattr(clock, "now", lambda at=now + later: at)
        assert ask_token(registry, client["client_id"], client["client_secret"]).status_code == good
        assert ask_token(registry, client["client_id"], rotated["client_secret"]).status_code == 200


def test_a_secret_is_shown_once_and_stored_nowhere_in_clear(registry: Registry) -> None:
    client = new_client(registry)
    path = f"{clients_of_a(registry)}/{client['client_id']}"
    rotated = registry.post("operator", path + "/rotate", Idempotency_Key="once").json()
    assert registry.post("operator", path + "/rotate", Idempotency_Key="once").json() == rotated
    listed = registry.get("operator", clients_of_a(registry))
    assert client["client_id"] in listed.text
    stored = database_bytes()
    for secret in (client["client_secret"], rotated["client_secret"], held(registry, "bureau")[1]):
        assert secret not in listed.text
        assert secret.encode() not in stored
    assert client["client_id"].encode() in stored
    withdrawn = registry.ask("operator", "DELETE", path).json()
    assert withdrawn["revoked_at"]
    assert withdrawn["client_secret"] is None
    assert registry.post("operator", path + "/rotate").status_code == 404


def database_bytes() -> bytes:
    folder = settings().data_dir
    files = [path for path in folder.iterdir() if path.name.startswith("registry.db")]
    assert files
    return b"".join(path.read_bytes() for path in files)


def test_a_token_says_who_speaks_and_is_verified_with_the_published_key(registry: Registry) -> None:
    published = registry.http.get("/.well-known/jwks.json").json()
    (key,) = published["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    for name in ("bureau", "district-donghu", "institution-a-clerk"):
        token = registry.token(name)
        header = jwt.get_unverified_header(token)
        assert (header["alg"], header["kid"]) == ("ES256", key["kid"])
        claims = jwt.decode(token, jwt.PyJWK(key), ["ES256"], audience="talent", issuer="talent-registry")
        mine = registry.credentials[name]
        assert {k: claims.get(k) for k in ("sub", "role", "scope", "institution_id", "reporting_unit")} == {
            "sub": mine["client_id"],
            "role": mine["role"],
            "scope": mine["role"],
            "institution_id": mine.get("institution_id"),
            "reporting_unit": mine.get("reporting_unit"),
        }
        assert claims["exp"] - claims["iat"] == 15 * 60


def forged(registry: Registry, **changes: Any) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(registry.token("bureau"), options={"verify_signature": False})
    return {name: value for name, value in (claims | changes).items() if value is not None}


def signed(claims: dict[str, Any], **header: Any) -> str:
    return jwt.encode(claims, vault().signing_pem, ALGORITHM, headers={"kid": vault().signing_kid} | header)


def by_shared_secret(claims: dict[str, Any], secret: bytes) -> str:
    unsigned = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': vault().signing_kid})}.{encoded(claims)}"
    signature = base64.urlsafe_b64encode(hmac.digest(secret, unsigned.encode(), "sha256")).decode().rstrip("=")
    return f"{unsigned}.{signature}"


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_token_that_is_not_wholly_in_order_opens_nothing(registry: Registry) -> None:
    claims = forged(registry)
    header, body, signature = registry.token("bureau").split(".")
    key = jwt.PyJWK(registry.http.get("/.well-known/jwks.json").json()["keys"][0]).key
    public = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = encoded({"alg": "none", "typ": "JWT", "kid": vault().signing_kid})
    wrong = {
        "another body": f"{header}.{encoded(claims | {'role': 'auditor'})}.{signature}",
        "another signature": f"{header}.{body}.{signature[::-1]}",
        "no signature": f"{unsigned}.{body}.",
        "the public key as a shared secret": by_shared_secret(claims, public),
        "another key": signed(claims, kid="other"),
        "expired": signed(forged(registry, exp=int(time.time()) - 60)),
        "another audience": signed(forged(registry, aud="else")),
        "another issuer": signed(forged(registry, iss="else")),
        "an unknown role": signed(forged(registry, role="mayor")),
        "no role": signed(forged(registry, role=None)),
        "no expiry": signed(forged(registry, exp=None)),
        "no subject": signed(forged(registry, sub=None)),
        "a clerk of nowhere": signed(forged(registry, role="institution_clerk")),
        "an institution that is none": signed(forged(registry, role="institution_clerk", institution_id=7)),
        "an officer of no district": signed(forged(registry, role="district_officer")),
        "nonsense": "x",
        "latin": "\u00e9.\u00e9.\u00e9",
    }
    for what, token in wrong.items():
        sent = {b"Authorization": f"Bearer {token}".encode("latin-1")}
        assert registry.http.get("/v1/programmes", headers=sent).status_code == 401, what
    good = {"Authorization": f"Bearer {signed(claims)}"}
    assert registry.http.get("/v1/programmes", headers=good).status_code == 200


def admit(registry: Registry, **changes: Any) -> Any:
    return registry.post("bureau", "/v1/institutions", {"name": "新单位", "reporting_unit": "xihu"} | changes)


def test_a_partner_is_admitted_once(registry: Registry) -> None:
    first = admit(registry, uscc=organisation_code(1).lower())
    assert (first.status_code, first.json()["uscc"], first.headers["etag"]) == (201, organisation_code(1), '"1"')
    again = admit(registry, name="别名", uscc=organisation_code(1))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-admitted")
    assert [admit(registry).status_code, admit(registry).status_code] == [201, 201]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"reporting_unit": "nowhere"}, "/reporting_unit"),
        ({"uscc": "91360100MA0000O07E"}, "/uscc"),
        ({"name": "  "}, "/name"),
        ({"name": "甲\u0000"}, "/name"),
        ({"reporting_unit": "a\u0000"}, "/reporting_unit"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_a_partner_is_not_admitted_with_wrong_values(registry: Registry, changes: dict[str, Any], pointer: str) -> None:
    refused = admit(registry, **changes)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])


def test_a_partner_is_changed_at_the_version_that_was_read(registry: Registry) -> None:
    path = f"/v1/institutions/{admit(registry).json()['id']}"
    assert registry.ask("bureau", "PATCH", path, {"name": "乙"}).status_code == 428
    assert registry.ask("bureau", "PATCH", path, {"name": "乙"}, If_Match='"2"').status_code == 412
    assert registry.ask("bureau", "PATCH", path, {"reporting_unit": "no"}, If_Match='"1"').status_code == 422
    changed = registry.ask("bureau", "PATCH", path, {"name": "乙"}, If_Match='"1"')
    assert (changed.json()["name"], changed.headers["etag"]) == ("乙", '"2"')
    assert registry.get("bureau", path).json() == changed.json()


def test_clients_of_nobody_are_not_found(registry: Registry) -> None:
    absent = f"/v1/institutions/{UUID(int=7)}/clients"
    assert registry.get("operator", absent).status_code == 404
    assert registry.post("operator", absent, {"name": "甲", "role": "institution_clerk"}).status_code == 404
    assert registry.post("operator", f"{clients_of_a(registry)}/institution-b-clerk/rotate").status_code == 404
    assert registry.ask("operator", "DELETE", f"{clients_of_a(registry)}/bureau").status_code == 404


@pytest.mark.parametrize("role", ["bureau_officer", "district_officer", "leader", "auditor", "operator"])
def test_an_institution_gets_no_other_role(registry: Registry, role: str) -> None:
    refused = registry.post("operator", clients_of_a(registry), {"name": "甲", "role": role})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/role")


def test_a_new_client_registers_for_its_institution(registry: Registry) -> None:
    client = new_client(registry)
    token = ask_token(registry, client["client_id"], client["client_secret"]).json()["access_token"]
    answer = registry.http.post("/v1/registrations", json=person(), headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["institution_id"]) == (201, client["institution_id"])
