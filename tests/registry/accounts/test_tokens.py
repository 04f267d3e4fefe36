"""Tokens: what they say, and what opens nothing."""

import base64
import hmac
import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.vault import ALGORITHM, vault
from tests.registry.conftest import Registry


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
        "not yet valid": signed(forged(registry, nbf=int(time.time()) + 600)),
        "issued in the future": signed(forged(registry, iat=int(time.time()) + 600)),
        "another session's": signed(forged(registry, session="01890000-0000-7000-8000-000000000000")),
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
