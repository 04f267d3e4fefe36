"""Whose a follow-up is, who stands above them, and who may do what. Pure.

A caller is known by the login that holds posts; whoever acts for a post on leave counts as its holder that day.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Protocol

from services.notify.follow_ups.rules.states import POSSIBLE, FollowUpAct, FollowUpState
from services.notify.recipients.rules import PostLinks, may_see, on_leave, stand_in
from shared.auth import Itself, Role


class HeldPost(PostLinks, Protocol):
    """A post with who holds it, and what it is called."""

    login: str
    post_zh: str
    post_en: str


Posts = Mapping[str, HeldPost]


@dataclass(frozen=True)
class FollowUpParts:
    """Who has a part in a follow-up: the post that owns it, those it was escalated to, and who answered (logins).

    `owners` are all whose it ever was: whoever hands it down has somebody else look at what came of it.
    """

    owner: str
    escalated_to: frozenset[str]
    answered_by: frozenset[str]
    owners: frozenset[str]


def owner_of(unit: str | None, heard: Collection[str], posts: Posts) -> str | None:
    """The post that answers for a matter of a unit, None being the city (责任岗位); None without any post.

    Of those who hear of it, or else of all who may: those of the unit itself, of them none who is above another, and
    of those the first by code. That a post hears of nothing makes nobody free of an answer.
    """
    candidates = [code for code in heard if code in posts] or [c for c, post in posts.items() if may_see(post, unit)]
    nearest = [code for code in candidates if posts[code].unit == unit] or candidates
    bosses = {above for code in nearest for above in above_of(code, posts)}
    return min((code for code in nearest if code not in bosses), default=min(nearest, default=None))


def above_of(code: str, posts: Posts) -> list[str]:
    """The posts above one, the nearest first (上级岗位)."""
    found: list[str] = []
    above = posts[code].superior
    while above is not None and above in posts and above not in found and above != code:
        found.append(above)
        above = posts[above].superior
    return found


def rungs(code: str, posts: Posts) -> list[str]:
    """The posts above one that hear in turn: of those that one person holds the nearest, and none of their own."""
    logins, found = {posts[code].login}, list[str]()
    for above in above_of(code, posts):
        if posts[above].login not in logins:
            logins.add(posts[above].login)
            found.append(above)
    return found


def rungs_heard(code: str, parts: FollowUpParts, posts: Posts) -> int:
    """How many of the posts above one heard of it by escalation already, the nearest first."""
    return len(list(takewhile(parts.escalated_to.__contains__, rungs(code, posts))))


def posts_of(actor: str, posts: Posts, day: date) -> frozenset[str]:
    """The posts that somebody holds, or acts for on a day."""
    own = {code for code, post in posts.items() if post.login == actor}
    away = {code for code, post in posts.items() if on_leave(post, day)}
    return frozenset(own | {code for code in away if stand_in(code, posts, day) in own})


def may_sign(held: Collection[str], parts: FollowUpParts) -> bool:
    """Whether posts include the owner or one to which it was escalated."""
    return parts.owner in held or not parts.escalated_to.isdisjoint(held)


def may_judge(held: Collection[str], parts: FollowUpParts, posts: Posts, *, bureau: bool) -> bool:
    """Whether somebody closes and returns at all: a post above the owner, or the bureau."""
    return bureau or not set(held).isdisjoint(above_of(parts.owner, posts))


def is_own_answer(actor: str, held: Collection[str], parts: FollowUpParts) -> bool:
    """Whether somebody would judge what is theirs: they answered, or a post that had to at any time is theirs."""
    return actor in parts.answered_by or is_owners(held, parts)


def is_owners(held: Collection[str], parts: FollowUpParts) -> bool:
    """Whether posts include one whose it is, or was before it was given to another."""
    return not parts.owners.isdisjoint(held)


def may_assign(held: Collection[str], parts: FollowUpParts, to: str, posts: Posts, *, bureau: bool) -> bool:
    """Whether somebody gives it to another post: the bureau or a post above the owner, or the owner to one below it.

    Whose it was gives it on downwards too, or takes it back: handing it down makes nobody a post above the owner.
    """
    own = parts.owners.intersection(held)
    if bureau or not own:
        return may_judge(held, parts, posts, bureau=bureau)
    return any(to == code or code in above_of(to, posts) for code in own)


def goes_on(held: Collection[str], parts: FollowUpParts, to: str, *, bureau: bool) -> bool:
    """Whether the term of before goes on for the next post, so that whose it was gains no time by giving it around.

    They give it to a post that has had time for it a first time, and not out of their own hands again.
    """
    return not bureau and is_owners(held, parts) and (parts.owner not in held or to in parts.owners)


def acts_open(
    state: FollowUpState, actor: str, held: Collection[str], parts: FollowUpParts, posts: Posts, role: Role | Itself
) -> list[FollowUpAct]:
    """What somebody in a role may do with a follow-up as it stands, in the order in which it is usually done."""
    bureau, leads = role is Role.BUREAU_OFFICER, role is Role.LEADER
    judges = may_judge(held, parts, posts, bureau=bureau) and not is_own_answer(actor, held, parts)
    allowed = {
        FollowUpAct.ACKNOWLEDGE: leads and may_sign(held, parts) and state is FollowUpState.OPEN,
        FollowUpAct.ANSWER: leads and parts.owner in held,
        FollowUpAct.CLOSE: judges,
        FollowUpAct.RETURN: judges,
        FollowUpAct.ASSIGN: bureau or (leads and any(may_assign(held, parts, to, posts, bureau=False) for to in posts)),
        FollowUpAct.PAUSE: bureau and not is_owners(held, parts),
        FollowUpAct.RESUME: bureau and not is_owners(held, parts),
    }
    may = role in (Role.BUREAU_OFFICER, Role.LEADER)
    return [act for act, is_allowed in allowed.items() if may and is_allowed and state in POSSIBLE[act]]
