"""Reading and checking the trail on behalf of whoever may see it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.client.schemas import ServiceAnswer
from services.portal.client.services import Services
from shared.checkpoints import true_points
from shared.contracts.audit import BEGINNING, AuditEntry, Flaw, flaws

SERVICES = ("registry", "quota", "notify")  # whose trails there are, the one that signs checkpoints first
AT_ONCE = 1_000  # entries read by one request
AS_LONG_AS = 15.0  # seconds that one page checks; what is left is checked by the next


class TrailKeys(ServiceAnswer):
    """The registry's public keys (RFC 7517)."""

    keys: list[dict[str, Any]]


@dataclass(frozen=True)
class CheckedSoFar:
    """How far the trail was checked: the number and hash of the last entry, where to go on, what was found wrong.

    `cursor` is None at the end; `points` are the checkpoints to compare, as (number, hash).
    """

    number: int
    hash: str
    cursor: str | None
    points: Sequence[tuple[int, str]]
    found: Sequence[Flaw] = ()


async def beginning(services: Services, kept: str) -> CheckedSoFar:
    """Nothing is checked yet but the signatures of the checkpoints in these lines."""
    lines = [line.strip() for line in kept.splitlines() if line.strip()]
    if not lines:
        return CheckedSoFar(0, BEGINNING, "", ())
    keys = await services.one("registry", "/.well-known/jwks.json", TrailKeys)
    points, forged = true_points(lines, {"keys": keys.keys})
    return CheckedSoFar(0, BEGINNING, "", points, forged)


async def check_on(services: Services, service: str, so_far: CheckedSoFar) -> CheckedSoFar:
    """Go on checking until the end of a service's trail, the first flaw, or as long as one page may take."""
    until = time.monotonic() + AS_LONG_AS
    while so_far.cursor is not None and not so_far.found:
        so_far = await _stretch(services, service, so_far)
        if time.monotonic() > until:
            break
    return so_far


async def _stretch(services: Services, service: str, so_far: CheckedSoFar) -> CheckedSoFar:
    cursor = so_far.cursor or None
    entries, following = await services.page(service, "/v1/audit", AuditEntry, limit=AT_ONCE, cursor=cursor)
    last = (entries[-1].sequence, entries[-1].hash) if entries else (so_far.number, so_far.hash)
    due = [each for each in so_far.points if each[0] > so_far.number and (following is None or each[0] <= last[0])]
    found = list(flaws(entries, due, (so_far.number, so_far.hash)))
    return CheckedSoFar(*last, following, so_far.points, found)
