"""Sending again by hand, and testing a channel."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from services.notify.channels.protocol import Channel
from services.notify.connections import queries as channels
from services.notify.connections.errors import unknown_channel
from services.notify.deliveries import errors, queries
from services.notify.deliveries.commands.starting import start
from services.notify.deliveries.models import Delivery
from services.notify.deliveries.queries import DeliveryRecord
from services.notify.deliveries.rules import DeliveryState
from services.notify.deliveries.schemas import ResendMany, ResentMany
from services.notify.messages import commands as messages
from services.notify.messages.rules import NewMessage, Purpose
from services.notify.recipients import errors as recipient_errors
from services.notify.recipients import queries as recipients
from services.notify.recipients.rules import ChannelAddress
from shared import clock
from shared.auth import Role
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal

WRITERS = (Role.OPERATOR, Role.BUREAU_OFFICER)


class ChannelTestRequest(NamedTuple):
    """A channel to test, and the post that receives the test."""

    channel: str
    recipient: str


def _effect(record: DeliveryRecord) -> Effect:
    return Effect(record.delivery.id)


def _effect_of_many(resent: ResentMany) -> Effect:
    return Effect(resent.channel)


@operation("resend_delivery", roles=WRITERS, target=lambda id_: id_, effect=_effect)
def resend(session: Session, calls: Sequence[Call[UUID]]) -> list[DeliveryRecord | Refusal]:
    """Send deliveries again (重发), by the same id, so that a receiver can tell; the schedule of retries starts anew.

    Locks each. Refuses NotFound, NothingToSend where the channel has its deliveries at once or is no longer there,
    UnderWay while a sender has it.
    """
    there = channels.known(session)
    outcomes: list[DeliveryRecord | Refusal] = []
    for call in calls:
        record = queries.held(session, call.item)
        if record is None:
            outcomes.append(NotFound())
            continue
        delivery, channel = record.delivery, there.get(record.delivery.channel)
        if channel is None or channel.at_once:
            outcomes.append(errors.NothingToSend())
        elif delivery.state == DeliveryState.SENDING:
            outcomes.append(errors.UnderWay())
        else:
            delivery.state, delivery.tries, delivery.due_at = DeliveryState.PENDING, 0, clock.now()
            delivery.merged_into = None
            outcomes.append(record)
    session.flush()
    return outcomes


@operation("resend_deliveries", roles=WRITERS, target=lambda wanted: wanted.channel, effect=_effect_of_many)
def resend_many(session: Session, calls: Sequence[Call[ResendMany]]) -> list[ResentMany | Refusal]:
    """Send again all deliveries by a channel, started since an instant, given up or waiting for a try (批量重发).

    As sending one again does, in one statement; the channel's own pace holds. What is under way or delivered is left
    alone. Refuses InvalidBody for a channel that does not exist, NothingToSend for one that has them at once.
    """
    there = channels.known(session)
    outcomes: list[ResentMany | Refusal] = []
    for wanted in (call.item for call in calls):
        channel = there.get(wanted.channel)
        if channel is None:
            outcomes.append(InvalidBody(unknown_channel("/channel", there)))
        elif channel.at_once:
            outcomes.append(errors.NothingToSend())
        else:
            chosen = (
                col(Delivery.channel) == wanted.channel,
                col(Delivery.state) == wanted.state,
                col(Delivery.created_at) >= wanted.since,
            )
            again = {"state": DeliveryState.PENDING, "tries": 0, "due_at": clock.now()}
            changed = session.execute(update(Delivery).where(*chosen).values(again).returning(col(Delivery.id))).all()
            outcomes.append(ResentMany(channel=wanted.channel, resent=len(changed)))
    return outcomes


@operation("test_channel", roles=WRITERS, target=lambda test: test.recipient, effect=_effect)
def send_test(session: Session, calls: Sequence[Call[ChannelTestRequest]]) -> list[DeliveryRecord | Refusal]:
    """Send a test by a channel to a post (渠道测试). It goes the way of every message and is kept like one.

    Writes a message of purpose test and a delivery to each address; the outcome is the first. Refuses NotFound for a
    channel that does not exist, InvalidBody for a post that does not exist, or has no address of the channel.
    """
    tests = [call.item for call in calls]
    posts = recipients.posts(session)
    known = recipients.addresses(session, {test.recipient for test in tests})
    there = channels.known(session)
    outcomes: list[DeliveryRecord | Refusal] = []
    for test in tests:
        channel = there.get(test.channel)
        if channel is None:
            outcomes.append(NotFound())
            continue
        if faults := _faults_in(test, channel, posts, known):
            outcomes.append(InvalidBody(*faults))
            continue
        (message,) = messages.write(session, [NewMessage(test.recipient, Purpose.TEST)])
        start(session, [(message, {test.channel})])
        outcomes.append(queries.of_message(session, message.id)[0])
    return outcomes


def _faults_in(
    test: ChannelTestRequest,
    channel: type[Channel],
    posts: Collection[str],
    addresses: Mapping[str, Sequence[ChannelAddress]],
) -> list[Fault]:
    if test.recipient not in posts:
        return [recipient_errors.unknown_recipient("/recipient")]
    reached = {code for code, _ in addresses.get(test.recipient, [])}
    if channel.at_once is None and not channel.has_address and test.channel not in reached:
        return [errors.without_address("/recipient")]
    return []
