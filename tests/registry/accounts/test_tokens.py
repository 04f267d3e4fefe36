"""Tokens: what they say, and what opens nothing."""

import jwt

from shared.auth import Role
from tests.registry.conftest import Registry
from tests.rights import check_forged_tokens


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


def test_a_token_that_is_not_wholly_in_order_opens_nothing(registry: Registry) -> None:
    check_forged_tokens(registry.http, registry.issuer, "/v1/programmes", Role.LEADER)
    ended = registry.issuer.token(Role.LEADER, session="01890000-0000-7000-8000-000000000000")
    checkpoint = registry.get("auditor", "/v1/audit/checkpoint").json()["signed"]  # by the same key, and no token
    for other in (ended, checkpoint):
        assert registry.http.get("/v1/programmes", headers={"Authorization": f"Bearer {other}"}).status_code == 401
