"""Named reads of alerts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.notify.alerts.models import Alert, AlertCause, NotedContent
from services.notify.alerts.rules import KINDS, AlertContent, AlertFacts, AlertState, Severity, SubjectKind
from services.notify.recipients.models import AlertRecipient
from shared.auth import OF_AN_INSTITUTION, Caller, Role

SeriesKey = tuple[str, str, str, int | None]  # a recipient, a subject's ref, a series and a percentage or none


@dataclass(frozen=True)
class AlertFilter:
    """What a reader narrows the list to; None is everything."""

    state: AlertState | None = None
    kind: str | None = None
    severity: Severity | None = None
    programme: str | None = None
    unit: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions on alerts."""
        return [col(getattr(Alert, name)) == value for name, value in vars(self).items() if value is not None]


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """The bureau and the auditor see all; an institution those of its own post, anybody else of the posts they hold."""
    if caller.role in (Role.BUREAU_OFFICER, Role.AUDITOR):
        return true()
    if caller.role in OF_AN_INSTITUTION:
        own = col(AlertRecipient.institution_id) == caller.institution_id
    else:
        own = col(AlertRecipient.institution_id).is_(None) & (col(AlertRecipient.login) == caller.actor)
    return col(Alert.recipient).in_(select(AlertRecipient.code).where(own))


def alerts(session: Session, caller: Caller, wanted: AlertFilter, before: int | None, limit: int) -> Sequence[Alert]:
    """Alerts the caller may see, newest first, from below a position (None: the newest); up to `limit + 1` of them."""
    chosen = select(Alert).where(visible_to(caller), *wanted.conditions())
    if before is not None:
        chosen = chosen.where(Alert.position < before)
    return session.exec(chosen.order_by(col(Alert.position).desc()).limit(limit + 1)).all()


def alerts_after(session: Session, caller: Caller, position: int, limit: int) -> Sequence[Alert]:
    """Alerts the caller may see that were raised after a position, oldest first, up to `limit` of them."""
    chosen = select(Alert).where(visible_to(caller), Alert.position > position)
    return session.exec(chosen.order_by(col(Alert.position)).limit(limit)).all()


def last_position(session: Session) -> int:
    """The position of the newest alert, 0 without any."""
    return session.exec(select(func.max(Alert.position))).one() or 0


def alert_at(session: Session, position: int) -> UUID | None:
    """The id of the alert at a position, whoever it is for; None without any."""
    return session.exec(select(Alert.id).where(Alert.position == position)).first()


def alert(session: Session, caller: Caller, alert_id: UUID) -> Alert | None:
    """One alert; None where there is none or the caller may not see it, which look alike."""
    return session.exec(_alert(caller, alert_id)).one_or_none()


def held(session: Session, alert_ids: Collection[UUID]) -> Sequence[Alert]:
    """The alerts with these ids, their rows locked and read anew until the transaction ends."""
    chosen = select(Alert).where(col(Alert.id).in_(alert_ids)).order_by(col(Alert.id))
    return session.exec(chosen.with_for_update().execution_options(populate_existing=True)).all()


def unclosed(session: Session, kind: str, subject_ref: str) -> Sequence[Alert]:
    """The alerts of a kind about a subject that are not closed, their rows locked."""
    chosen = select(Alert).where(
        Alert.subject_kind == SubjectKind.SYSTEM,
        Alert.subject_ref == subject_ref,
        Alert.kind == kind,
        Alert.state != AlertState.CLOSED,
    )
    return session.exec(chosen.with_for_update()).all()


def _alert(caller: Caller, alert_id: UUID) -> SelectOfScalar[Alert]:
    return select(Alert).where(Alert.id == alert_id, visible_to(caller))


def by_ids(session: Session, alert_ids: Collection[UUID]) -> dict[UUID, Alert]:
    """The alerts with these ids, whoever they are for."""
    return {alert.id: alert for alert in session.exec(select(Alert).where(col(Alert.id).in_(alert_ids)))}


def already_raised(session: Session, causes: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Ids of events, each with a recipient who has the alert that says it."""
    chosen = select(Alert.cause_event_id, Alert.recipient).where(col(Alert.cause_event_id).in_(causes))
    also = select(AlertCause.event_id, AlertCause.recipient).where(col(AlertCause.event_id).in_(causes))
    return {(event, recipient) for event, recipient in session.execute(chosen.union_all(also))}


def noted_since(session: Session, since: datetime, most: int) -> Sequence[NotedContent]:
    """What events meant that came since an instant, in the order in which they came, up to `most + 1`."""
    in_order = (col(NotedContent.noted_at), col(NotedContent.batch), col(NotedContent.number))
    return session.exec(
        select(NotedContent).where(NotedContent.noted_at >= since).order_by(*in_order).limit(most + 1)
    ).all()


def content_of(noted: NotedContent) -> AlertContent:
    """What was kept of an event, as it was read then."""
    return AlertContent(
        cause=noted.event_id,
        kind=noted.kind,
        severity=Severity(noted.severity),
        programme=noted.programme,
        unit=noted.unit,
        subject_kind=SubjectKind(noted.subject_kind),
        subject_ref=noted.subject_ref,
        percent=noted.percent,
        facts=AlertFacts.model_validate(noted.facts),
    )


def last_in_series(session: Session, subject_kind: SubjectKind, refs: Collection[str]) -> dict[SeriesKey, UUID]:
    """The newest alert of each recipient in each series about these subjects of one kind."""
    series = {kind.code: kind.series for kind in KINDS.values() if kind.series}
    chosen = select(Alert).where(
        Alert.subject_kind == subject_kind, col(Alert.subject_ref).in_(refs), col(Alert.kind).in_(list(series))
    )
    ordered = session.exec(chosen.order_by(col(Alert.position)))
    return {
        (a.recipient, a.subject_ref, series[a.kind], percent): a.id
        for a in ordered
        for percent in a.facts.get("percents") or [a.percent]
    }
