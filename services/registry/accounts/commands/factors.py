"""Second factors (第二因素): an authenticator's codes beside the password."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.accounts.commands.codes import enrol, use_code
from services.registry.accounts.commands.hands import GIVES, completes_reset, reset_for
from services.registry.accounts.commands.signing_in import end_sessions
from services.registry.accounts.models import Account
from services.registry.accounts.queries.sessions import sessions_of, signed_in_just_now
from shared import clock
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said

WRONG_CODE = Fault("/code", "code_wrong", Said("验证码不正确或已用过", "is wrong, or was used before"))
SIGN_IN_ANEW = Fault(
    "",
    "signed_in_long_ago",
    Said("请重新登录，并在五分钟内绑定验证器", "Sign in anew, and set up an authenticator within five minutes"),
)


class WantedFactor(NamedTuple):
    """A second factor for oneself; with a code of the one that was enrolled, which that confirms."""

    account_id: UUID
    code: str | None


class Factor(NamedTuple):
    """How somebody's second factor stands; the address that an authenticator reads, once."""

    account: Account
    uri: str | None
    awaiting: bool = False

    def effect(self) -> Effect:
        """What the trail keeps of it."""
        return Effect(self.account.login, self.account.version, "awaiting" if self.awaiting else "done")


@operation("set_second_factor", roles=tuple(Role), target=lambda wanted: wanted.account_id, effect=Factor.effect)
def set_factor(session: Session, calls: Sequence[Call[WantedFactor]]) -> list[Factor | Refusal]:
    """Set up the second factor of those who ask (绑定验证器): first a new secret, then a code of it that confirms it.

    Locks and writes: the `account`. Refuses: not-found for another's account; invalid-body at `/code`, and for a first
    secret where they did not sign in just now (ASVS 7.5.1), as no client of theirs did. Nothing takes the place of a
    factor that is confirmed, unless a code of it is shown.
    """
    return [_set(session, call.item, call.caller) for call in calls]


def _set(session: Session, wanted: WantedFactor, caller: Caller) -> Factor | Refusal:
    account, now = session.get(Account, wanted.account_id, with_for_update=True), clock.now()
    if account is None or caller.person != account.login:
        return NotFound()
    if wanted.code is not None or account.factor_confirmed:
        if not use_code(account, wanted.code or "", now):
            return InvalidBody(WRONG_CODE)
        if not account.factor_confirmed:
            account.factor_confirmed = True
            session.flush()
            return Factor(account, None)
    elif not signed_in_just_now(sessions_of(session, caller.person, now), caller, now):
        return InvalidBody(SIGN_IN_ANEW)
    account.factor_confirmed = False
    uri = enrol(account)
    session.flush()
    return Factor(account, uri)


@operation("reset_second_factor", roles=GIVES, target=lambda account_id: account_id, effect=Factor.effect)
def reset_factor(session: Session, calls: Sequence[Call[UUID]]) -> list[Factor | Refusal]:
    """Let people who lost their authenticator set up another (重置验证器), and end their sessions.

    Asked for by one, done by the same call of a bureau officer who is another; neither is its owner. Locks and writes:
    the `account`; writes `session`, `credential_hand`. Refuses: not-found, another-approves.
    """
    return [_reset(session, call.item, call.caller) for call in calls]


def _reset(session: Session, account_id: UUID, caller: Caller) -> Factor | Refusal:
    account = reset_for(session, account_id, caller)
    if isinstance(account, Refusal):
        return account
    if not completes_reset(account.factor_reset_by, caller):
        account.factor_reset_by = account.factor_reset_by or caller.actor
        session.flush()
        return Factor(account, None, awaiting=True)
    account.sealed_factor = account.factor_reset_by = None
    account.factor_confirmed = False
    account.version += 1
    end_sessions(session, account.id)
    session.flush()
    return Factor(account, None)
