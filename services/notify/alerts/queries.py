"""Named reads of alerts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.notify.alerts.models import Alert
from services.notify.alerts.rules import OF_PACE, Kind, Severity, State
from services.notify.recipients.models import Recipient
from shared.auth import Caller, Role

Milestone = tuple[str, UUID, int | None]  # a recipient, a quota and a percentage; without one, its pace


@dataclass(frozen=True)
class Filter:
    """What a reader narrows the list to; None is everything."""

    state: State | None = None
    kind: Kind | None = None
    severity: Severity | None = None
    programme: str | None = None
    unit: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions on alerts."""
        return [col(getattr(Alert, name)) == value for name, value in vars(self).items() if value is not None]


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """A leader sees the alerts of the posts whose login is theirs; whoever else may read alerts sees all."""
    if caller.role is not Role.LEADER:
        return true()
    return col(Alert.recipient).in_(select(Recipient.code).where(Recipient.login == caller.sub))


def alerts(session: Session, caller: Caller, wanted: Filter, before: int | None, limit: int) -> Sequence[Alert]:
    """The newest first, one more than asked for, from before a position."""
    chosen = select(Alert).where(visible_to(caller), *wanted.conditions())
    if before is not None:
        chosen = chosen.where(Alert.position < before)
    return session.exec(chosen.order_by(col(Alert.position).desc()).limit(limit + 1)).all()


def alerts_after(session: Session, caller: Caller, position: int, limit: int) -> Sequence[Alert]:
    """What was raised after a position, in order."""
    chosen = select(Alert).where(visible_to(caller), Alert.position > position)
    return session.exec(chosen.order_by(col(Alert.position)).limit(limit)).all()


def last_position(session: Session) -> int:
    """The position of the newest alert, 0 without any."""
    return session.exec(select(func.max(Alert.position))).one() or 0


def alert(session: Session, caller: Caller, alert_id: UUID) -> Alert | None:
    """One alert, if the caller may see it."""
    return session.exec(_alert(caller, alert_id)).one_or_none()


def held(session: Session, caller: Caller, alert_id: UUID) -> Alert | None:
    """The same, and nobody else changes it until the transaction ends."""
    chosen = _alert(caller, alert_id).with_for_update().execution_options(populate_existing=True)
    return session.exec(chosen).one_or_none()


def _alert(caller: Caller, alert_id: UUID) -> SelectOfScalar[Alert]:
    return select(Alert).where(Alert.id == alert_id, visible_to(caller))


def already_raised(session: Session, causes: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Causes and recipients that have their alert."""
    chosen = select(Alert.cause_event_id, Alert.recipient).where(col(Alert.cause_event_id).in_(causes))
    return set(session.exec(chosen))


def last_said(session: Session, quotas: Collection[UUID]) -> dict[Milestone, UUID]:
    """The newest alert of each recipient about each milestone of these quotas, and about their pace."""
    of_either = col(Alert.percent).is_not(None) | col(Alert.kind).in_(OF_PACE)
    chosen = select(Alert).where(col(Alert.quota_id).in_(quotas), of_either)
    return {(a.recipient, a.quota_id, a.percent): a.id for a in session.exec(chosen.order_by(col(Alert.position)))}
