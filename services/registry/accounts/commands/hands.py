from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session

from services.registry.accounts.errors import AnotherApproves
from services.registry.accounts.models import Account, CredentialHand
from services.registry.accounts.queries.hands import ISSUED, OWN, PREPARED, ROTATED, SAW_NOTHING
from shared import clock
from shared.auth import Caller, Role
from shared.db import insert_ignoring, table_of
from shared.problems import NotFound, Refusal

GIVES = (Role.BUREAU_OFFICER, Role.OPERATOR)  # credentials, and what they are lost with

_HANDS = table_of(CredentialHand)


class Hand(StrEnum):
    """What somebody did with a credential of another."""

    ISSUED = ISSUED
    APPROVED = SAW_NOTHING
    ROTATED = ROTATED
    OWN = OWN  # gave one's own machine a secret, signed in, so that nobody who knew one does any more
    RESET = "reset"
    PREPARED = PREPARED  # issued or changed it, and it awaits approval since: no hand any more once it is approved


def note_hand(session: Session, credential: str, caller: Caller, act: Hand) -> None:
    """Keep that somebody had a hand in a credential (经手); once more changes nothing, not even the instant.

    Writes: `credential_hand`.
    """
    row = {"credential": credential, "by": caller.actor, "act": act.value, "at": clock.now()}
    insert_ignoring(session, _HANDS, [row], ["credential", "by", "act"])


def settle(session: Session, credential: str) -> None:
    """Forget who prepared what is approved now. Writes: `credential_hand`."""
    _forget(session, credential, Hand.PREPARED)


def note_secret(session: Session, client_id: str, caller: Caller, *, alone: bool) -> None:
    """Keep whether a machine's person gave it a secret that nobody else knows. Writes: `credential_hand`."""
    _forget(session, client_id, Hand.OWN)
    if alone:
        note_hand(session, client_id, caller, Hand.OWN)


def _forget(session: Session, credential: str, act: Hand) -> None:
    session.execute(delete(_HANDS).where((_HANDS.c.credential == credential) & (_HANDS.c.act == act)))


def reset_for(session: Session, account_id: UUID, caller: Caller) -> Account | Refusal:
    """The account of whom somebody resets a password or second factor for, in which that is a hand (重置).

    Locks: the `account`. Writes: `credential_hand`. Refuses: not-found, another-approves to its owner.
    """
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        return NotFound()
    if caller.actor == account.login:
        return AnotherApproves()
    note_hand(session, account.login, caller, Hand.RESET)
    return account


def completes_reset(first: str | None, caller: Caller) -> bool:
    """Whether a reset is done by this call: a bureau officer's, after another asked for the same (双人复核)."""
    another = first is not None and first != caller.actor and not caller.is_one_with(first)
    return another and caller.role == Role.BUREAU_OFFICER
