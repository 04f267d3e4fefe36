"""Whether somebody who asked for something may still have it done, long after their token ended."""

from sqlmodel import Session, select

from services.registry.accounts.models import Account
from services.registry.accounts.queries.clients import held_client
from services.registry.accounts.queries.sessions import account_stands
from shared.auth import Caller


def stands_still(session: Session, caller: Caller, *, signed_in: bool) -> bool:
    """Whether the account or the client by which a caller came stands yet, in the same role and for the same partner.

    A session that ended and a secret that was rotated make no difference; whom nobody here stands behind, an issuer of
    tokens vouches for.
    """
    if not signed_in:
        held = held_client(session, caller.sub)
        return held is None or (held.stands and held.speaks_for(caller))
    account = session.exec(select(Account).where(Account.login == caller.sub)).first()
    if account is None or not account_stands(session, account):
        return False
    return (account.role, account.institution_id) == (caller.role.value, caller.institution_id)
