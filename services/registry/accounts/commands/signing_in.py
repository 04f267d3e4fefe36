"""Signing in and out (登录、退出): sessions of people, and what refreshes them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, select

from services.registry.accounts.commands.codes import enrol, use_code
from services.registry.accounts.errors import (
    CodeNeeded,
    NewPasswordNeeded,
    RefreshReused,
    SecondFactorNeeded,
    SessionEnded,
    SignInRefused,
)
from services.registry.accounts.models import Account, RefreshToken, RefusedSignIn, SignInSession
from services.registry.accounts.queries.hands import one_with
from services.registry.accounts.queries.sessions import TryKeys, account_stands, session_stands, shows_factor
from services.registry.accounts.rules.delays import FORGOTTEN_AFTER, counted_on
from shared import clock
from shared.auth import Caller, Itself, Role
from shared.config import settings
from shared.operations import Call, Effect, operation
from shared.problems import Refusal
from shared.vault import vault

EVERYBODY = (*Role, Itself.SYSTEM)
NOBODY = Caller("nobody", Itself.SYSTEM)  # who has not shown who they are


@dataclass(frozen=True)
class SignInAttempt:
    """Somebody wants to sign in. `matched` is the hash that the password is of, None where it is of none known.

    `new_hash` is of the password to have from now on. `named` is the login, or a blind index where there is none such.
    """

    account_id: UUID | None
    named: str
    matched: str | None
    code: str | None
    new_hash: str | None
    keys: TryKeys


@dataclass(frozen=True)
class Refreshing:
    """A refresh token that was shown, as its hash, and the login of whom it was given to."""

    token_hash: str
    login: str


class SignedIn(NamedTuple):
    """Somebody is signed in, with what refreshes the session once, and who is one officer with them."""

    account: Account
    session: SignInSession
    refresh_token: str
    one_with: frozenset[str]


@operation(
    "sign_in",
    roles=EVERYBODY,
    target=lambda attempt: attempt.named,
    effect=lambda signed: Effect(signed.account.login),
)
def sign_in(session: Session, calls: Sequence[Call[SignInAttempt]]) -> list[SignedIn | Refusal]:
    """Sign people in (登录), and set the new password where one comes with it, which ends their other sessions.

    Locks: the `account`. Writes: `session`, `refresh_token`; `refused_sign_in` where it is refused.
    Refuses: sign-in-refused, alike for every reason; and to whoever knows the password new-password-needed where that
    was good once, code-needed without a code, second-factor-needed with the secret of one where none is set up.
    """
    return [_signed_in(session, call.item, clock.now()) for call in calls]


def _signed_in(session: Session, attempt: SignInAttempt, now: datetime) -> SignedIn | Refusal:
    account = session.get(Account, attempt.account_id, with_for_update=True) if attempt.account_id else None
    as_read = account is not None and attempt.matched is not None and account.password_hash == attempt.matched
    if account is None or not as_read or not account_stands(session, account):
        count_refusal(session, attempt.keys, now)
        return SignInRefused()
    if account.password_is_new and attempt.new_hash is None:
        return NewPasswordNeeded()
    if refusal := _refused_by_code(session, account, attempt, now):
        return refusal
    session.execute(delete(RefusedSignIn).where(col(RefusedSignIn.key) == attempt.keys.both))
    account.reset_by = None  # who signs in has lost nothing: no second officer completes what was asked for long ago
    account.factor_reset_by = None if attempt.code else account.factor_reset_by
    if attempt.new_hash:
        account.password_hash, account.password_is_new = attempt.new_hash, False
        end_sessions(session, account.id)
    return begin_session(session, account, now)


def begin_session(session: Session, account: Account, now: datetime) -> SignedIn:
    """A session of somebody who has shown who they are. Writes: `session`, `refresh_token`."""
    _forget_old(session, account.id, now)
    row = SignInSession(account_id=account.id, began_at=now, seen_at=now)
    session.add(row)
    session.flush()
    return _signed(session, account, row)


def _refused_by_code(session: Session, account: Account, attempt: SignInAttempt, now: datetime) -> Refusal | None:
    """What is missing of the second factor. A first code confirms it."""
    if not (account.factor_confirmed or shows_factor()):
        return None
    if attempt.code is None:
        return CodeNeeded() if account.factor_confirmed else SecondFactorNeeded(enrol(account))
    if not use_code(account, attempt.code, now):
        count_refusal(session, attempt.keys, now)
        return SignInRefused()
    account.factor_confirmed = True
    return None


def count_refusal(session: Session, keys: TryKeys, now: datetime) -> None:
    """Count an attempt to show who one is that failed. Writes: `refused_sign_in`."""
    session.execute(delete(RefusedSignIn).where(col(RefusedSignIn.last_at) < now - FORGOTTEN_AFTER))
    for key in sorted(keys):
        row = session.get(RefusedSignIn, key, with_for_update=True)
        if row is None:
            session.add(RefusedSignIn(key=key, failures=1, last_at=now))
        else:
            row.failures, row.last_at = counted_on(row.failures, row.last_at, now), now
        session.flush()


def _signed(session: Session, account: Account, row: SignInSession) -> SignedIn:
    others = one_with(session, account.login, account.role)
    return SignedIn(account, row, _refresh_token(session, row.id), others)


def _refresh_token(session: Session, session_id: UUID) -> str:
    token = f"refresh_{secrets.token_urlsafe(32)}"
    session.add(RefreshToken(token_hash=vault("registry").secret_hash(token), session_id=session_id))
    session.flush()
    return token


def _forget_old(session: Session, account_id: UUID, now: datetime) -> None:
    """Sessions of a person that are long over, with their tokens; the trail has who signed in when."""
    over = now - timedelta(hours=settings().session_hours) - FORGOTTEN_AFTER
    old = select(SignInSession.id).where(SignInSession.account_id == account_id, col(SignInSession.began_at) < over)
    session.execute(delete(RefreshToken).where(col(RefreshToken.session_id).in_(old)))
    session.execute(delete(SignInSession).where(col(SignInSession.id).in_(old)))


def end_sessions(session: Session, account_id: UUID) -> int:
    """End every session of a person; how many there were. Writes: `session`."""
    going_on = (col(SignInSession.account_id) == account_id, col(SignInSession.ended_at).is_(None))
    ended = session.execute(update(SignInSession).where(*going_on).values(ended_at=clock.now()))
    return cast(CursorResult[Any], ended).rowcount


@operation("refresh_session", roles=EVERYBODY, target=lambda refreshing: refreshing.login, effect=lambda signed: None)
def refresh(session: Session, calls: Sequence[Call[Refreshing]]) -> list[SignedIn | Refusal]:
    """Go on with sessions (刷新登录): the token shown is used up, another takes its place (RFC 9700, 4.14.2).

    Locks: the token and its session. Writes: `refresh_token`, `session`. Refuses: session-ended; refresh-reused, and
    ends the session, for a token that was used before: one of two who have it stole it.
    """
    return [_refreshed(session, call.item, clock.now()) for call in calls]


def _refreshed(session: Session, wanted: Refreshing, now: datetime) -> SignedIn | Refusal:
    token = session.get(RefreshToken, wanted.token_hash, with_for_update=True)
    row = session.get(SignInSession, token.session_id, with_for_update=True) if token else None
    account = session.get(Account, row.account_id) if row else None
    if token is None or row is None or account is None or not account_stands(session, account):
        return SessionEnded()
    if token.used_at is not None:
        row.ended_at = row.ended_at or now
        session.flush()
        return RefreshReused()
    if not session_stands(row, now):
        return SessionEnded()
    token.used_at = row.seen_at = now
    session.flush()
    return _signed(session, account, row)


@operation("sign_out", roles=tuple(Role), effect=lambda ended: Effect(ended.login))
def sign_out(session: Session, calls: Sequence[Call[None]]) -> list["EndedSessions | Refusal"]:
    """End the session that callers are in (退出), if they are in one. Writes: `session`."""
    outcomes: list[EndedSessions | Refusal] = []
    for caller in (call.caller for call in calls):
        row = session.get(SignInSession, caller.session, with_for_update=True) if caller.session else None
        if row is not None:
            row.ended_at = row.ended_at or clock.now()
        outcomes.append(EndedSessions(caller.actor, 1 if row else 0))
    session.flush()
    return outcomes


@operation("sign_out_everywhere", roles=tuple(Role), effect=lambda ended: Effect(ended.login))
def sign_out_everywhere(session: Session, calls: Sequence[Call[None]]) -> list["EndedSessions | Refusal"]:
    """End every session of the people who ask (全部退出); what is nobody's has none. Writes: `session`."""
    outcomes: list[EndedSessions | Refusal] = []
    for caller in (call.caller for call in calls):
        account = session.exec(select(Account).where(Account.login == caller.person)).first()
        outcomes.append(EndedSessions(caller.actor, end_sessions(session, account.id) if account else 0))
    return outcomes


class EndedSessions(NamedTuple):
    """Sessions of a person that have ended."""

    login: str
    sessions: int
