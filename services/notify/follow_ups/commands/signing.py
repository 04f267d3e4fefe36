"""Signing for alerts, and by them for the follow-ups to which they belong: in the portal, over the API, by a link."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts import queries as alert_queries
from services.notify.alerts.errors import AlertIsClosed
from services.notify.alerts.models import Alert
from services.notify.alerts.rules import AlertState
from services.notify.alerts.rules.links import SignLink
from services.notify.follow_ups import errors
from services.notify.follow_ups.commands.clocks import TermClock
from services.notify.follow_ups.commands.raising import keep_entry
from services.notify.follow_ups.models import FollowUp
from services.notify.follow_ups.queries import follow_ups as queries
from services.notify.follow_ups.queries.links import linked
from services.notify.follow_ups.rules import duties
from services.notify.follow_ups.rules.states import UNANSWERED, FollowUpEntryKind, FollowUpState
from shared import clock
from shared.auth import Role
from shared.operations import Call, Effect, operation
from shared.problems import NotFound, Refusal


def _effect(alert: Alert) -> Effect:
    return Effect(alert.id, alert.version)


@operation("acknowledge", roles=(Role.LEADER,), target=lambda id_: id_, effect=_effect)
def acknowledge(session: Session, calls: Sequence[Call[UUID]]) -> list[Alert | Refusal]:
    """Sign for own alerts (签收), by their ids, and so for the follow-ups that are the caller's to sign for.

    Locks each follow-up, then each alert. An open one becomes acknowledged, and AlertAcknowledged is announced;
    signing again changes nothing. Refuses NotFound for another post's alert as for none, AlertIsClosed for a closed
    one.
    """
    outcomes: list[Alert | Refusal] = []
    for call in calls:
        if alert_queries.alert(session, call.caller, call.item) is None:
            outcomes.append(NotFound())
            continue
        alert, _ = _signed(session, call.item, call.caller.actor)
        outcomes.append(AlertIsClosed() if alert.state == AlertState.CLOSED else alert)
    return outcomes


@operation("acknowledge_by_link", roles=(Role.LEADER,), target=lambda link: link.alert_id, effect=_effect)
def acknowledge_by_link(session: Session, calls: Sequence[Call[SignLink]]) -> list[Alert | Refusal]:
    """Sign for an alert by the link that its post was sent (一键签收), as its holder would: once.

    Locks and announces as signing does. Refuses LinkOver for one that has expired or whose post has another holder
    now, LinkUsed where the alert is not open any more, LinkUnknown for an alert that is not that post's.
    """
    return [_by_link(session, call.item) for call in calls]


def acknowledge_now(
    session: Session, follow_up: FollowUp, held: Collection[str], actor: str, *, by_link: bool = False
) -> None:
    """Sign for a follow-up whose row is locked, and for the alerts of these posts: nobody above hears from now on.

    Whoever signs first has it signed for; a later signature of another post is kept as well.
    """
    linked = [each for each in queries.alerts_of(session, follow_up) if each.recipient in held]
    waiting = [a for a in alert_queries.held(session, [e.alert_id for e in linked]) if a.state == AlertState.OPEN]
    alerts.sign(session, waiting)
    _keep_signature(session, follow_up, held, actor, fresh=bool(waiting), by_link=by_link)


def _keep_signature(
    session: Session, follow_up: FollowUp, held: Collection[str], actor: str, *, fresh: bool, by_link: bool
) -> None:
    was_open = follow_up.state == FollowUpState.OPEN
    if was_open:
        follow_up.state, follow_up.acknowledged_at = FollowUpState.ACKNOWLEDGED, clock.now()
        follow_up.acknowledged_by = actor
        term_clock = TermClock(session)
        term_clock.start(follow_up, term_clock.terms.to_answer(follow_up.severity), clock.now())
    if was_open or (fresh and follow_up.state == FollowUpState.ACKNOWLEDGED):
        parts = queries.parts_of(session, follow_up)
        post = follow_up.owner if follow_up.owner in held else min(parts.escalated_to.intersection(held), default=None)
        keep_entry(session, follow_up, FollowUpEntryKind.ACKNOWLEDGED, actor, post, by_link=by_link)


def _signed(session: Session, alert_id: UUID, actor: str, *, by_link: bool = False) -> tuple[Alert, bool]:
    """An alert of somebody and whether it was open: then it is signed for, and what is theirs of its follow-up."""
    follow_up = queries.of_alert(session, alert_id)
    (alert,) = alert_queries.held(session, [alert_id])
    was_open = alert.state == AlertState.OPEN
    alerts.sign(session, [alert])
    if follow_up and was_open and follow_up.state in UNANSWERED:
        held, _ = queries.held_by(session, actor)
        if duties.may_sign(held, queries.parts_of(session, follow_up)):
            _keep_signature(session, follow_up, held, actor, fresh=True, by_link=by_link)
    session.flush()
    return alert, was_open


def _by_link(session: Session, link: SignLink) -> Alert | Refusal:
    try:
        found = linked(session, link)
    except (errors.LinkUnknown, errors.LinkOver) as refusal:
        return refusal
    alert, was_open = _signed(session, link.alert_id, found.post.login, by_link=True)
    return alert if was_open else errors.LinkUsed()
