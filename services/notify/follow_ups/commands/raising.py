"""Alerts of a follow-up's own, on their way at once, and the entries that are kept of it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.notify.alerts import commands as alerts
from services.notify.alerts.models import Alert
from services.notify.alerts.rules import AlertContent, AlertFacts, BilingualName, Severity, SubjectKind
from services.notify.calendar.queries import by_weekends_alone
from services.notify.deliveries import commands as deliveries
from services.notify.follow_ups.models import FollowUp, FollowUpAlert, FollowUpEntry
from services.notify.follow_ups.rules.states import FollowUpEntryKind
from services.notify.messages.rules import Purpose
from services.notify.recipients import queries as recipients
from services.notify.recipients.rules import stand_in
from shared import clock
from shared.db import insert_ignoring, table_of


def keep_entry(
    session: Session,
    follow_up: FollowUp,
    kind: FollowUpEntryKind,
    actor: str | None = None,
    recipient: str | None = None,
    said: str | None = None,
    paused_until: date | None = None,
    *,
    by_link: bool = False,
) -> FollowUpEntry:
    """Keep what was done to a follow-up whose row is locked, and count its version up; `actor` None: by itself."""
    last = select(func.max(col(FollowUpEntry.number))).where(FollowUpEntry.follow_up_id == follow_up.id)
    entry = FollowUpEntry(
        follow_up_id=follow_up.id,
        number=(session.exec(last).one() or 0) + 1,
        kind=kind,
        done_at=clock.now(),
        actor=actor,
        recipient=recipient,
        said=said,
        paused_until=paused_until,
        by_link=by_link,
    )
    follow_up.version += 1
    session.add(entry)
    session.flush()
    return entry


def raise_own(
    session: Session, follow_up: FollowUp, kind: str, to: Collection[str], entry: FollowUpEntry, level: int = 0
) -> None:
    """Raise an alert of a follow-up's own (督办提醒) for posts, and for whoever acts for those on leave.

    Once for each entry and post. Writes alerts and which follow-up they belong to, and sends a message each at once by
    every channel at which the post has an address.
    """
    posts, today = recipients.posts(session), clock.today()
    acting = {stand_in(code, posts, today) for code in to}
    heard = {*to, *(code for code in acting if code)}
    content = _content(session, follow_up, kind, uuid5(follow_up.id, f"{kind} {entry.number}"))
    raised = alerts.raise_alerts(session, [(content, heard)])
    link_alerts(session, follow_up, raised, level)
    deliveries.start_by_all(session, raised, Purpose.FOLLOW_UP)


def link_alerts(session: Session, follow_up: FollowUp, raised: Collection[alerts.RaisedAlert], level: int = 0) -> None:
    """Keep that alerts belong to a follow-up; one that says several events does so once."""
    rows = [
        {"alert_id": each.id, "follow_up_id": follow_up.id, "recipient": each.recipient, "level": level}
        for each in raised
    ]
    insert_ignoring(session, table_of(FollowUpAlert), rows, ["alert_id"])


def _content(session: Session, follow_up: FollowUp, kind: str, cause: UUID) -> AlertContent:
    owner = recipients.by_code(session, {follow_up.owner})[follow_up.owner]
    facts = AlertFacts.model_validate(session.get_one(Alert, follow_up.alert_id).facts)
    more = {
        "link": f"/follow-ups/{follow_up.id}",
        "follow_up_id": follow_up.id,
        "owner_name": BilingualName(zh=owner.post_zh, en=owner.post_en),
        "due_at": follow_up.due_at,
        "due_by_weekends": by_weekends_alone(session)(follow_up.due_at) or None,
        "opened_by": follow_up.kind,
    }
    return AlertContent(
        cause=cause,
        kind=kind,
        severity=Severity(follow_up.severity),
        programme=follow_up.programme,
        unit=follow_up.unit,
        subject_kind=SubjectKind(follow_up.subject_kind),
        subject_ref=follow_up.subject_ref,
        percent=None,
        facts=facts.model_copy(update=more),
    )
