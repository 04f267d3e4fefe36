"""Channels over HTTP."""

from fastapi import Response

from services.notify.channels.registry import channels as by_themselves
from services.notify.channels.registry import kinds
from services.notify.connections import commands, queries
from services.notify.connections.models import Connection
from services.notify.connections.schemas import ChannelChange, ChannelGone, ChannelRead, NewChannel
from shared.auth import Role, allow
from shared.bodies import Router
from shared.fields import Word
from shared.problems import NotFound
from shared.web import ExpectedVersion, LanguageDep, Page, ReadingDep, WholePageDep, WriteDep, may, shown

router = Router(tags=["channels"])
READERS = (*commands.WRITERS, Role.AUDITOR)


def _read(connection: Connection) -> ChannelRead:
    return ChannelRead.of(connection, kinds().get(connection.kind))


@router.get("/v1/channels", dependencies=[allow(*READERS)])
def channels(language: LanguageDep, paging: WholePageDep, database: ReadingDep) -> Page[ChannelRead]:
    """The channels (渠道) and by what means each goes; secrets are not among it."""
    with database.reading() as session:
        connected = [_read(each) for each in queries.connections(session)]
    return paging.stretch([*(ChannelRead.of_itself(each, language) for each in by_themselves().values()), *connected])


@router.get("/v1/channels/{code}", response_model=ChannelRead, dependencies=[allow(*READERS)])
def channel(code: Word, language: LanguageDep, database: ReadingDep) -> Response:
    """One channel, and whether it is in use."""
    if code in by_themselves():
        return shown(ChannelRead.of_itself(by_themselves()[code], language))
    with database.reading() as session:
        found = queries.connection(session, code)
        if found is None:
            raise NotFound
        return shown(_read(found))


@router.post("/v1/channels", status_code=201, response_model=ChannelRead, dependencies=[may(commands.connect)])
async def connect(new: NewChannel, request: WriteDep) -> Response:
    """Connect a channel (接入渠道): a robot of a group, a gateway of short messages, a webhook, a mail server."""
    return await request.run(
        commands.connect, new, _read, status=201, headers=lambda row: {"Location": f"/v1/channels/{row.code}"}
    )


@router.patch("/v1/channels/{code}", response_model=ChannelRead, dependencies=[may(commands.change)])
async def change(code: Word, to: ChannelChange, version: ExpectedVersion, request: WriteDep) -> Response:
    """Change a channel, or put a broken one into use again; needs the version that was read (If-Match)."""
    return await request.run(commands.change, commands.ChannelChangeRequest(code, version, to), _read)


@router.delete("/v1/channels/{code}", status_code=204, dependencies=[may(commands.remove)])
async def remove(code: Word, version: ExpectedVersion, request: WriteDep) -> Response:
    """Remove a channel; needs the version that was read (If-Match)."""
    removal = commands.ChannelRemoval(code, version)
    return await request.run(commands.remove, removal, lambda _: ChannelGone(), status=204)
