"""Opening follow-ups of what events bring, and ending those whose matter recovered, in the order of the events."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts import queries as alert_queries
from services.notify.alerts.rules import EVERY_KIND, AlertContent
from services.notify.follow_ups.commands.clocks import TermClock
from services.notify.follow_ups.commands.raising import keep_entry, link_alerts
from services.notify.follow_ups.models import FollowUp
from services.notify.follow_ups.queries import follow_ups as queries
from services.notify.follow_ups.rules.duties import Posts, owner_of
from services.notify.follow_ups.rules.states import FollowUpEntryKind, FollowUpState, opens_follow_up
from services.notify.subscriptions.rules import INBOX, Departures
from shared import clock

Heard = Mapping[UUID, Mapping[str, Departures]]  # who hears of each content, by its event


def with_parts(
    session: Session, contents: Sequence[AlertContent], heard: Heard, posts: Posts
) -> dict[UUID, dict[str, Departures]]:
    """Who hears of what, with those who must: the owner of what nobody asked for, and whoever was told it was red.

    Those find it in their inbox. Writes nothing; locks the follow-ups of what settled.
    """
    red: dict[tuple[str, str, str], set[str]] = {}
    found: dict[UUID, dict[str, Departures]] = {}
    for content in contents:
        subscribed, added = heard[content.cause], set[str]()
        if opens_follow_up(content):
            owner = None if subscribed else owner_of(content.unit, (), posts)
            added = {owner} if owner else added
            red.setdefault((content.kind, content.subject_kind, content.subject_ref), set()).update(subscribed, added)
        if settled := EVERY_KIND[content.kind].settles:
            added |= red.get((settled, content.subject_kind, content.subject_ref), set())
            for each in queries.unclosed(session, settled, content.subject_kind, [content.subject_ref]):
                added |= {alert.recipient for alert in queries.alerts_of(session, each)}
        found[content.cause] = {code: {INBOX: None} for code in added} | dict(subscribed)
    return found


def follow(
    session: Session, contents: Sequence[AlertContent], raised: Sequence[alerts.RaisedAlert], heard: Heard, posts: Posts
) -> None:
    """Open follow-ups (督办单) of these contents and end others, each in its turn.

    What is red or critical opens one, or belongs to the one of its kind and subject that is not closed; what was said
    before opens none. What settles a kind closes those of it, with their alerts. Locks and writes follow-ups, and
    announces AlertClosed for the alerts of those that end.
    """
    if not any(opens_follow_up(content) or EVERY_KIND[content.kind].settles for content in contents):
        return
    by_cause: dict[UUID, list[alerts.RaisedAlert]] = {}
    for alert in raised:
        for cause in alert.causes:
            by_cause.setdefault(cause, []).append(alert)
    known = queries.opened_by(session, list(by_cause))
    term_clock = TermClock(session)
    for content in contents:
        new = by_cause.pop(content.cause, [])
        settled = EVERY_KIND[content.kind].settles
        if settled and new:
            for each in queries.unclosed(session, settled, content.subject_kind, [content.subject_ref]):
                end(session, each, FollowUpEntryKind.RECOVERED, term_clock)
        elif new and opens_follow_up(content) and content.cause not in known:
            owner = owner_of(content.unit, heard[content.cause], posts)
            _open(session, content, new, owner, term_clock)


def _open(
    session: Session,
    content: AlertContent,
    new: Sequence[alerts.RaisedAlert],
    owner: str | None,
    term_clock: TermClock,
) -> None:
    there = queries.unclosed(session, content.kind, content.subject_kind, [content.subject_ref])
    if there:
        link_alerts(session, there[0], new)
        return
    own = next((alert for alert in new if alert.recipient == owner), None)
    if own is None:  # the owner heard of it before there were follow-ups
        return
    now = clock.now()
    follow_up = FollowUp(
        cause_event_id=content.cause,
        alert_id=own.id,
        kind=content.kind,
        severity=content.severity,
        programme=content.programme,
        unit=content.unit,
        subject_kind=content.subject_kind,
        subject_ref=content.subject_ref,
        owner=own.recipient,
        opened_at=now,
        clock_from=now,
        clock_minutes=0,
    )
    term_clock.start(follow_up, term_clock.terms.to_sign(content.severity), now)
    session.add(follow_up)
    session.flush()
    link_alerts(session, follow_up, new)
    keep_entry(session, follow_up, FollowUpEntryKind.OPENED, recipient=follow_up.owner)


def end(
    session: Session,
    follow_up: FollowUp,
    kind: FollowUpEntryKind,
    term_clock: TermClock,
    actor: str | None = None,
    said: str | None = None,
) -> None:
    """Close a follow-up whose row is locked (销号), with every alert of it."""
    follow_up.state, follow_up.closed_at = FollowUpState.CLOSED, clock.now()
    term_clock.stop(follow_up)
    keep_entry(session, follow_up, kind, actor, said=said)
    ids = [each.alert_id for each in queries.alerts_of(session, follow_up)]
    alerts.close(session, alert_queries.held(session, ids))
