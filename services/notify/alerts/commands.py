"""Reading events as alerts, raising them, signing for them, and closing them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session

from services.notify.alerts import queries
from services.notify.alerts.models import Alert, AlertCause, AlertPosition, NotedContent
from services.notify.alerts.rules import (
    EVERY_KIND,
    AlertContent,
    AlertFacts,
    AlertKind,
    AlertState,
    BilingualName,
    SubjectKind,
    completion_percent,
    together,
)
from services.notify.recipients.queries import Names
from services.notify.recipients.rules import NameKind
from shared import clock
from shared.contracts.notify import AlertAcknowledged, AlertClosed, AlertEscalated, AlertEvent, AlertRaised
from shared.contracts.policy import MEASURE_WORDS
from shared.contracts.quota import QuotaEvent
from shared.db import insert_ignoring, insert_rows, table_of
from shared.ids import new_id
from shared.outbox import announce
from shared.problems import Said

Raising = tuple[AlertContent, Collection[str]]  # what is said, and the codes of the posts that hear of it
Row = dict[str, Any]  # of the table of alerts; many are written at once, and a model of each would cost more than that

FIGURES = {
    "quota_id", "code", "period_label", "value", "amount", "percent", "counted_on", "generation", "episode", "places",
    "amount_before", "effective_on", "document_no", "rebased", "expected_percent", "ahead_points", "catch_up", "month",
    "comparison", "cause", "cause_count",
}  # fmt: skip


class RaisedAlert(NamedTuple):
    """An alert that is new: its id, the events that are said by it, the post that has it, what it is about.

    `series` is the one in which later alerts about the subject take its place, None for none.
    """

    id: UUID
    causes: Sequence[UUID]
    recipient: str
    subject_kind: str
    subject_ref: str
    series: str | None


def content_of(event: QuotaEvent, kind: AlertKind, names: Names) -> AlertContent:
    """Read an event of quota as an alert of a kind, worded with the names that hold now; nothing is read or written."""
    percent: int | None = getattr(event, "percent", None)
    return AlertContent(
        cause=event.id,
        kind=kind.code,
        severity=kind.severity_at(percent),
        programme=event.programme,
        unit=event.unit,
        subject_kind=SubjectKind.QUOTA,
        subject_ref=str(event.quota_id),
        percent=percent,
        facts=_facts(event, names),
    )


def note(session: Session, contents: Sequence[AlertContent]) -> None:
    """Keep what the events of one batch meant, in order, whoever hears of it. One row an event, however often it comes.

    Rows of contents, in one statement.
    """
    batch, now = new_id(), clock.now()
    rows = [
        _meant(content) | {"event_id": content.cause, "batch": batch, "number": number, "noted_at": now}
        for number, content in enumerate(contents, start=1)
    ]
    insert_ignoring(session, table_of(NotedContent), rows, ["event_id"])


def raise_alerts(session: Session, raisings: Sequence[Raising]) -> list[RaisedAlert]:
    """Raise an alert (发出提醒) of these contents for each recipient; the alerts that are new, in order.

    One for each cause and recipient, however often it is asked for, in this batch or before; what goes together
    (`rules.together`) is one alert, with an AlertCause for each further event. Writes alerts in one statement, locks
    the row of positions until the commit where there is any, and announces AlertRaised for each.
    """
    raised = queries.already_raised(session, [content.cause for content, _ in raisings])
    last = _last_in_series(session, [content for content, _ in raisings])
    rows: dict[UUID, Row] = {}
    causes: dict[UUID, Sequence[UUID]] = {}
    for recipient, contents in _heard(raisings, raised).items():
        for content in together(contents):
            row = _said(content) | _for(content, recipient, last)
            rows[row["id"]], causes[row["id"]] = row, content.causes
    _place(session, list(rows.values()))
    inserted = insert_ignoring(session, table_of(Alert), list(rows.values()), ["cause_event_id", "recipient"])
    new = [row for row in rows.values() if (row["cause_event_id"], row["recipient"]) in inserted]
    further = [
        {"event_id": event_id, "recipient": row["recipient"], "alert_id": row["id"]}
        for row in new
        for event_id in causes[row["id"]][:-1]
    ]
    insert_rows(session, table_of(AlertCause), further)
    announce(session, *[_event(AlertRaised, row) for row in new])
    return [_raised(row, causes[row["id"]]) for row in new]


def _raised(row: Row, causes: Sequence[UUID]) -> RaisedAlert:
    series = EVERY_KIND[row["kind"]].series
    return RaisedAlert(row["id"], causes, row["recipient"], row["subject_kind"], row["subject_ref"], series)


def _heard(raisings: Sequence[Raising], raised: Collection[tuple[UUID, str]]) -> dict[str, list[AlertContent]]:
    """What each recipient hears that they have not heard, each event once, in order."""
    heard: dict[str, dict[UUID, AlertContent]] = {}
    for content, recipients in raisings:
        for recipient in sorted(recipients):
            if (content.cause, recipient) not in raised:
                heard.setdefault(recipient, {})[content.cause] = content
    return {recipient: list(contents.values()) for recipient, contents in heard.items()}


def sign(session: Session, found: Iterable[Alert]) -> None:
    """Sign for alerts (签收) whose rows are locked: open ones become acknowledged, and AlertAcknowledged is announced.

    Signing again changes nothing.
    """
    for alert in found:
        if alert.state == AlertState.OPEN:
            _change(alert, AlertState.ACKNOWLEDGED)
            alert.acknowledged_at = clock.now()
            announce(session, _event(AlertAcknowledged, alert.model_dump()))
    session.flush()


def show_in_progress(session: Session, found: Iterable[Alert]) -> None:
    """Show of alerts whose rows are locked, and that were signed for, that somebody deals with them (办理中)."""
    for alert in found:
        if alert.state == AlertState.ACKNOWLEDGED:
            _change(alert, AlertState.IN_PROGRESS)
    session.flush()


def close(session: Session, found: Iterable[Alert]) -> None:
    """Close alerts (销号) whose rows are locked, each once; AlertClosed is announced."""
    for alert in found:
        if alert.state != AlertState.CLOSED:
            _change(alert, AlertState.CLOSED)
            announce(session, _event(AlertClosed, alert.model_dump()))
    session.flush()


def announce_escalation(session: Session, alert: Alert, to: str, level: int) -> None:
    """Announce (AlertEscalated) that an alert was not signed for, and which post hears of it now."""
    announce(session, _event(AlertEscalated, alert.model_dump() | {"escalated_to": to, "level": level}))


def _change(alert: Alert, state: AlertState) -> None:
    alert.state, alert.version = state, alert.version + 1


def _facts(event: QuotaEvent, names: Names) -> AlertFacts:
    def called(kind: NameKind, code: str, otherwise: Said | None = None) -> BilingualName:
        said = names.get((kind, code), otherwise or Said(code, code))
        return BilingualName(zh=said.zh, en=said.en)

    word = Said(event.measure_word, dict(MEASURE_WORDS.values()).get(event.measure_word, ""))
    figures = event.model_dump(include=FIGURES)
    page = f"/?as_of={figures['counted_on']}" if "counted_on" in figures else "/"
    return AlertFacts(
        **figures,
        percents=[figures["percent"]] if "percent" in figures else None,
        completion_percent=completion_percent(figures["value"], event.amount, event.comparison),
        recorded_on=clock.business_date(event.time),
        link=f"{page}#{event.code}",
        programme_name=called(NameKind.PROGRAMME, event.programme),
        unit_name=called(NameKind.UNIT, event.unit) if event.unit else None,
        measure_word=called(NameKind.QUOTA, event.code, word),
    )


def _last_in_series(session: Session, contents: Iterable[AlertContent]) -> dict[queries.SeriesKey, UUID]:
    replacing = [content for content in contents if EVERY_KIND[content.kind].replaces]
    found: dict[queries.SeriesKey, UUID] = {}
    for subject_kind in {content.subject_kind for content in replacing}:
        refs = {content.subject_ref for content in replacing if content.subject_kind is subject_kind}
        found |= queries.last_in_series(session, subject_kind, refs)
    return found


def _said(content: AlertContent) -> Row:
    """What an alert has in common with all others of its content."""
    return _meant(content) | {
        "cause_event_id": content.cause,
        "state": AlertState.OPEN,
        "raised_at": clock.now(),
        "acknowledged_at": None,
        "version": 1,
    }


def _meant(content: AlertContent) -> Row:
    return {
        "kind": content.kind,
        "severity": content.severity,
        "programme": content.programme,
        "unit": content.unit,
        "subject_kind": content.subject_kind,
        "subject_ref": content.subject_ref,
        "percent": content.percent,
        "facts": content.facts.model_dump(mode="json", exclude_none=True),
    }


def _for(content: AlertContent, recipient: str, last: dict[queries.SeriesKey, UUID]) -> Row:
    """What is an alert's own; it follows the last of its series, which it may replace."""
    kind = EVERY_KIND[content.kind]
    row: Row = {"id": new_id(), "recipient": recipient, "supersedes": None}
    if kind.series:
        percents = [content.percent, *(content.facts.percents or [])]  # the one that heads it first
        keys = [(recipient, content.subject_ref, kind.series, percent) for percent in percents]
        row["supersedes"] = next(filter(None, map(last.get, keys)), None) if kind.replaces else None
        last.update(dict.fromkeys(keys, cast(UUID, row["id"])))
    return row


def _place(session: Session, rows: Sequence[Row]) -> None:
    """Give alerts their positions. The row stays locked to the commit, so that no lower position appears later."""
    if not rows:
        return
    table = table_of(AlertPosition)
    counted = update(table).values(last=table.c.last + len(rows)).returning(table.c.last)
    last: int | None = session.execute(counted).scalar_one_or_none()
    if last is None:  # nobody raised any before
        insert_ignoring(session, table, [{"name": "alerts", "last": 0}], ["name"])
        last = session.execute(counted).scalar_one()
    for position, row in enumerate(rows, start=last - len(rows) + 1):
        row["position"] = position


def _event(event: type[AlertEvent], alert: Mapping[str, Any]) -> AlertEvent:
    return event.model_validate(
        {"alert_id": alert["id"]} | {name: alert[name] for name in event.model_fields if name in alert and name != "id"}
    )
