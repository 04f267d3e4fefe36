"""A follow-up as one caller sees it: with what they may do."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session

from services.notify.follow_ups.models import FollowUp
from services.notify.follow_ups.queries import follow_ups as queries
from services.notify.follow_ups.queries.follow_ups import FollowUpRecord
from services.notify.follow_ups.rules.duties import FollowUpParts, Posts, acts_open
from services.notify.follow_ups.rules.states import FollowUpAct, FollowUpEntryKind, FollowUpState
from shared.auth import Caller


class FollowUpView(NamedTuple):
    """A follow-up with what the caller may do with it."""

    record: FollowUpRecord
    acts: Sequence[FollowUpAct]


def view_of(session: Session, caller: Caller, follow_up: FollowUp) -> FollowUpView:
    """One follow-up as the caller sees it."""
    (view,) = views_of(session, caller, queries.records(session, [follow_up]))
    return view


def views_of(session: Session, caller: Caller, records: Sequence[FollowUpRecord]) -> list[FollowUpView]:
    """Follow-ups as the caller sees them."""
    held, posts = queries.held_by(session, caller.actor)
    return [FollowUpView(each, _acts(each, caller, held, posts)) for each in records]


def _acts(record: FollowUpRecord, caller: Caller, held: frozenset[str], posts: Posts) -> list[FollowUpAct]:
    answered = {entry.actor for entry in record.entries if entry.kind == FollowUpEntryKind.ANSWERED and entry.actor}
    escalated = {each.recipient for each in record.alerts if each.level}
    parts = FollowUpParts(record.follow_up.owner, frozenset(escalated), frozenset(answered))
    return acts_open(FollowUpState(record.follow_up.state), caller.actor, held, parts, posts, caller.role)
