from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.accounts.models import Account, AccountState, RefreshToken, RefusedSignIn, SignInSession
from services.registry.accounts.rules.delays import delay_after, slowed_by
from services.registry.institutions.models import Institution
from shared.auth import Caller, Role
from shared.config import settings
from shared.vault import vault

FRESH = timedelta(minutes=5)  # for which who signed in just now need not show again who they are


class TryKeys(NamedTuple):
    """What refused sign-ins are counted by, as blind indexes: login and address together, and each alone."""

    both: str
    login: str
    address: str

    @classmethod
    def of(cls, login: str, address: str) -> "TryKeys":
        """Those of an attempt."""
        index = vault("registry").blind_index
        return cls(index("sign-in", login, address), index("sign-in-login", login), index("sign-in-from", address))


class ReadAttempt(NamedTuple):
    """What an attempt to sign in meets: the account and its hash, how long to wait, and how long it is held."""

    account: Account | None
    wait: timedelta
    slow: timedelta


def read_attempt(session: Session, login: str, keys: TryKeys, now: datetime) -> ReadAttempt:
    """The account of a login, if there is one, and what earlier refusals make of this attempt. Locks nothing."""
    account = session.exec(select(Account).where(Account.login == login)).first()
    rows = session.exec(select(RefusedSignIn).where(col(RefusedSignIn.key).in_(keys))).all()
    held = {row.key: row for row in rows}
    both = held.get(keys.both)
    wait = both.last_at + delay_after(both.failures) - now if both else timedelta()
    alone = [held[key] for key in (keys.login, keys.address) if key in held]
    slow = max((slowed_by(row.failures, row.last_at, now) for row in alone), default=timedelta())
    return ReadAttempt(account, wait, slow)


def account_stands(session: Session, account: Account) -> bool:
    """Whether a person may come at all: approved, and of no inactive institution."""
    if account.state != AccountState.APPROVED:
        return False
    institution = session.get(Institution, account.institution_id) if account.institution_id else None
    return institution is None or institution.active


def ends_at(row: SignInSession) -> datetime:
    """When a session ends whatever is done in it."""
    return row.began_at + timedelta(hours=settings().session_hours)


def shows_factor() -> bool:
    """Whether nobody signs in without a second factor: in production (等保三级: GB/T 22239-2019 8.1.4.1)."""
    return settings().environment == "production"


def session_stands(row: SignInSession, now: datetime) -> bool:
    """Whether a session goes on: not ended, not over, and not left idle."""
    idle = row.seen_at + timedelta(minutes=settings().session_idle_minutes)
    return row.ended_at is None and now < min(ends_at(row), idle)


def sessions_of(session: Session, login: str | None, now: datetime) -> list[SignInSession]:
    """The sessions of a person that go on, in the order in which they began; what is nobody's has none."""
    wanted = (
        select(SignInSession)
        .join(Account, col(Account.id) == col(SignInSession.account_id))
        .where(Account.login == login, col(SignInSession.ended_at).is_(None))
        .order_by(col(SignInSession.began_at), col(SignInSession.id))
    )
    return [row for row in session.exec(wanted) if session_stands(row, now)]


def signed_in_just_now(going_on: Iterable[SignInSession], caller: Caller, now: datetime) -> bool:
    """Whether that of their sessions which the caller is in began within FRESH: they have just shown who they are."""
    return any(row.id == caller.session and now - row.began_at <= FRESH for row in going_on)


def caller_in(account: Account, row: SignInSession | None = None) -> Caller:
    """The person who is signed in, as a caller."""
    session_id = row.id if row else None
    role, institution, unit = Role(account.role), account.institution_id, account.reporting_unit
    return Caller(account.login, role, institution, unit, person=account.login, session=session_id)


def signed_in_still(session: Session, session_id: UUID, now: datetime) -> Caller | None:
    """Who is signed in by a session, as they are now; None once it has ended, or they may not come any more."""
    row = session.get(SignInSession, session_id)
    account = session.get(Account, row.account_id) if row else None
    if row is None or account is None or not session_stands(row, now) or not account_stands(session, account):
        return None
    return caller_in(account, row)


def account_of_refresh(session: Session, token_hash: str) -> Account | None:
    """Whose session a refresh token is of; None for one that is not ours."""
    wanted = (
        select(Account)
        .join(SignInSession, col(SignInSession.account_id) == col(Account.id))
        .join(RefreshToken, col(RefreshToken.session_id) == col(SignInSession.id))
        .where(RefreshToken.token_hash == token_hash)
    )
    return session.exec(wanted).first()
