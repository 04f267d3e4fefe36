"""Signing in at an issuer (统一身份认证登录): who comes back from it, and who it does not vouch for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from services.registry.accounts.commands.signing_in import EVERYBODY, SignedIn, begin_session
from services.registry.accounts.errors import IssuerFactorNeeded, IssuerRefused, NoAccountOfSubject
from services.registry.accounts.queries.accounts import account_of_subject
from services.registry.accounts.queries.sessions import account_stands, shows_factor
from services.registry.institutions.commands.allowances import RateLimit, spend
from shared import clock
from shared.operations import Call, Effect, operation
from shared.problems import Refusal, TooManyRequests

FROM_ONE = RateLimit("issuer-from", 60, 60)  # refused ones from one address; who is vouched for is never held up


@dataclass(frozen=True)
class Arrival:
    """Somebody came back from the issuer, from an address (a blind index).

    `subject` are the blind indexes of whom it vouches for, None for nobody; `second_factor` whether by two factors.
    """

    subject: Mapping[str, str | None] | None
    second_factor: bool
    address: str


class Arrived(NamedTuple):
    """Who is signed in, or why not, and what the trail keeps: nothing beyond the limit, or a stranger could fill it."""

    answer: SignedIn | Refusal
    named: str

    def effect(self) -> Effect | None:
        """An entry for each within the limit."""
        if isinstance(self.answer, TooManyRequests):
            return None
        return Effect(self.named, None, self.answer.slug if isinstance(self.answer, Refusal) else "done")


@operation("sign_in_at_issuer", roles=EVERYBODY, effect=Arrived.effect)
def sign_in_at_issuer(session: Session, calls: Sequence[Call[Arrival]]) -> list[Arrived | Refusal]:
    """Sign in who is bound to the subject that the issuer vouches for (统一身份认证登录).

    Locks: the `account`. Writes: `session`, `refresh_token`; `allowance` of the address where it is refused: sixty a
    minute. Answers with what is refused, too: issuer-refused, no-account-of-subject alike for whoever may not come;
    issuer-factor-needed for who decides, in production, without a second factor.
    """
    return [_arrived(session, call.item, clock.now()) for call in calls]


def _arrived(session: Session, arrival: Arrival, now: datetime) -> Arrived:
    if arrival.subject is None:
        return _refused(session, arrival, IssuerRefused(), "unknown")
    account = account_of_subject(session, arrival.subject, locked=True)
    if account is None or not account_stands(session, account):
        index = next(filter(None, arrival.subject.values()))
        return _refused(session, arrival, NoAccountOfSubject(), f"unknown {index[:16]}")
    if shows_factor() and not arrival.second_factor:
        return _refused(session, arrival, IssuerFactorNeeded(), account.login)
    account.reset_by = None  # who comes in has lost nothing: no second officer gives them a password
    return Arrived(begin_session(session, account, now), account.login)


def _refused(session: Session, arrival: Arrival, refusal: Refusal, named: str) -> Arrived:
    return Arrived(spend(session, FROM_ONE, arrival.address) or refusal, named)
