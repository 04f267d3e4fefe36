import hmac
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import anyio.to_thread
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import func
from sqlmodel import Session, col, select

from services.registry.institutions.errors import ClientRefused
from services.registry.institutions.models import Bar, Client, Institution
from shared import clock
from shared.auth import Caller, Itself, Stands
from shared.config import settings
from shared.db import Database
from shared.ids import new_id
from shared.service import Context
from shared.vault import ALGORITHM, Vault, vault


def institutions(session: Session, caller: Caller, limit: int, after: UUID | None) -> Sequence[Institution]:
    """Partners in the order they were admitted, after an id, `limit + 1` of them; an institution sees itself alone.

    Inactive ones and the bureau's own are among them.
    """
    wanted = select(Institution).order_by(col(Institution.id)).limit(limit + 1)
    if caller.institution_id:
        wanted = wanted.where(Institution.id == caller.institution_id)
    if after:
        wanted = wanted.where(col(Institution.id) > after)
    return session.exec(wanted).all()


def institution(session: Session, caller: Caller, institution_id: UUID) -> Institution | None:
    """One partner (合作单位); None for an unknown one, and for another institution's as if it were absent."""
    if caller.institution_id not in (None, institution_id):
        return None
    return session.get(Institution, institution_id)


def clients(session: Session, institution_id: UUID) -> Sequence[Client]:
    """The clients of a partner by their ids, withdrawn ones included; their secrets nobody can read."""
    return session.exec(select(Client).where(Client.institution_id == institution_id).order_by(Client.client_id)).all()


def barred(session: Session, institutions: Collection[UUID], today: date) -> dict[UUID, date]:
    """Until when institutions may not submit (暂停申报), of those that may not today: the latest day of their bars."""
    in_force = (
        select(Bar.institution_id, func.max(Bar.until))
        .where(col(Bar.institution_id).in_(institutions), col(Bar.lifted_at).is_(None))
        .where(col(Bar.since) <= today, col(Bar.until) >= today)
        .group_by(col(Bar.institution_id))
    )
    return dict(session.exec(in_force).all())


def bars(session: Session, institution_id: UUID) -> Sequence[Bar]:
    """Every bar an institution was under, lifted ones included, the newest first."""
    return session.exec(select(Bar).where(Bar.institution_id == institution_id).order_by(col(Bar.id).desc())).all()


@lru_cache(maxsize=1)
def signing_key(keys: Vault) -> EllipticCurvePrivateKey:
    """The key the registry signs with (ES256), read from the vault once. Raises TypeError for a key of another kind."""
    key = load_pem_private_key(keys.signing_pem.encode(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("the signing key is no elliptic curve key")
    return key


def published_keys(keys: Vault) -> dict[str, Any]:
    """The key set that verifies our tokens; no private part in it."""
    public = jwt.algorithms.ECAlgorithm.to_jwk(signing_key(keys).public_key(), as_dict=True)
    return {"keys": [public | {"kid": keys.signing_kid, "use": "sig", "alg": ALGORITHM}]}


def own_key(context: Context) -> Callable[[str], Awaitable[Any | None]]:
    """How the registry itself finds the key of a token, by its key id: it holds it, and asks nobody."""
    public = signing_key(context.vault).public_key()

    async def key_for(kid: str) -> Any | None:
        return public if kid == context.vault.signing_kid else None

    return key_for


def client_stands(context: Context) -> Stands:
    """How the registry knows whose token ends before it expires: a withdrawn client's, an inactive institution's.

    Whom no client here stands behind, an issuer of tokens vouches for. Opens a reading session of its own.
    """

    def stands(client_id: str) -> bool:
        with context.database.reading() as session:
            client = session.get(Client, client_id)
            return client is None or (client.revoked_at is None and _institution_stands(session, client))

    async def stands_now(caller: Caller) -> bool:
        return await anyio.to_thread.run_sync(stands, caller.sub)

    return stands_now


def _institution_stands(session: Session, client: Client) -> bool:
    institution = session.get(Institution, client.institution_id) if client.institution_id else None
    return institution is None or institution.active


def authenticated(database: Database, client_id: str, secret: str) -> Client:
    """The client whose secret this is, in use or within a day of its rotation.

    Raises ClientRefused for every failure alike, a withdrawn client and an inactive institution included. Opens a
    reading session of its own; secrets are compared as keyed hashes, in constant time.
    """
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
    """A token that speaks for this client (令牌, RFC 7519) for a quarter of an hour, or what the settings say."""
    institution_id = str(client.institution_id) if client.institution_id else None
    bound = {"institution_id": institution_id, "reporting_unit": client.reporting_unit}
    return _token(client.client_id, client.role, timedelta(minutes=settings().token_minutes), **bound)


def own_token() -> str:
    """A token with which the registry itself asks another service, for a minute; no client is ever given one."""
    return _token("registry", Itself.SYSTEM, timedelta(minutes=1))


def _token(sub: str, role: str, lasts: timedelta, **bound: str | None) -> str:
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
        **bound,
    }
    held = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(held, signing_key(vault()), ALGORITHM, headers={"kid": vault().signing_kid})
