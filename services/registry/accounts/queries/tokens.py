from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.registry.accounts.models import Account, SignInSession
from services.registry.accounts.queries.clients import HeldClient, mark_of
from services.registry.accounts.queries.sessions import ends_at
from shared import clock
from shared.auth import Itself
from shared.config import settings
from shared.ids import new_id
from shared.service import Context
from shared.vault import ALGORITHM, Vault, vault


@cache
def signing_key(pem: str) -> EllipticCurvePrivateKey:
    """A key the registry signs with (ES256). Raises TypeError for a key of another kind."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("the signing key is no elliptic curve key")
    return key


def published_keys(keys: Vault) -> dict[str, Any]:
    """The key set that verifies our tokens and checkpoints, those of before too; no private part in it."""
    return {"keys": [_published(kid, pem) for kid, pem in keys.signing.held.keys.items()]}


def _published(kid: str, pem: str) -> dict[str, Any]:
    public = jwt.algorithms.ECAlgorithm.to_jwk(signing_key(pem).public_key(), as_dict=True)
    return public | {"kid": kid, "use": "sig", "alg": ALGORITHM}


def own_key(context: Context) -> Callable[[str], Awaitable[Any | None]]:
    """How the registry itself finds the key of a token, by its key id: it holds it, and asks nobody."""
    ring = context.vault.signing
    signing_key(ring.current[1])  # refused at the start rather than at the first sign-in

    async def key_for(kid: str) -> Any | None:
        try:
            return signing_key(ring.key(kid)).public_key()
        except KeyError:
            return None

    return key_for


def signed(keys: Vault, held: dict[str, Any], **headers: str) -> str:
    """What is held, as a token signed by the current key."""
    kid, pem = keys.signing.current
    return jwt.encode(held, signing_key(pem), ALGORITHM, headers={"kid": kid, **headers})


def signed_token(held: HeldClient) -> str:
    """A token that speaks for this client (令牌, RFC 7519) for a quarter of an hour, or what the settings say."""
    client = held.client
    institution_id = str(client.institution_id) if client.institution_id else None
    bound = {"institution_id": institution_id, "reporting_unit": client.reporting_unit, "person": held.person}
    bound["secret"] = mark_of(held.shown)
    lasts = timedelta(minutes=settings().token_minutes)
    return _token(client.client_id, client.role, lasts, one_with=held.one_with, **bound)


def session_token(account: Account, row: SignInSession, one_with: frozenset[str]) -> tuple[str, int]:
    """A token for a person in a session, and for how many seconds it is good: never longer than the session."""
    lasts = min(timedelta(minutes=settings().token_minutes), ends_at(row) - clock.now())
    institution_id = str(account.institution_id) if account.institution_id else None
    bound = {"institution_id": institution_id, "reporting_unit": account.reporting_unit}
    by = {"person": account.login, "session": str(row.id)}
    token = _token(account.login, account.role, lasts, one_with=one_with, **bound, **by)
    return token, int(lasts.total_seconds())


def own_token() -> str:
    """A token with which the registry itself asks another service, for a minute; no client is ever given one."""
    return _token("registry", Itself.SYSTEM, timedelta(minutes=1))


def _token(
    sub: str, role: str, lasts: timedelta, *, one_with: frozenset[str] = frozenset(), **bound: str | None
) -> str:
    now = clock.now()
    claims = {
        "iss": settings().issuer,
        "aud": settings().audience,
        "sub": sub,
        "role": role,
        "scope": role,
        "iat": now,
        "exp": now + lasts,
        "jti": str(new_id()),
        "one_with": sorted(one_with) or None,
        **bound,
    }
    held = {name: value for name, value in claims.items() if value is not None}
    return signed(vault("registry"), held)
