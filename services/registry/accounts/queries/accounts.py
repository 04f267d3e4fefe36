from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from services.registry.accounts.models import Account
from shared.auth import Caller, Role
from shared.db import table_of
from shared.key_rings import Slot
from shared.vault import vault

SUBJECT_INDEXES: Mapping[Slot, str] = {"a": "subject_index", "b": "subject_index_b"}
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


def subject_bound_to(account_id: UUID) -> str:
    """What the sealed subject of an account is bound to."""
    return f"account|{account_id}|subject"


def subject_of(account: Account) -> str | None:
    """By what the issuer knows a person; None for whoever signs in by a password alone."""
    bound_to = subject_bound_to(account.id)
    return vault("registry").unseal(account.sealed_subject, bound_to) if account.sealed_subject else None


def subject_indexes(issuer: str, subject: str) -> dict[str, str | None]:
    """Blind indexes of somebody's subject at an issuer by their columns: both say who it is (OpenID Connect Core, 5.7).

    None in a column that no key in use fills.
    """
    return vault("registry").blind_indexes(SUBJECT_INDEXES, "issuer-subject", issuer, subject)


def account_of_subject(session: Session, indexes: Mapping[str, str | None], *, locked: bool = False) -> Account | None:
    """The account that is bound to a subject, by its blind indexes; `locked` until the end of the transaction."""
    held = table_of(Account).c
    wanted = select(Account).where(or_(*(held[name] == index for name, index in indexes.items() if index)))
    return session.exec(wanted.with_for_update() if locked else wanted).first()


def name_shown(account: Account, caller: Caller) -> str | None:
    """A person's name, to whoever administers accounts."""
    return name_of(account) if caller.role in SEES_NAMES else None


def subject_shown(account: Account, caller: Caller) -> str | None:
    """By what the issuer knows a person, to whoever binds accounts to that, or approves it."""
    return subject_of(account) if caller.role in SEES_NAMES else None
