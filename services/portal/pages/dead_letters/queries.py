"""What the pages of dead letters ask of the services."""

import asyncio
from collections.abc import Mapping, Sequence

from services.portal.client.services import Services, or_none
from services.portal.pages.dead_letters.schemas import LettersOfOneReason, WaitingLetter

SERVICES = ("registry", "quota", "notify")
PATH = "/v1/dead-letters"


async def waiting(services: Services) -> tuple[Sequence[LettersOfOneReason], Sequence[str]]:
    """What waits, by service and reason, the oldest first; and the services that did not say."""
    found = await asyncio.gather(
        *(or_none(services.all(service, PATH, WaitingLetter, limit=200)) for service in SERVICES)
    )
    groups = [
        LettersOfOneReason(service, letters[0].reason, fingerprint, letters)
        for service, some in zip(SERVICES, found, strict=True)
        for fingerprint, letters in _by_reason(some or ()).items()
    ]
    return groups, [service for service, some in zip(SERVICES, found, strict=True) if some is None]


async def given_up(services: Services) -> Sequence[tuple[str, WaitingLetter]]:
    """What was given up before, with its service, the last ones first."""
    found = await asyncio.gather(
        *(or_none(services.all(service, PATH, WaitingLetter, limit=200, resolved="true")) for service in SERVICES)
    )
    every = [(service, each) for service, some in zip(SERVICES, found, strict=True) for each in some or ()]
    return sorted((each for each in every if each[1].dropped_by), key=lambda each: each[1].id, reverse=True)


def _by_reason(letters: Sequence[WaitingLetter]) -> Mapping[str, Sequence[WaitingLetter]]:
    groups: dict[str, list[WaitingLetter]] = {}
    for each in letters:
        groups.setdefault(each.fingerprint, []).append(each)
    return groups
