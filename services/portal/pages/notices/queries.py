"""What the pages of notices ask of the registry, on behalf of the visitor."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.portal.client.services import Services, or_none
from services.portal.pages.notices.rules import Countdown, countdowns
from services.portal.pages.notices.schemas import DraftShown, EntryShown, RunningShown, YearShown
from shared import clock

REGISTRY = "registry"
ALL = 200


async def running(services: Services) -> Sequence[Countdown]:
    """The notices that run or wait for the decision, with what is left of each."""
    found = await services.all(REGISTRY, "/v1/notices", RunningShown)
    today = clock.today()
    last = max((each.last_day.year for each in found), default=today.year)
    wanted = range(today.year, last + 1)
    asking = (or_none(services.one(REGISTRY, f"/v1/calendar/{year}", YearShown)) for year in wanted)
    years = await asyncio.gather(*asking)
    loaded = {each.year: each.read() for each in years if each and each.source != "not_loaded"}
    return countdowns(found, loaded.get, today)


async def drafts(services: Services) -> Sequence[DraftShown]:
    """What is proposed, as it waits to be published."""
    return await services.all(REGISTRY, "/v1/notices/drafts", DraftShown)


async def entries(services: Services, programme: str, first_day: date, state: str) -> list[EntryShown]:
    """The registrations of one notice in one state, masked."""
    path, wanted = "/v1/registrations", {"programme": programme, "state": state, "limit": ALL}
    found = await services.all(REGISTRY, path, EntryShown, **wanted)
    return [each for each in found if each.notice_first_day == first_day]


async def proposed(services: Services, programme: str, ids: Sequence[UUID]) -> list[EntryShown]:
    """Some proposed registrations of a programme, masked."""
    path, wanted = "/v1/registrations", {"programme": programme, "state": "proposed", "limit": ALL}
    found = await services.all(REGISTRY, path, EntryShown, **wanted)
    return [each for each in found if each.id in set(ids)]
