"""Credentials (接入凭据): a client of an institution or a person, and its secret; only keyed hashes of it are kept."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.accounts.commands.hands import GIVES, Hand, note_hand, note_secret
from services.registry.accounts.errors import AlreadyApproved, AnotherApproves
from services.registry.accounts.models import Account, Client
from services.registry.accounts.queries.hands import knew_secrets
from services.registry.accounts.rules.credentials import may_approve
from services.registry.institutions.models import Institution
from shared import clock
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
from shared.problems import NotFound, Refusal
from shared.vault import vault

ISSUE = "issue_client"  # whoever asks for it
OLD_SECRET_LASTS = timedelta(days=1)


class Issued(NamedTuple):
    """A client and its secret, which nobody can show a second time."""

    client: Client
    secret: str


class Owner(NamedTuple):
    """Whose a client is: an institution's, or one person's."""

    institution_id: UUID | None = None
    account_id: UUID | None = None

    @property
    def id(self) -> UUID | None:
        """The one that is given."""
        return self.account_id or self.institution_id

    def has(self, client: Client) -> bool:
        """Whether a client is theirs."""
        held = client.account_id if self.account_id else client.institution_id
        return held == self.id


@dataclass(frozen=True)
class NewClientOf:
    """A client wanted for an institution, in a role; or for a person, in theirs."""

    owner: Owner
    name: str
    role: Role | None = None


@dataclass(frozen=True)
class ClientOf:
    """A client of an institution or of a person."""

    owner: Owner
    client_id: str


@dataclass(frozen=True)
class Rotating(ClientOf):
    """A client that is to have a new secret; `immediate` ends the old one at once, with the tokens it was shown for."""

    immediate: bool


def new_secret() -> str:
    """A secret of 256 random bits; the prefix lets scanners find one that leaked."""
    return f"talent_{secrets.token_urlsafe(32)}"


@operation(ISSUE, roles=GIVES, target=lambda new: new.owner.id, effect=lambda issued: Effect(issued.client.client_id))
def issue(session: Session, calls: Sequence[Call[NewClientOf]]) -> list[Issued | Refusal]:
    """Give institutions and people clients (发放接入凭据), each with a secret that nobody can show a second time.

    What a person's client does is done by that person, in their role. It gets no token until another person has
    approved it, and none while its person is suspended. Writes: `client`, `credential_hand`. Locks nothing; no event.
    Refuses: not-found for an unknown institution or account.
    """
    return [_issued(session, call.item, call.caller) for call in calls]


def _issued(session: Session, wanted: NewClientOf, caller: Caller) -> Issued | Refusal:
    institution_id, account_id = wanted.owner
    account = session.get(Account, account_id) if account_id else None
    role = Role(account.role) if account else wanted.role
    if role is None or (account is None and session.get(Institution, institution_id) is None):
        return NotFound()
    issued = add_client(session, wanted.name, role, institution_id=institution_id, account=account)
    _note(session, issued.client, caller, Hand.ISSUED)
    return issued


def _note(session: Session, client: Client, caller: Caller, act: Hand) -> None:
    """A hand in a client, and in what its person writes: who saw its secret could have written as them."""
    note_hand(session, client.client_id, caller, act)
    account = session.get(Account, client.account_id) if client.account_id else None
    if account is not None and account.login != client.client_id:
        note_hand(session, account.login, caller, act)


def add_client(
    session: Session,
    name: str,
    role: Role,
    *,
    institution_id: UUID | None = None,
    account: Account | None = None,
    client_id: str | None = None,
    approved: bool = False,
) -> Issued:
    """A new client with a fresh secret; its id is drawn where none is given. An account's is bound as the account is.

    Writes: `client`, whose constraints hold a role to its institution or unit.
    """
    secret, now = new_secret(), clock.now()
    client = Client(
        client_id=client_id or drawn_id(role),
        name=name.strip(),
        role=role.value,
        institution_id=account.institution_id if account else institution_id,
        reporting_unit=account.reporting_unit if account else None,
        account_id=account.id if account else None,
        secret_hash=vault("registry").secret_hash(secret),
        demo=account.demo if account else False,
        created_at=now,
        approved_at=now if approved else None,
    )
    session.add(client)
    session.flush()
    return Issued(client, secret)


def drawn_id(role: Role) -> str:
    """An id for a client or an account whose role it is, that nobody can have chosen."""
    return f"{role.value.replace('_', '-')}-{secrets.token_hex(6)}"


@operation(
    "approve_client",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.owner.id,
    effect=lambda client: Effect(client.client_id),
)
def approve(session: Session, calls: Sequence[Call[ClientOf]]) -> list[Client | Refusal]:
    """Approve clients that others issued (核准凭据): from now on they get tokens.

    Locks and writes: the `client`; writes `credential_hand`. No event. Refuses: not-found for an unknown client, a
    withdrawn one, another's; already-approved; another-approves for whoever issued it or gave it a secret, and
    who is one officer with them.
    """
    outcomes = [_approved(session, call.item, call.caller) for call in calls]
    session.flush()
    return outcomes


def _approved(session: Session, wanted: ClientOf, caller: Caller) -> Client | Refusal:
    client = _standing(session, wanted)
    if client is None:
        return NotFound()
    if client.approved_at:
        return AlreadyApproved()
    account = session.get(Account, client.account_id) if client.account_id else None
    own = account.login if account else client.client_id
    hands = knew_secrets(session, client.client_id)
    if not may_approve(caller.actor, own, hands) or any(map(caller.is_one_with, hands)):
        return AnotherApproves()
    client.approved_at = clock.now()
    _note(session, client, caller, Hand.APPROVED)
    return client


@operation(
    "rotate_client",
    roles=GIVES,
    target=lambda wanted: wanted.owner.id,
    effect=lambda issued: Effect(issued.client.client_id),
)
def rotate(session: Session, calls: Sequence[Call[Rotating]]) -> list[Issued | Refusal]:
    """Give clients a new secret (更换密钥); the old one is good for one more day or ends at once, with its tokens.

    Who gives another person's client one could act as that person: until somebody else approves it, it is good for
    nothing, nor is the old one. Its person who does so signed in, and ends the old one at once, knows it alone.

    Locks and writes: the `client`; writes `credential_hand`. No event. Refuses: not-found for an unknown client, a
    withdrawn one, another's.
    """
    outcomes: list[Issued | Refusal] = []
    for call in calls:
        client = _standing(session, call.item)
        if client is None:
            outcomes.append(NotFound())
            continue
        secret = new_secret()
        client.previous_hash, client.previous_until = client.secret_hash, clock.now() + OLD_SECRET_LASTS
        if call.item.immediate:
            client.previous_hash = client.previous_until = None
        client.secret_hash = vault("registry").secret_hash(secret)
        own = client.account_id and session.get_one(Account, client.account_id).login == call.caller.actor
        if client.account_id and not own:
            client.approved_at = None
        _note(session, client, call.caller, Hand.ROTATED)
        alone = own and call.caller.session and call.item.immediate  # by the machine itself whoever knew it knows it
        note_secret(session, client.client_id, call.caller, alone=bool(alone))
        outcomes.append(Issued(client, secret))
    session.flush()
    return outcomes


@operation(
    "withdraw_client",
    roles=GIVES,
    target=lambda wanted: wanted.owner.id,
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
    return client if client and wanted.owner.has(client) else None


def _standing(session: Session, wanted: ClientOf) -> Client | None:
    client = _client(session, wanted)
    return client if client and not client.revoked_at else None
