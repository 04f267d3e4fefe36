"""Which follow-ups wait for a post on leave, while whoever acts for it has not heard of them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from services.notify.follow_ups.models import FollowUp, FollowUpAlert
from services.notify.follow_ups.rules.states import UNANSWERED
from services.notify.recipients import queries as recipients
from services.notify.recipients.rules import on_leave, stand_in


def undelegated(session: Session, today: date, limit: int, *, lock: bool = False) -> Sequence[tuple[FollowUp, str]]:
    """Follow-ups that wait, each with the post that acts for its owner today and was not alerted of it.

    With `lock` their rows are locked and read anew; those that somebody else has locked are passed over.
    """
    posts = recipients.posts(session)
    acting = {code: stand_in(code, posts, today) for code, post in posts.items() if on_leave(post, today)}
    waiting = [and_(col(FollowUp.owner) == code, ~_has_heard(to)) for code, to in acting.items() if to]
    if not waiting:
        return []
    chosen = select(FollowUp).where(col(FollowUp.state).in_(UNANSWERED), or_(*waiting))
    chosen = chosen.order_by(col(FollowUp.id)).limit(limit)
    if lock:
        chosen = chosen.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return [(each, to) for each in session.exec(chosen) if (to := acting[each.owner])]


def _has_heard(recipient: str) -> ColumnElement[bool]:
    heard = select(FollowUpAlert.follow_up_id).where(FollowUpAlert.recipient == recipient)
    return col(FollowUp.id).in_(heard)
