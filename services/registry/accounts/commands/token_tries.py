from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session

from services.registry.accounts.errors import ClientRefused
from services.registry.institutions.commands.allowances import RateLimit, spend
from shared.auth import Itself
from shared.operations import Call, Effect, operation
from shared.problems import Refusal, TooManyRequests
from shared.vault import vault

OF_ONE = RateLimit("token", 10, 60)  # refused attempts for one client from one address
FROM_ONE = RateLimit("token-from", 60, 60)  # from one address, whatever the client


class RefusedClient(NamedTuple):
    """Somebody showed a secret that is not right, or one of a client that does not stand, from an address."""

    client_id: str
    address: str

    @property
    def named(self) -> str:
        """How the trail names it: by a blind index, since anything may be typed where an id belongs."""
        return f"client {vault('registry').blind_index('token-client', self.client_id)[:16]}"


class RefusedToken(NamedTuple):
    """What the answer is, and what the trail keeps of it: nothing beyond the limit, or a stranger could fill it."""

    refusal: Refusal
    named: str

    def effect(self) -> Effect | None:
        """An entry for each attempt within the limit."""
        within = not isinstance(self.refusal, TooManyRequests)
        return Effect(self.named, None, self.refusal.slug) if within else None


@operation("refuse_token", roles=(Itself.SYSTEM,), target=lambda refused: refused.named, effect=RefusedToken.effect)
def refuse_token(session: Session, calls: Sequence[Call[RefusedClient]]) -> list[RefusedToken | Refusal]:
    """Count refused attempts to get a token (RFC 6749, 5.2; RFC 9700): ten a minute for a client from an address.

    And sixty a minute from an address. A right secret is never counted and never refused, whoever guessed before from
    wherever: secrets are 256 random bits, nobody comes by one by guessing, and so nobody keeps a client out.

    Locks and writes: `allowance`, by blind indexes. No event.
    """
    return [_refused(session, call.item) for call in calls]


def _refused(session: Session, tried: RefusedClient) -> RefusedToken:
    index = vault("registry").blind_index
    one, address = index("token-try", tried.client_id, tried.address), index("token-try-from", tried.address)
    refusal = spend(session, OF_ONE, one) or spend(session, FROM_ONE, address) or ClientRefused()
    return RefusedToken(refusal, tried.named)
