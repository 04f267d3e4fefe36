"""Accounts (人员账号): people, by whose login records name what they did."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from services.registry.accounts.commands.binding import (
    bind_subject,
    binding_faults,
    is_bound_to,
    subject_faults,
)
from services.registry.accounts.commands.hands import GIVES, Hand, completes_reset, note_hand, reset_for, settle
from services.registry.accounts.commands.signing_in import end_sessions
from services.registry.accounts.errors import AlreadyApproved, AnotherApproves, LoginExists
from services.registry.accounts.models import Account, AccountState, Client
from services.registry.accounts.queries.accounts import name_bound_to, name_of
from services.registry.accounts.queries.hands import prepared_by
from services.registry.accounts.schemas import AccountChange, NewAccount
from shared import clock
from shared.auth import Caller, Role
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.vault import vault
from shared.versions import Versions


class OneTimePassword(NamedTuple):
    """A password that others may see, since its owner changes it at once, and its hash."""

    clear: str
    hash: str


@dataclass(frozen=True)
class AccountWanted:
    """An account wanted for a person, with the password they come in by at first; none for a subject of the issuer."""

    new: NewAccount
    password: OneTimePassword | None


@dataclass(frozen=True)
class ChangingAccount:
    """A change to an account that was read at a version."""

    id: UUID
    version: Versions
    change: AccountChange


@dataclass(frozen=True)
class ApprovingAccount:
    """An approval of an account as it was seen: whoever changes it meanwhile has it seen anew (W04)."""

    id: UUID
    seen: Versions


@dataclass(frozen=True)
class ResettingPassword:
    """A new password wanted for somebody who lost theirs; there is none yet where somebody only asks for it."""

    id: UUID
    password: OneTimePassword | None


class IssuedAccount(NamedTuple):
    """An account with the password its owner comes in by, which nobody can show a second time; None without one.

    A reset awaits a second officer until there is a password.
    """

    account: Account
    password: str | None
    awaiting: bool = False

    def effect(self) -> Effect:
        """What the trail keeps of it."""
        return Effect(self.account.login, self.account.version, "awaiting" if self.awaiting else "done")


def drawn_password() -> str:
    """A password of 128 random bits, good for one sign-in."""
    return secrets.token_urlsafe(16)


@operation("issue_account", roles=GIVES, target=lambda wanted: wanted.new.login, effect=IssuedAccount.effect)
def issue_account(session: Session, calls: Sequence[Call[AccountWanted]]) -> list[IssuedAccount | Refusal]:
    """Issue accounts (发放账号), with a password for the first sign-in; nobody comes in before another approves it.

    Writes: `account`, `credential_hand`. Locks nothing; no event. Refuses: login-exists, also where a client has that
    id; invalid at `/institution_id` and `/reporting_unit`, which go with some roles only, and at `/issuer_subject`
    where another account is bound to it.
    """
    return [_issued(session, call.item, call.caller) for call in calls]


def _issued(session: Session, wanted: AccountWanted, caller: Caller) -> IssuedAccount | Refusal:
    new = wanted.new
    if faults := binding_faults(session, new.model_dump()) + subject_faults(session, new.issuer_subject):
        return InvalidBody(*faults)
    if session.exec(select(Account.id).where(Account.login == new.login)).first() or session.get(Client, new.login):
        return LoginExists()
    held: dict[str, Any] = {"institution_id": new.institution_id, "reporting_unit": new.reporting_unit}
    account = add_account(session, new.login, new.name, new.role, issued_by=caller.actor, **held)
    if wanted.password:
        account.password_hash, account.password_is_new = wanted.password.hash, True
    else:
        bind_subject(account, new.issuer_subject)
    note_hand(session, account.login, caller, Hand.ISSUED)
    note_hand(session, account.login, caller, Hand.PREPARED)
    session.flush()
    return IssuedAccount(account, wanted.password.clear if wanted.password else None)


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
        sealed_name=vault("registry").seal(name, name_bound_to(account_id)),
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


@operation(
    "change_account",
    roles=GIVES,
    target=lambda changing: changing.id,
    effect=lambda account: Effect(account.login, account.version),
)
def change_account(session: Session, calls: Sequence[Call[ChangingAccount]]) -> list[Account | Refusal]:
    """Change accounts (变更账号): all but the name has to be approved anew, and ends their sessions.

    Who binds an account to another subject could come in by it, and so had a hand in it; its password is no more.

    Locks and writes: the `account`, whose version goes up by one, and of its clients what they are bound to; writes
    `credential_hand`. Refuses: not-found, precondition-failed, invalid as `issue_account` does. Nothing where nothing
    changes.
    """
    return [_changed(session, call.item, call.caller) for call in calls]


def _changed(session: Session, wanted: ChangingAccount, caller: Caller) -> Account | Refusal:
    account = session.get(Account, wanted.id, with_for_update=True)
    if account is None:
        return NotFound()
    if account.version not in wanted.version:
        return PreconditionFailed()
    given = wanted.change.model_dump(exclude_unset=True)
    name = given.pop("name", None)
    renamed = name is not None and name != name_of(account)
    if renamed:
        account.sealed_name = vault("registry").seal(name, name_bound_to(account.id))
    rebound = "issuer_subject" in given and not is_bound_to(account, given["issuer_subject"])
    subject = given.pop("issuer_subject", None)
    before = {"role": account.role, "institution_id": account.institution_id, "reporting_unit": account.reporting_unit}
    after = before | given
    if faults := binding_faults(session, after) + (subject_faults(session, subject, account.id) if rebound else []):
        return InvalidBody(*faults)
    if rebound:
        bind_subject(account, subject)
        note_hand(session, account.login, caller, Hand.ISSUED)
    if rebound or after != before:
        _bind_anew(session, account, after, caller)
    account.version += 1 if renamed or rebound or after != before else 0
    session.flush()
    return account


def _bind_anew(session: Session, account: Account, after: dict[str, Any], caller: Caller) -> None:
    after = after | {"role": str(after["role"])}
    account.sqlmodel_update(after)
    account.state, account.issued_by, account.approved_by = AccountState.ISSUED, caller.actor, None
    account.reset_by = account.factor_reset_by = None  # asked for of an account that was another
    note_hand(session, account.login, caller, Hand.PREPARED)
    for client in session.exec(select(Client).where(Client.account_id == account.id).with_for_update()):
        client.sqlmodel_update(after)
    end_sessions(session, account.id)


@operation(
    "approve_account",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda approving: approving.id,
    effect=lambda account: Effect(account.login, account.version),
)
def approve_account(session: Session, calls: Sequence[Call[ApprovingAccount]]) -> list[Account | Refusal]:
    """Approve accounts that others issued, changed or suspended (核准账号): from now on their people come in.

    Locks and writes: the `account`; writes `credential_hand`. Refuses: not-found; already-approved; precondition-failed
    where it is not as it was seen; another-approves for its own person, for who issued or changed it since it was
    approved, whoever touched it after them, for who suspended it last, and for who is one officer with any of these.
    """
    return [_approved(session, call.item, call.caller) for call in calls]


def _approved(session: Session, wanted: ApprovingAccount, caller: Caller) -> Account | Refusal:
    account = session.get(Account, wanted.id, with_for_update=True)
    if account is None:
        return NotFound()
    if account.state == AccountState.APPROVED:
        return AlreadyApproved()
    if account.version not in wanted.seen:
        return PreconditionFailed()
    prepared = {account.issued_by} | prepared_by(session, account.login)
    if caller.actor in prepared | {account.login} or any(map(caller.is_one_with, prepared)):
        return AnotherApproves()
    account.state, account.approved_by = AccountState.APPROVED, caller.actor
    account.version += 1
    settle(session, account.login)
    note_hand(session, account.login, caller, Hand.APPROVED)
    session.flush()
    return account


@operation(
    "suspend_account",
    roles=GIVES,
    target=lambda account_id: account_id,
    effect=lambda account: Effect(account.login, account.version),
)
def suspend_account(session: Session, calls: Sequence[Call[UUID]]) -> list[Account | Refusal]:
    """Suspend accounts (停用账号): their sessions and tokens end at once; another person may approve them again.

    Locks and writes: the `account`; writes `session`. Refuses: not-found. Once more changes nothing.
    """
    outcomes: list[Account | Refusal] = []
    for call in calls:
        account = session.get(Account, call.item, with_for_update=True)
        if account is not None and account.state != AccountState.SUSPENDED:
            account.state, account.issued_by, account.approved_by = AccountState.SUSPENDED, call.caller.actor, None
            account.reset_by = account.factor_reset_by = None
            account.version += 1
            end_sessions(session, account.id)
        outcomes.append(account or NotFound())
    session.flush()
    return outcomes


@operation("reset_password", roles=GIVES, target=lambda resetting: resetting.id, effect=IssuedAccount.effect)
def reset_password(session: Session, calls: Sequence[Call[ResettingPassword]]) -> list[IssuedAccount | Refusal]:
    """Give people who lost their password one for the next sign-in (重置口令), and end their sessions.

    Asked for by one, done by the same call of a bureau officer who is another; neither is its owner.

    Locks and writes: the `account`; writes `session`, `credential_hand`. Refuses: not-found, another-approves.
    """
    return [_reset(session, call.item, call.caller) for call in calls]


def _reset(session: Session, wanted: ResettingPassword, caller: Caller) -> IssuedAccount | Refusal:
    account = reset_for(session, wanted.id, caller)
    if isinstance(account, Refusal):
        return account
    if wanted.password is None or not completes_reset(account.reset_by, caller):
        account.reset_by = account.reset_by or caller.actor
        session.flush()
        return IssuedAccount(account, None, awaiting=True)
    account.password_hash, account.password_is_new, account.reset_by = wanted.password.hash, True, None
    account.version += 1
    end_sessions(session, account.id)
    session.flush()
    return IssuedAccount(account, wanted.password.clear)
