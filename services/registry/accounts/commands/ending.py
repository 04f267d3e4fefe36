"""Ending sessions that one sees listed (结束登录), by who shows once more who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from services.registry.accounts.commands.codes import use_code
from services.registry.accounts.commands.factors import WRONG_CODE
from services.registry.accounts.commands.signing_in import EndedSessions, count_refusal
from services.registry.accounts.models import Account
from services.registry.accounts.queries.sessions import TryKeys, sessions_of, signed_in_just_now
from shared import clock
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said

WRONG_PASSWORD = Fault("/password", "password_wrong", Said("口令不正确", "is not right"))
SHOWN_AGAIN = Fault(
    "/password",
    "shown_again",
    Said(
        "请再填写一次口令或动态验证码；两者都没有的，请重新登录，并在五分钟内办理",
        "Show your password or a code once more; who has neither signs in anew, and has five minutes",
    ),
)


@dataclass(frozen=True)
class SessionsEnding:
    """One of somebody's own sessions that is to end, None for all but the present one; and what they show for it.

    `matched` is the hash that the password shown is of, None where it is of none known.
    """

    session_id: UUID | None
    password_shown: bool
    matched: str | None
    code: str | None
    keys: TryKeys


@operation("end_own_sessions", roles=tuple(Role), effect=lambda ended: Effect(ended.login))
def end_own_sessions(session: Session, calls: Sequence[Call[SessionsEnding]]) -> list[EndedSessions | Refusal]:
    """End sessions of the people who ask (结束登录): one of those that go on, or all but the one they are in.

    Locks: the `account`. Writes: `session`; `refused_sign_in` where what is shown is wrong. Refuses: not-found for what
    is no session of theirs, or is over; invalid at `/password` or `/code` where nothing right is shown, and they did
    not sign in just now.
    """
    return [_ended(session, call.item, call.caller, clock.now()) for call in calls]


def _ended(session: Session, wanted: SessionsEnding, caller: Caller, now: datetime) -> EndedSessions | Refusal:
    account = session.exec(select(Account).where(Account.login == caller.person).with_for_update()).first()
    going_on = {row.id: row for row in sessions_of(session, caller.person, now)}
    others = going_on.keys() - {caller.session}
    chosen = others if wanted.session_id is None else going_on.keys() & {wanted.session_id}
    if account is None or (wanted.session_id is not None and not chosen):
        return NotFound()
    if fault := _not_shown(account, wanted, fresh=signed_in_just_now(going_on.values(), caller, now), now=now):
        if fault is not SHOWN_AGAIN:
            count_refusal(session, wanted.keys, now)
        return InvalidBody(fault)
    for each in chosen:
        going_on[each].ended_at = now
    session.flush()
    return EndedSessions(caller.actor, len(chosen))


def _not_shown(account: Account, wanted: SessionsEnding, *, fresh: bool, now: datetime) -> Fault | None:
    """What is wrong with how somebody shows once more who they are."""
    if wanted.password_shown:
        right = wanted.matched is not None and wanted.matched == account.password_hash
        return None if right else WRONG_PASSWORD
    if wanted.code is not None:
        return None if account.factor_confirmed and use_code(account, wanted.code, now) else WRONG_CODE
    return None if fresh else SHOWN_AGAIN
