import hmac
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import anyio.to_thread
from sqlmodel import Session, col, select

from services.registry.accounts.errors import ClientRefused
from services.registry.accounts.models import Account, AccountState, Client
from services.registry.accounts.queries.hands import one_with
from services.registry.accounts.queries.sessions import signed_in_still
from services.registry.institutions.models import Institution
from shared import clock
from shared.auth import Caller, Stands
from shared.db import Database
from shared.service import Context
from shared.vault import vault


class HeldClient(NamedTuple):
    """A client with whom it belongs to, the hash of the secret that was shown, and who is one officer with them."""

    client: Client
    account: Account | None
    institution: Institution | None
    shown: str = ""
    one_with: frozenset[str] = frozenset()

    @property
    def stands(self) -> bool:
        """Whether it is good for tokens: approved and not withdrawn, and whom it belongs to stands too."""
        client, account, institution, *_ = self
        if client.approved_at is None or client.revoked_at is not None:
            return False
        if account is not None and account.state != AccountState.APPROVED:
            return False
        return institution is None or institution.active

    def speaks_for(self, caller: Caller) -> bool:
        """Whether a token speaks for it as it is now: in its role, for its institution and unit.

        And for its person, by a secret that is still good; a token that names neither is from before there were people.
        """
        client, bound = self.client, (caller.role.value, caller.institution_id, caller.reporting_unit)
        as_bound = bound == (client.role, client.institution_id, client.reporting_unit)
        by_secret = caller.secret is None or caller.secret in map(mark_of, good_hashes(client))
        return as_bound and by_secret and caller.person in (None, self.person)

    @property
    def person(self) -> str | None:
        """The login of the person it belongs to."""
        return self.account.login if self.account else None

    @property
    def actor(self) -> str:
        """The word by which records name whoever writes with it."""
        return self.person or self.client.client_id


def good_hashes(client: Client) -> list[str]:
    """The keyed hashes of the secrets that are good for a client: the one in use, and for a day the one before."""
    before = client.previous_hash if client.previous_until and client.previous_until > clock.now() else None
    return [client.secret_hash, *([before] if before else [])]


def mark_of(secret_hash: str) -> str:
    """What a token says of the secret it was given for; nobody finds the secret by it, nor its hash."""
    return secret_hash[:12]


def held_client(session: Session, client_id: str) -> HeldClient | None:
    """A client with whom it belongs to; None for an unknown one."""
    wanted = (
        select(Client, Account, Institution)
        .outerjoin(Account, col(Account.id) == col(Client.account_id))
        .outerjoin(Institution, col(Institution.id) == col(Client.institution_id))
        .where(Client.client_id == client_id)
    )
    found = session.exec(wanted).one_or_none()
    return HeldClient(*found) if found else None


def clients(
    session: Session, *, institution_id: UUID | None = None, account_id: UUID | None = None
) -> Sequence[Client]:
    """The clients of a partner or a person by their ids, withdrawn ones included; their secrets nobody can read."""
    whose = Client.account_id == account_id if account_id else Client.institution_id == institution_id
    return session.exec(select(Client).where(whose).order_by(Client.client_id)).all()


def client_stands(context: Context) -> Stands:
    """How the registry knows whose token ends before it expires: a withdrawn client's, a suspended person's, an
    inactive institution's, and one that says another role or binding than its client has now.

    And that of a person whose session has ended. Whom no client here stands behind, an issuer of tokens vouches for.
    With whom somebody is one officer is looked at anew. Opens a reading session of its own.
    """

    def stands(caller: Caller) -> Caller | None:
        with context.database.reading() as session:
            if not _stands(session, caller):
                return None
            return replace(caller, one_with=one_with(session, caller.actor, caller.role))

    async def stands_now(caller: Caller) -> Caller | None:
        return await anyio.to_thread.run_sync(stands, caller)

    return stands_now


def _stands(session: Session, caller: Caller) -> bool:
    if caller.session:
        return signed_in_still(session, caller.session, clock.now()) == caller
    held = held_client(session, caller.sub)
    return held is None or (held.stands and held.speaks_for(caller))


def authenticated(database: Database, client_id: str, secret: str) -> HeldClient:
    """The client whose secret this is, in use or within a day of its rotation.

    Raises ClientRefused for every failure alike: a client withdrawn or not approved yet, a suspended person and an
    inactive institution included. Opens a reading session of its own; secrets are compared as keyed hashes, in constant
    time.
    """
    given = vault("registry").secret_hash(secret)
    with database.reading() as session:
        held = held_client(session, client_id)
        known = good_hashes(held.client) if held else [""]
        matches = [hmac.compare_digest(given, each) for each in known]
        if not any(matches) or held is None or not held.stands:
            raise ClientRefused
        return held._replace(shown=given, one_with=one_with(session, held.actor, held.client.role))
