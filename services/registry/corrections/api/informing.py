from fastapi import Response
from sqlmodel import col, select

from services.registry.corrections.commands import informing
from services.registry.corrections.models import PrivacyNotice
from services.registry.corrections.schemas.requests import NewPrivacyNotice, PrivacyNoticeRead
from shared.auth import Reach, Role, allow
from shared.bodies import Router
from shared.web import Page, ReadingDep, WholePageDep, WriteDep, may

router = Router(tags=["subject requests"])


@router.get("/v1/privacy-notices", dependencies=[allow(*Role, reach=Reach.ALL)])
def privacy_notices(database: ReadingDep, paging: WholePageDep) -> Page[PrivacyNoticeRead]:
    """What people are told of what is done with their data (告知书), the newest first: that one is in force."""
    with database.reading() as session:
        found = session.exec(select(PrivacyNotice).order_by(col(PrivacyNotice.version).desc())).all()
    return paging.stretch([PrivacyNoticeRead.model_validate(each, from_attributes=True) for each in found])


@router.post(
    "/v1/privacy-notices",
    status_code=201,
    response_model=PrivacyNoticeRead,
    responses={202: {"model": PrivacyNoticeRead, "description": "A second officer has to put the same"}},
    dependencies=[may(informing.put_notice)],
)
async def put(wanted: NewPrivacyNotice, request: WriteDep) -> Response:
    """Put the next version of the notice: 202, then 201 once another officer puts the same."""
    return await request.run(
        informing.put_notice, wanted, lambda read: read, status=lambda read: 202 if read.awaiting else 201
    )
