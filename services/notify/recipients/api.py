"""Posts over HTTP."""

from services.notify.paging import code as a_code
from services.notify.paging import place
from services.notify.recipients import commands, queries
from services.notify.recipients.schemas import RecipientRead
from shared.auth import Role, allow
from shared.bodies import Router
from shared.web import Page, PageDep, ReadingDep

router = Router(tags=["recipients"])


@router.get("/v1/recipients", dependencies=[allow(*commands.WRITERS, Role.AUDITOR)])
def recipients(paging: PageDep, database: ReadingDep) -> Page[RecipientRead]:
    """The posts (岗位) that can be told of things."""
    with database.reading() as session:
        found = queries.recipients(session, place(paging, a_code), paging.limit)
    return paging.page(found, lambda row: RecipientRead.of(*row), lambda row: [row[0].code])
