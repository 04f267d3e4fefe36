from enum import StrEnum

from sqlmodel import Session

from services.registry.accounts.models import CredentialHand
from shared import clock
from shared.auth import Caller
from shared.db import insert_ignoring, table_of

_HANDS = table_of(CredentialHand)


class Hand(StrEnum):
    """What somebody did with a credential of another."""

    ISSUED = "issued"
    APPROVED = "approved"
    ROTATED = "rotated"
    RESET = "reset"


def note_hand(session: Session, credential: str, caller: Caller, act: Hand) -> None:
    """Keep that somebody had a hand in a credential (经手); once more changes nothing, not even the instant.

    Writes: `credential_hand`.
    """
    row = {"credential": credential, "by": caller.actor, "act": act.value, "at": clock.now()}
    insert_ignoring(session, _HANDS, [row], ["credential", "by", "act"])
