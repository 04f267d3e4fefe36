"""Credentials (接入凭据): a client of an institution, and its secret, of which only keyed hashes are kept."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.institutions.models import Client, Institution
from services.registry.institutions.schemas import NewClient
from shared import clock
from shared.auth import Role
from shared.operations import Call, Effect, operation
from shared.problems import NotFound, Refusal
from shared.vault import vault

ISSUE = "issue_client"  # whoever asks for it
OLD_SECRET_LASTS = timedelta(days=1)
GIVES = (Role.BUREAU_OFFICER, Role.OPERATOR)


class Issued(NamedTuple):
    """A client and its secret, which nobody can show a second time."""

    client: Client
    secret: str


@dataclass(frozen=True)
class NewClientOf:
    """A client wanted for an institution."""

    institution_id: UUID
    new: NewClient


@dataclass(frozen=True)
class ClientOf:
    """A client of an institution."""

    institution_id: UUID
    client_id: str


def new_secret() -> str:
    """A secret of 256 random bits; the prefix lets scanners find one that leaked."""
    return f"talent_{secrets.token_urlsafe(32)}"


@operation(
    ISSUE, roles=GIVES, target=lambda new: new.institution_id, effect=lambda issued: Effect(issued.client.client_id)
)
def issue(session: Session, calls: Sequence[Call[NewClientOf]]) -> list[Issued | Refusal]:
    """Give institutions clients (发放接入凭据), each with a secret that nobody can show a second time.

    Writes: `client`. Locks nothing; no event. Refuses: not-found for an unknown institution.
    """
    outcomes: list[Issued | Refusal] = []
    for each in (call.item for call in calls):
        if session.get(Institution, each.institution_id) is None:
            outcomes.append(NotFound())
            continue
        outcomes.append(add_client(session, each.new.name, Role(each.new.role), institution_id=each.institution_id))
    return outcomes


def add_client(
    session: Session,
    name: str,
    role: Role,
    *,
    institution_id: UUID | None = None,
    reporting_unit: str | None = None,
    client_id: str | None = None,
    demo: bool = False,
) -> Issued:
    """A new client with a fresh secret; its id is drawn where none is given.

    Writes: `client`, whose constraints hold a role to its institution or unit.
    """
    secret = new_secret()
    client = Client(
        client_id=client_id or f"{role.value.replace('_', '-')}-{secrets.token_hex(6)}",
        name=name.strip(),
        role=role.value,
        institution_id=institution_id,
        reporting_unit=reporting_unit,
        secret_hash=vault().secret_hash(secret),
        demo=demo,
        created_at=clock.now(),
    )
    session.add(client)
    session.flush()
    return Issued(client, secret)


@operation(
    "rotate_client",
    roles=GIVES,
    target=lambda wanted: wanted.institution_id,
    effect=lambda issued: Effect(issued.client.client_id),
)
def rotate(session: Session, calls: Sequence[Call[ClientOf]]) -> list[Issued | Refusal]:
    """Give clients a new secret (更换密钥); the old one is good for one more day, the one before it no more.

    Locks and writes: the `client`. No event. Refuses: not-found for an unknown client, a withdrawn one, another's.
    """
    outcomes: list[Issued | Refusal] = []
    for call in calls:
        client = _client(session, call.item)
        if client is None or client.revoked_at:
            outcomes.append(NotFound())
            continue
        secret = new_secret()
        client.previous_hash, client.previous_until = client.secret_hash, clock.now() + OLD_SECRET_LASTS
        client.secret_hash = vault().secret_hash(secret)
        outcomes.append(Issued(client, secret))
    session.flush()
    return outcomes


@operation(
    "withdraw_client",
    roles=GIVES,
    target=lambda wanted: wanted.institution_id,
    effect=lambda client: Effect(client.client_id),
)
def withdraw(session: Session, calls: Sequence[Call[ClientOf]]) -> list[Client | Refusal]:
    """Withdraw clients (注销凭据): they get no more tokens. Once more changes nothing, not even the instant.

    Locks and writes: the `client`. No event. Refuses: not-found for an unknown client or another's.
    """
    outcomes: list[Client | Refusal] = []
    for call in calls:
        client = _client(session, call.item)
        if client is not None:
            client.revoked_at = client.revoked_at or clock.now()
        outcomes.append(client or NotFound())
    session.flush()
    return outcomes


def _client(session: Session, wanted: ClientOf) -> Client | None:
    client = session.get(Client, wanted.client_id, with_for_update=True)
    return client if client and client.institution_id == wanted.institution_id else None
