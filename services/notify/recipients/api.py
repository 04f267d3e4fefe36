"""Posts over HTTP."""

from fastapi import Response

from services.notify.paging import code as a_code
from services.notify.paging import place
from services.notify.recipients import commands, queries
from services.notify.recipients.schemas import Handover, RecipientRead
from shared.auth import Role, allow
from shared.bodies import Router
from shared.fields import Word
from shared.web import ExpectedVersion, Page, PageDep, ReadingDep, WriteDep, may

router = Router(tags=["recipients"])


@router.get("/v1/recipients", dependencies=[allow(*commands.WRITERS, Role.AUDITOR)])
def recipients(paging: PageDep, database: ReadingDep) -> Page[RecipientRead]:
    """The posts (岗位) that can be told of things."""
    with database.reading() as session:
        found = queries.recipients(session, place(paging, a_code), paging.limit)
    return paging.page(found, lambda row: RecipientRead.of(*row), lambda row: [row[0].code])


@router.patch("/v1/recipients/{code}", response_model=RecipientRead, dependencies=[may(commands.hand_over)])
async def hand_over(code: Word, to: Handover, version: ExpectedVersion, request: WriteDep) -> Response:
    """Hand a post over (岗位交接): its inbox, its subscriptions and its open alerts go to who holds it now."""
    handover = commands.HandoverRequest(code, version, to)
    return await request.run(commands.hand_over, handover, lambda row: RecipientRead.of(*row))
