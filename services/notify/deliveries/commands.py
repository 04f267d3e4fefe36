"""Sending alerts on their way, and keeping what came of each attempt."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.channels.rules import Channel, Letter, Outcome
from services.notify.deliveries import errors, queries
from services.notify.deliveries.letters import letter
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.queries import WithAttempts
from services.notify.deliveries.rules import LEASE, State, Status, next_try, state_after
from services.notify.recipients import errors as recipient_errors
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import Recipient
from shared import clock
from shared.auth import Caller
from shared.problems import InvalidBody, NotFound, Refusal


@dataclass(frozen=True)
class Claim:
    """A letter that this sender, and no other, is to send; `number` is the attempt."""

    letter: Letter
    number: int


@dataclass(frozen=True)
class TrialOf:
    """A channel to try, and the post that receives the trial."""

    channel: Channel
    recipient: str


def lay_out(session: Session, raised: Sequence[Alert], channels: Mapping[UUID, AbstractSet[Channel]]) -> None:
    """Start the deliveries of new alerts: the inbox has them at once, e-mail waits for its sender."""
    posts = recipients.by_code(session, {alert.recipient for alert in raised})
    for alert in raised:
        for channel in sorted(channels[alert.id]):
            _start(session, alert.id, posts[alert.recipient], channel)
    session.flush()


def claim(session: Session, portal: str) -> Claim | None:
    """Take the delivery that is due longest, for the length of a lease; None when nothing is due."""
    now = clock.now()
    chosen = select(Delivery).where(queries.is_due(now)).order_by(col(Delivery.due_at)).limit(1)
    delivery = session.exec(chosen.with_for_update(skip_locked=True)).first()
    if delivery is None:
        return None
    if delivery.state == State.SENDING:  # its sender went away without a word
        left = session.get_one(Attempt, (delivery.id, delivery.attempts))
        left.status = Status.UNKNOWN
    delivery.state = State.SENDING
    delivery.attempts += 1
    delivery.tries += 1
    delivery.due_at = now + LEASE
    session.add(Attempt(delivery_id=delivery.id, number=delivery.attempts, status=Status.SENDING, started_at=now))
    session.flush()
    alert = session.get_one(Alert, delivery.alert_id) if delivery.alert_id else None
    recipient = session.get_one(Recipient, delivery.recipient)
    return Claim(letter(delivery, recipient, alert, portal), delivery.attempts)


def note_outcome(session: Session, claimed: Claim, outcome: Outcome, duration_ms: int) -> None:
    """Keep what came of an attempt; nothing when the lease was lost meanwhile, because another sender then answers."""
    delivery = session.get_one(Delivery, claimed.letter.delivery_id, with_for_update=True)
    if delivery.state != State.SENDING or delivery.attempts != claimed.number:
        return
    delivery.due_at = next_try(outcome.result, delivery.tries, clock.now())
    delivery.state = state_after(outcome.result, delivery.due_at)
    attempt = session.get_one(Attempt, (delivery.id, claimed.number))
    attempt.status = Status.FAILED if delivery.state == State.FAILED else Status(outcome.result)
    attempt.code = outcome.code
    attempt.duration_ms = duration_ms
    attempt.next_try_at = delivery.due_at
    session.flush()


def resend(session: Session, wanted: Sequence[UUID], caller: Caller) -> list[WithAttempts | Refusal]:
    """Send again, by the same id, so that a receiver can tell; the schedule of retries starts anew."""
    outcomes: list[WithAttempts | Refusal] = []
    for delivery_id in wanted:
        found = queries.held(session, delivery_id)
        if found is None:
            outcomes.append(NotFound())
            continue
        delivery, attempts = found
        if delivery.channel == Channel.INBOX:
            outcomes.append(errors.NothingToSend())
        elif delivery.state == State.SENDING:
            outcomes.append(errors.UnderWay())
        else:
            delivery.state, delivery.tries, delivery.due_at = State.PENDING, 0, clock.now()
            outcomes.append((delivery, attempts))
    session.flush()
    return outcomes


def try_out(session: Session, wanted: Sequence[TrialOf], caller: Caller) -> list[WithAttempts | Refusal]:
    """Send a trial by a channel to a post (渠道测试). It goes the way of every delivery and is kept like one."""
    posts = recipients.by_code(session, {trial.recipient for trial in wanted})
    outcomes: list[WithAttempts | Refusal] = []
    for trial in wanted:
        post = posts.get(trial.recipient)
        if post is None:
            outcomes.append(InvalidBody(recipient_errors.unknown_recipient("/recipient")))
        elif trial.channel is Channel.EMAIL and not post.email:
            outcomes.append(InvalidBody(errors.without_address("/recipient")))
        else:
            outcomes.append(_start(session, None, post, trial.channel))
    session.flush()
    return outcomes


def _start(session: Session, alert_id: UUID | None, post: Recipient, channel: Channel) -> WithAttempts:
    now = clock.now()
    delivery = Delivery(
        alert_id=alert_id, recipient=post.code, channel=channel, state=State.PENDING, due_at=now, created_at=now
    )
    session.add(delivery)
    if channel is Channel.INBOX:
        delivery.state, delivery.due_at, delivery.attempts = State.DELIVERED, None, 1
        session.flush()  # the attempt refers to it
        attempt = Attempt(
            delivery_id=delivery.id, number=1, status=Status.DELIVERED, code="stored", started_at=now, duration_ms=0
        )
        session.add(attempt)
        return delivery, [attempt]
    if not post.email:
        delivery.state, delivery.due_at = State.SKIPPED, None
    return delivery, []
