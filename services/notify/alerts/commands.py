"""Raising alerts and signing for them."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session

from services.notify.alerts import queries
from services.notify.alerts.errors import AlertClosed
from services.notify.alerts.models import Alert, AlertPosition
from services.notify.alerts.rules import OF_PACE, State, replaces_earlier
from services.notify.alerts.tidings import Tiding
from shared import clock
from shared.auth import Caller
from shared.contracts.notify import AlertAcknowledged, AlertEvent, AlertRaised
from shared.db import insert_ignoring, table_of
from shared.outbox import announce
from shared.problems import NotFound, Refusal


def raise_alerts(session: Session, heard: Sequence[tuple[Tiding, Collection[str]]]) -> list[Alert]:
    """Raise an alert (发出提醒) of each tiding for each recipient who hears it, once; those that are new."""
    raised = queries.already_raised(session, [tiding.cause for tiding, _ in heard])
    said = queries.last_said(session, [t.facts.quota_id for t, _ in heard if replaces_earlier(t.happening.kind)])
    alerts: list[Alert] = []
    for tiding, recipients in heard:
        for recipient in sorted(recipients):
            if (tiding.cause, recipient) not in raised:
                raised.add((tiding.cause, recipient))
                alerts.append(_alert(tiding, recipient, said))
    _place(session, alerts)
    rows = [alert.model_dump() for alert in alerts]
    inserted = insert_ignoring(session, table_of(Alert), rows, ["cause_event_id", "recipient"])
    new = [alert for alert in alerts if (alert.cause_event_id, alert.recipient) in inserted]
    announce(session, *_events(AlertRaised, new))
    return new


def acknowledge(session: Session, wanted: Sequence[UUID], caller: Caller) -> list[Alert | Refusal]:
    """Sign for own alerts (签收). Signing twice changes nothing; another's alert is not found; a closed one refuses."""
    outcomes: list[Alert | Refusal] = []
    for alert_id in wanted:
        alert = queries.held(session, caller, alert_id)
        if alert is None:
            outcomes.append(NotFound())
        elif alert.state == State.CLOSED:
            outcomes.append(AlertClosed())
        else:
            if alert.state == State.OPEN:
                alert.state = State.ACKNOWLEDGED
                alert.acknowledged_at = clock.now()
                alert.version += 1
                announce(session, *_events(AlertAcknowledged, [alert]))
            outcomes.append(alert)
    session.flush()
    return outcomes


def _alert(tiding: Tiding, recipient: str, said: dict[queries.Milestone, UUID]) -> Alert:
    happening = tiding.happening
    quota, percent = tiding.milestone
    milestone = (recipient, quota, percent)
    alert = Alert(
        position=0,
        cause_event_id=tiding.cause,
        recipient=recipient,
        kind=happening.kind,
        severity=happening.severity,
        programme=happening.programme,
        unit=happening.unit,
        quota_id=quota,
        percent=percent,
        facts=tiding.facts.model_dump(mode="json", exclude_none=True),
        supersedes=said.get(milestone) if replaces_earlier(happening.kind) else None,
        raised_at=clock.now(),
    )
    if percent is not None or happening.kind in OF_PACE:
        said[milestone] = alert.id
    return alert


def _place(session: Session, alerts: Sequence[Alert]) -> None:
    """Give alerts their positions. The row stays locked to the commit, so that no lower position appears later."""
    if not alerts:
        return
    table = table_of(AlertPosition)
    insert_ignoring(session, table, [{"name": "alerts", "last": 0}], ["name"])
    taken = update(table).values(last=table.c.last + len(alerts)).returning(table.c.last)
    last: int = session.execute(taken).scalar_one()
    for position, alert in enumerate(alerts, start=last - len(alerts) + 1):
        alert.position = position


def _events(event: type[AlertEvent], alerts: Iterable[Alert]) -> list[AlertEvent]:
    return [
        event(
            alert_id=alert.id,
            kind=alert.kind,
            severity=alert.severity,
            programme=alert.programme,
            unit=alert.unit,
            recipient=alert.recipient,
        )
        for alert in alerts
    ]
