"""Deliveries and channels over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.notify.channels.mail import MailSettings
from services.notify.channels.rules import Channel
from services.notify.deliveries import commands, queries
from services.notify.deliveries.rules import State
from services.notify.deliveries.schemas import ChannelRead, DeliveryRead, Trial
from services.notify.paging import identifier, place
from shared.auth import Role, allow
from shared.problems import NotFound, Said
from shared.web import AskedDep, LanguageDep, Page, PageDep, ReadingDep

router = APIRouter(tags=["deliveries"])
WRITERS = (Role.OPERATOR, Role.BUREAU_OFFICER)
READERS = (*WRITERS, Role.AUDITOR)

NAMES = {Channel.INBOX: Said("收件箱", "Inbox"), Channel.EMAIL: Said("电子邮件", "E-mail")}


def _filter(
    alert_id: UUID | None = None,
    recipient: str | None = None,
    channel: Channel | None = None,
    state: State | None = None,
) -> queries.Filter:
    return queries.Filter(alert_id, recipient, channel, state)


@router.get("/v1/deliveries", dependencies=[allow(*READERS)])
def deliveries(
    wanted: Annotated[queries.Filter, Depends(_filter)], paging: PageDep, database: ReadingDep
) -> Page[DeliveryRead]:
    """Deliveries (投递), newest first, each with every attempt."""
    with database.reading() as session:
        found = queries.deliveries(session, wanted, place(paging, identifier), paging.limit)
    return paging.page(found, lambda row: DeliveryRead.of(*row), lambda row: [row[0].id])


@router.get("/v1/deliveries/{delivery_id}", dependencies=[allow(*READERS)])
def delivery(delivery_id: UUID, database: ReadingDep) -> DeliveryRead:
    """One delivery with every attempt."""
    with database.reading() as session:
        found = queries.delivery(session, delivery_id)
    if found is None:
        raise NotFound
    return DeliveryRead.of(*found)


@router.post(
    "/v1/deliveries/{delivery_id}/resend",
    status_code=202,
    response_model=DeliveryRead,
    dependencies=[allow(*WRITERS)],
)
async def resend(delivery_id: UUID, asked: AskedDep) -> Response:
    """Send again (重发), by the same id."""
    return await asked.write(commands.resend, delivery_id, lambda row: DeliveryRead.of(*row), status=202)


@router.get("/v1/channels", dependencies=[allow(*READERS)])
def channels(language: LanguageDep) -> Page[ChannelRead]:
    """The channels (渠道) and by what means each goes; secrets are not among it."""
    by = {Channel.INBOX: "database", Channel.EMAIL: "smtp" if MailSettings().smtp_host else "file"}
    return Page(items=[ChannelRead(id=each, name=NAMES[each].in_(language), by=by[each]) for each in Channel])


@router.post(
    "/v1/channels/{channel}/test", status_code=202, response_model=DeliveryRead, dependencies=[allow(*WRITERS)]
)
async def try_out(channel: Channel, trial: Trial, asked: AskedDep) -> Response:
    """Send a trial to a post (渠道测试); what came of it is at the address in `Location`."""
    return await asked.write(
        commands.try_out,
        commands.TrialOf(channel, trial.recipient),
        lambda row: DeliveryRead.of(*row),
        status=202,
        headers=lambda row: {"Location": f"/v1/deliveries/{row[0].id}"},
    )
