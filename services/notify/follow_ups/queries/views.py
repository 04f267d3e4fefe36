"""A follow-up as one caller sees it: with what they may do."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session

from services.notify.calendar.queries import by_weekends_alone
from services.notify.follow_ups.models import FollowUp
from services.notify.follow_ups.queries import follow_ups as queries
from services.notify.follow_ups.queries.follow_ups import FollowUpRecord
from services.notify.follow_ups.rules.duties import Posts, acts_open, may_assign
from services.notify.follow_ups.rules.states import FollowUpAct, FollowUpState
from services.notify.recipients.rules import may_see
from shared.auth import Caller, Role
from shared.problems import Said


class FollowUpView(NamedTuple):
    """A follow-up with what the caller may do with it, to which posts they may give it, and what posts are called.

    `by_weekends` says whether its term ends in a year of which no calendar is known yet.
    """

    record: FollowUpRecord
    acts: Sequence[FollowUpAct]
    assignable: Sequence[str]
    names: Mapping[str, Said]
    by_weekends: bool


def view_of(session: Session, caller: Caller, follow_up: FollowUp) -> FollowUpView:
    """One follow-up as the caller sees it."""
    (view,) = views_of(session, caller, queries.records(session, [follow_up]))
    return view


def views_of(session: Session, caller: Caller, records: Sequence[FollowUpRecord]) -> list[FollowUpView]:
    """Follow-ups as the caller sees them."""
    held, posts = queries.held_by(session, caller.actor)
    names = {code: Said(post.post_zh, post.post_en) for code, post in posts.items()}
    guessed = by_weekends_alone(session)
    return [
        FollowUpView(each, *_open_to(each, caller, held, posts), names, guessed(each.follow_up.due_at))
        for each in records
    ]


def _open_to(
    record: FollowUpRecord, caller: Caller, held: frozenset[str], posts: Posts
) -> tuple[list[FollowUpAct], list[str]]:
    parts = queries.parts_in(record.follow_up, record.alerts, record.history)
    acts = acts_open(FollowUpState(record.follow_up.state), caller.actor, held, parts, posts, caller.role)
    if FollowUpAct.ASSIGN not in acts:
        return acts, []
    bureau, unit = caller.role is Role.BUREAU_OFFICER, record.follow_up.unit
    may = [code for code in sorted(posts) if may_assign(held, parts, code, posts, bureau=bureau)]
    return acts, [code for code in may if code != parts.owner and may_see(posts[code], unit)]
