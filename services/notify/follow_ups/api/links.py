"""Signing by a link over HTTP: open to whoever has the link, which is of one alert and one post.

Looking at a link acts on nothing: whoever reads mails before their reader does (filters, previews) looks at every one.
"""

import asyncio
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field

from services.notify.alerts.models import Alert
from services.notify.alerts.rules.links import LONGEST, SignLink, read_link
from services.notify.follow_ups.commands import signing
from services.notify.follow_ups.errors import LinkUnknown
from services.notify.follow_ups.queries.links import LinkedAlert, linked
from services.notify.follow_ups.rendering import sign_link_read
from services.notify.follow_ups.schemas import SignLinkRead
from shared.auth import OPEN, Caller, Role
from shared.bodies import Router
from shared.db import Database
from shared.fields import OneLine
from shared.vault import vault
from shared.web import LanguageDep, ReadingDep, write_for

router = Router(tags=["follow-ups"])

REFUSALS: dict[int | str, dict[str, Any]] = {404: {}, 409: {}, 410: {}}


def _read(token: Annotated[OneLine, Field(max_length=LONGEST)]) -> SignLink:
    link = read_link(token, vault("notify").rings["links"].key)
    if link is None:
        raise LinkUnknown
    return link


LinkDep = Annotated[SignLink, Depends(_read)]


@router.get("/v1/sign-links/{token}", responses={404: {}, 410: {}}, dependencies=[OPEN])
def look(link: LinkDep, database: ReadingDep, language: LanguageDep) -> SignLinkRead:
    """What a link signs for (签收链接). Looking at it signs for nothing."""
    found = _linked(database, link)
    return sign_link_read(link, found.alert, found.post, language)


@router.post("/v1/sign-links/{token}", response_model=SignLinkRead, responses=REFUSALS, dependencies=[OPEN])
async def sign(link: LinkDep, http: Request, database: ReadingDep, language: LanguageDep) -> Response:
    """Sign for an alert by the link that its post was sent (一键签收): once, while the post has the same holder."""
    found = await asyncio.to_thread(_linked, database, link)

    holder = Caller(found.post.login, Role.LEADER, person=found.post.login)

    def read(alert: Alert) -> SignLinkRead:
        return sign_link_read(link, alert, found.post, language)

    return await write_for(http, holder).run(signing.acknowledge_by_link, link, read)


def _linked(database: Database, link: SignLink) -> LinkedAlert:
    with database.reading() as session:
        return linked(session, link)
