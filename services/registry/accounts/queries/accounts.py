from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.accounts.models import Account
from shared.auth import Caller, Role
from shared.vault import vault

SEES_NAMES = (Role.BUREAU_OFFICER, Role.OPERATOR)


def accounts(session: Session, limit: int, after: UUID | None) -> Sequence[Account]:
    """The accounts in the order they were issued, after an id, `limit + 1` of them; suspended ones too."""
    wanted = select(Account).order_by(col(Account.id)).limit(limit + 1)
    return session.exec(wanted.where(col(Account.id) > after) if after else wanted).all()


def name_bound_to(account_id: UUID) -> str:
    """What the sealed name of an account is bound to."""
    return f"account|{account_id}"


def factor_bound_to(account_id: UUID) -> str:
    """What the sealed secret of its second factor is bound to."""
    return f"account|{account_id}|factor"


def name_of(account: Account) -> str | None:
    """A person's name in clear; None where none was ever kept."""
    return vault("registry").unseal(account.sealed_name, name_bound_to(account.id)) if account.sealed_name else None


def factor_of(account: Account) -> str | None:
    """The secret of a person's second factor; None where they have none."""
    return (
        vault("registry").unseal(account.sealed_factor, factor_bound_to(account.id)) if account.sealed_factor else None
    )


def name_shown(account: Account, caller: Caller) -> str | None:
    """A person's name, to whoever administers accounts."""
    return name_of(account) if caller.role in SEES_NAMES else None
