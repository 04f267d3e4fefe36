"""Follow-ups as they are listed, read one by one, and held while something is done to them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.follow_ups.models import FollowUp, FollowUpAlert, FollowUpEntry
from services.notify.follow_ups.rules.duties import FollowUpParts, Posts, above_of, posts_of
from services.notify.follow_ups.rules.states import UNANSWERED, FollowUpEntryKind, FollowUpState
from services.notify.recipients import queries as recipients
from shared import clock
from shared.auth import Caller, Role


class FollowUpRecord(NamedTuple):
    """A follow-up with its alerts, its entries in order, and the alert that opened it."""

    follow_up: FollowUp
    alerts: list[FollowUpAlert]
    history: list[FollowUpEntry]
    cause: Alert


@dataclass(frozen=True)
class FollowUpFilter:
    """What a reader narrows the list to; None is everything."""

    state: FollowUpState | None = None
    owner: str | None = None
    programme: str | None = None
    unit: str | None = None
    alert_id: UUID | None = None
    overdue: bool | None = None
    closed: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions on follow-ups."""
        columns = {name: getattr(self, name) for name in ("state", "owner", "programme", "unit")}
        found = [col(getattr(FollowUp, name)) == value for name, value in columns.items() if value is not None]
        if self.alert_id is not None:
            found.append(_of_alert(self.alert_id))
        if self.overdue is not None:
            is_late = col(FollowUp.state).in_(UNANSWERED) & (col(FollowUp.due_at) < clock.now())
            found.append(is_late if self.overdue else ~is_late)
        if self.closed is not None:
            is_over = col(FollowUp.state) == FollowUpState.CLOSED
            found.append(is_over if self.closed else ~is_over)
        return found


def held_by(session: Session, actor: str) -> tuple[frozenset[str], Posts]:
    """The posts that somebody holds or acts for today, and all there are."""
    posts = recipients.posts(session)
    return posts_of(actor, posts, clock.today()), posts


def visible_to(session: Session, caller: Caller) -> ColumnElement[bool]:
    """A leader sees those of the posts they hold or act for, of posts below those, and those they were alerted of."""
    if caller.role is not Role.LEADER:
        return true()
    held, posts = held_by(session, caller.actor)
    below = {code for code in posts if not held.isdisjoint(above_of(code, posts))}
    alerted = select(FollowUpAlert.follow_up_id).where(col(FollowUpAlert.recipient).in_(held))
    return or_(col(FollowUp.owner).in_(held | below), col(FollowUp.id).in_(alerted))


def follow_ups(
    session: Session, caller: Caller, wanted: FollowUpFilter, before: UUID | None, limit: int
) -> list[FollowUpRecord]:
    """Follow-ups the caller may see, newest first, from below an id (None: the newest), up to `limit + 1`."""
    chosen = select(FollowUp).where(visible_to(session, caller), *wanted.conditions())
    if before is not None:
        chosen = chosen.where(FollowUp.id < before)
    return records(session, session.exec(chosen.order_by(col(FollowUp.id).desc()).limit(limit + 1)).all())


def follow_up(session: Session, caller: Caller, follow_up_id: UUID) -> FollowUpRecord | None:
    """One follow-up; None where there is none or the caller may not see it, which look alike."""
    chosen = select(FollowUp).where(FollowUp.id == follow_up_id, visible_to(session, caller))
    found = records(session, session.exec(chosen).all())
    return found[0] if found else None


def held(session: Session, caller: Caller, id_: UUID) -> FollowUp | None:
    """A follow-up the caller may see, by its id or that of one of its alerts; its row is locked and read anew."""
    chosen = select(FollowUp).where(or_(col(FollowUp.id) == id_, _of_alert(id_)), visible_to(session, caller))
    return session.exec(chosen.with_for_update().execution_options(populate_existing=True)).one_or_none()


def of_alert(session: Session, alert_id: UUID) -> FollowUp | None:
    """The follow-up to which an alert belongs, its row locked and read anew; None for an alert of none."""
    chosen = select(FollowUp).where(_of_alert(alert_id)).with_for_update()
    return session.exec(chosen.execution_options(populate_existing=True)).one_or_none()


