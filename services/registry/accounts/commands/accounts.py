"""Accounts (人员账号): people, by whose login records name what they did."""

from uuid import UUID

from sqlmodel import Session

from services.registry.accounts.models import Account, AccountState
from shared import clock
from shared.auth import Role
from shared.ids import new_id
from shared.vault import vault


def add_account(
    session: Session,
    login: str,
    name: str,
    role: Role,
    *,
    institution_id: UUID | None = None,
    reporting_unit: str | None = None,
    issued_by: str,
    approved_by: str | None = None,
    demo: bool = False,
) -> Account:
    """A new account, which stands once it is approved; its name is sealed, bound to the account's id.

    Writes: `account`, whose constraints hold a role to its institution or unit.
    """
    account_id = new_id()
    account = Account(
        id=account_id,
        login=login,
        sealed_name=vault().seal(name, bound(account_id)),
        role=role.value,
        institution_id=institution_id,
        reporting_unit=reporting_unit,
        state=AccountState.APPROVED if approved_by else AccountState.ISSUED,
        issued_by=issued_by,
        approved_by=approved_by,
        demo=demo,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return account


def bound(account_id: UUID) -> str:
    """What a sealed value of an account is bound to."""
    return f"account|{account_id}"
