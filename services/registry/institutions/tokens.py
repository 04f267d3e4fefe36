"""Tokens (令牌): signed here, checked everywhere with the published key (RFC 7519, RFC 7517)."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.registry.institutions.errors import ClientRefused
from services.registry.institutions.models import Client, Institution
from shared import clock
from shared.auth import ALGORITHM
from shared.config import settings
from shared.db import Database
from shared.ids import new_id
from shared.service import Context
from shared.vault import Vault, vault


@lru_cache(maxsize=1)
def signing_key(keys: Vault) -> EllipticCurvePrivateKey:
    """The key the registry signs with."""
    key = load_pem_private_key(keys.signing_pem.encode(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("the signing key is no elliptic curve key")
    return key


def published_keys(keys: Vault) -> dict[str, Any]:
    """The key set that verifies our tokens; no private part in it."""
    public = jwt.algorithms.ECAlgorithm.to_jwk(signing_key(keys).public_key(), as_dict=True)
    return {"keys": [public | {"kid": keys.signing_kid, "use": "sig", "alg": ALGORITHM}]}


def own_key(context: Context) -> Callable[[str], Awaitable[Any | None]]:
    """How the registry itself finds the key of a token: it holds it."""
    public = signing_key(context.vault).public_key()

    async def key_for(kid: str) -> Any | None:
        return public if kid == context.vault.signing_kid else None

    return key_for


def read_basic(header: str) -> tuple[str, str]:
    """Client id and secret of an HTTP Basic header (RFC 7617). Raises ClientRefused for anything else."""
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ClientRefused from None
    if scheme.lower() != "basic" or not colon:
        raise ClientRefused
    return client_id, secret


def authenticated(database: Database, client_id: str, secret: str) -> Client:
    """The client whose secret this is. Every failure looks the same from outside."""
    given = vault().secret_hash(secret)
    with database.reading() as session:
        client = session.get(Client, client_id)
        institution = session.get(Institution, client.institution_id) if client and client.institution_id else None
    now = clock.now()
    known = [client.secret_hash] if client else [""]
    if client and client.previous_hash and client.previous_until and client.previous_until > now:
        known.append(client.previous_hash)
    matches = [hmac.compare_digest(given, each) for each in known]
    if not any(matches) or client is None or client.revoked_at or (institution and not institution.active):
        raise ClientRefused
    return client


def signed_token(client: Client) -> str:
    """A token that speaks for this client for a quarter of an hour, or what the settings say."""
    now = clock.now()
    claims = {
        "iss": settings().issuer,
        "aud": settings().audience,
        "sub": client.client_id,
        "role": client.role,
        "scope": client.role,
        "iat": now,
        "exp": now + timedelta(minutes=settings().token_minutes),
        "jti": str(new_id()),
        "institution_id": str(client.institution_id) if client.institution_id else None,
        "reporting_unit": client.reporting_unit,
    }
    held = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(held, signing_key(vault()), ALGORITHM, headers={"kid": vault().signing_kid})