def unclosed(session: Session, kind: str, subject_kind: str, refs: Collection[str]) -> Sequence[FollowUp]:
    """The follow-ups of a kind about these subjects that are not closed, their rows locked."""
    chosen = select(FollowUp).where(
        FollowUp.kind == kind,
        FollowUp.subject_kind == subject_kind,
        col(FollowUp.subject_ref).in_(refs),
        FollowUp.state != FollowUpState.CLOSED,
    )
    return session.exec(chosen.order_by(col(FollowUp.id)).with_for_update()).all()


def opened_by(session: Session, causes: Collection[UUID]) -> set[UUID]:
    """Those of these events that opened a follow-up."""
    return set(session.exec(select(FollowUp.cause_event_id).where(col(FollowUp.cause_event_id).in_(causes))))


def alerts_of(session: Session, follow_up: FollowUp) -> Sequence[FollowUpAlert]:
    """The alerts that belong to a follow-up, in order."""
    chosen = select(FollowUpAlert).where(FollowUpAlert.follow_up_id == follow_up.id)
    return session.exec(chosen.order_by(col(FollowUpAlert.alert_id))).all()


def parts_of(session: Session, follow_up: FollowUp) -> FollowUpParts:
    """Who has a part in a follow-up."""
    history = session.exec(select(FollowUpEntry).where(FollowUpEntry.follow_up_id == follow_up.id)).all()
    return parts_in(follow_up, alerts_of(session, follow_up), history)


def parts_in(follow_up: FollowUp, alerts: Iterable[FollowUpAlert], history: Sequence[FollowUpEntry]) -> FollowUpParts:
    """The same, of what is read already."""
    given = [each for each in history if each.kind in (FollowUpEntryKind.OPENED, FollowUpEntryKind.ASSIGNED)]
    answered = [each.actor for each in history if each.kind == FollowUpEntryKind.ANSWERED]
    return FollowUpParts(
        follow_up.owner,
        frozenset(each.recipient for each in alerts if each.level),
        frozenset(filter(None, answered)),
        frozenset(filter(None, (follow_up.owner, *(each.recipient for each in given)))),
    )


def climbing(session: Session, now: datetime, limit: int) -> Sequence[FollowUp]:
    """Those that nobody signed for in time, longest first; those that somebody else has locked are passed over."""
    chosen = select(FollowUp).where(is_climbing(now)).order_by(col(FollowUp.climbs_at), col(FollowUp.id)).limit(limit)
    locked = chosen.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.exec(locked).all()


def anything_climbs(session: Session, now: datetime) -> bool:
    """Whether there are any of them."""
    return session.exec(select(FollowUp.id).where(is_climbing(now)).limit(1)).first() is not None


def is_climbing(now: datetime) -> ColumnElement[bool]:
    """A follow-up that nobody signed for, whose term on the present rung has ended."""
    return (col(FollowUp.state) == FollowUpState.OPEN) & (col(FollowUp.climbs_at) <= now)


def records(session: Session, found: Sequence[FollowUp]) -> list[FollowUpRecord]:
    """Follow-ups with all that is shown of them."""
    ids = [each.id for each in found]
    entries_of = select(FollowUpEntry).where(col(FollowUpEntry.follow_up_id).in_(ids))
    ordered = session.exec(entries_of.order_by(col(FollowUpEntry.follow_up_id), col(FollowUpEntry.number)))
    entries = {key: list(group) for key, group in groupby(ordered, key=lambda entry: entry.follow_up_id)}
    linked = select(FollowUpAlert).where(col(FollowUpAlert.follow_up_id).in_(ids))
    in_order = session.exec(linked.order_by(col(FollowUpAlert.follow_up_id), col(FollowUpAlert.alert_id)))
    alerts = {key: list(group) for key, group in groupby(in_order, key=lambda each: each.follow_up_id)}
    causes = select(Alert).where(col(Alert.id).in_([each.alert_id for each in found]))
    by_id = {alert.id: alert for alert in session.exec(causes)}
    return [FollowUpRecord(f, alerts.get(f.id, []), entries.get(f.id, []), by_id[f.alert_id]) for f in found]


def _of_alert(alert_id: UUID) -> ColumnElement[bool]:
    return col(FollowUp.id).in_(select(FollowUpAlert.follow_up_id).where(FollowUpAlert.alert_id == alert_id))
