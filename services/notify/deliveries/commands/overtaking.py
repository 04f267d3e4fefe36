"""Dropping what is queued, and not sent, when a later alert says it better."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import Session, col, select

from services.notify.alerts import queries as alerts
from services.notify.alerts.models import Alert
from services.notify.deliveries import queries
from services.notify.deliveries.commands.pacing import MERGEABLE
from services.notify.deliveries.models import Delivery, WaitingAlert
from services.notify.deliveries.queries import SubjectSeries
from services.notify.deliveries.rules import DeliveryState
from services.notify.messages import commands as messages
from services.notify.messages import queries as message_queries
from services.notify.messages.models import Message, MessageAlert
from services.notify.messages.rules import NewMessage, Purpose

Way = tuple[str, str, int]  # a post, a channel, and the number of the post's address of it


def overtake(session: Session, newer: Mapping[UUID, Collection[SubjectSeries]]) -> None:
    """Drop what waits to be sent, and is said by these new messages (取代): of a subject and series the last word goes.

    `newer` are messages whose deliveries have started, with what they say. Of each way of theirs, to a post's address
    by a channel, what is queued and says only what they say better is skipped and names the delivery that goes for it;
    what says more as well says that alone, unless it was tried before, because its receiver may know it. What is held
    back by the same channel waits no more. The inbox keeps everything.

    Locks and writes deliveries, passing over those that a sender has; writes messages, deletes from waiting_alerts.
    """
    said = {message_id: set(about) for message_id, about in newer.items() if about}
    started = select(Delivery).where(col(Delivery.message_id).in_(said), Delivery.state == DeliveryState.PENDING)
    ways = {_way(each): each for each in session.exec(started)}
    if not ways:
        return
    subjects = {ref for about in said.values() for _, ref, _ in about}
    for queued, carried in _queued(session, ways, said, subjects):
        goes = ways[_way(queued)]
        left = [each.id for each in carried if queries.subject_of(each) not in said[goes.message_id]]
        if not left:
            queued.state, queued.due_at, queued.merged_into = DeliveryState.SKIPPED, None, goes.id
        elif len(left) < len(carried) and not queued.attempts:
            (message,) = messages.write(session, [NewMessage(queued.recipient, Purpose.ALERT, left)])
            queued.message_id = message.id
    _wait_no_more(session, {way[:2]: said[goes.message_id] for way, goes in ways.items()}, subjects, said)
    session.flush()


def _way(delivery: Delivery) -> Way:
    return delivery.recipient, delivery.channel, delivery.address_number


def _queued(
    session: Session, ways: Collection[Way], newer: Collection[UUID], subjects: Collection[str]
) -> list[tuple[Delivery, list[Alert]]]:
    """What is queued on these ways and speaks of one of the subjects, each with its alerts in order."""
    carrying = (
        select(MessageAlert.message_id)
        .join(Alert, col(Alert.id) == MessageAlert.alert_id)
        .where(col(Alert.subject_ref).in_(subjects), col(Alert.recipient).in_({way[0] for way in ways}))
    )
    chosen = (
        select(Delivery)
        .join(Message, col(Message.id) == Delivery.message_id)
        .where(
            col(Delivery.message_id).in_(carrying),
            col(Delivery.message_id).not_in(newer),
            Delivery.state == DeliveryState.PENDING,
            col(Message.purpose).in_(MERGEABLE),
        )
    )
    locked = session.exec(chosen.with_for_update(skip_locked=True, of=Delivery)).all()
    found = [each for each in locked if _way(each) in ways]
    carried = message_queries.alerts_of(session, [each.message_id for each in found])
    known = alerts.by_ids(session, {alert_id for ids in carried.values() for alert_id in ids})
    return [(each, [known[alert_id] for alert_id in carried[each.message_id]]) for each in found]


def _wait_no_more(
    session: Session,
    said: Mapping[tuple[str, str], Collection[SubjectSeries]],
    subjects: Collection[str],
    newer: Collection[UUID],
) -> None:
    """Let alerts that are held back go no more where what goes now by the same channel says it better."""
    going = select(MessageAlert.alert_id).where(col(MessageAlert.message_id).in_(newer))
    chosen = (
        select(WaitingAlert, Alert)
        .join(Alert, col(Alert.id) == WaitingAlert.alert_id)
        .where(
            col(Alert.subject_ref).in_(subjects),
            col(WaitingAlert.recipient).in_({post for post, _ in said}),
            col(WaitingAlert.alert_id).not_in(going),
        )
    )
    for waiting, alert in session.exec(chosen).all():
        if queries.subject_of(alert) in said.get((waiting.recipient, waiting.channel), ()):
            session.delete(waiting)
