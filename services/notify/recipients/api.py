"""Posts over HTTP."""

from fastapi import APIRouter, Response

from services.notify.paging import code as a_code
from services.notify.paging import place
from services.notify.recipients import commands, queries
from services.notify.recipients.schemas import Handover, NewRecipient, RecipientRead
from shared.auth import Role, allow
from shared.web import AskedDep, ExpectedVersion, Page, PageDep, ReadingDep

router = APIRouter(tags=["recipients"])
WRITERS = (Role.BUREAU_OFFICER, Role.OPERATOR)


@router.get("/v1/recipients", dependencies=[allow(*WRITERS, Role.AUDITOR)])
def recipients(paging: PageDep, database: ReadingDep) -> Page[RecipientRead]:
    """The posts (岗位) that can be told of things."""
    with database.reading() as session:
        found = queries.recipients(session, place(paging, a_code), paging.limit)
    return paging.page(found, RecipientRead.of, lambda recipient: [recipient.code])


@router.post("/v1/recipients", status_code=201, response_model=RecipientRead, dependencies=[allow(*WRITERS)])
async def add(wanted: NewRecipient, asked: AskedDep) -> Response:
    """Add a post, its deputy and its superior (代理人、上级)."""
    return await asked.write(commands.add, wanted, RecipientRead.of, status=201)


@router.patch("/v1/recipients/{code}", response_model=RecipientRead, dependencies=[allow(*WRITERS)])
async def hand_over(code: str, to: Handover, version: ExpectedVersion, asked: AskedDep) -> Response:
    """Hand a post over (岗位交接): its inbox, its subscriptions and its open alerts go to who holds it now."""
    return await asked.write(commands.hand_over, commands.HandingOver(code, version, to), RecipientRead.of)
