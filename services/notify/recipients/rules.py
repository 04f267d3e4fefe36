"""What notify has names for, a post's addresses, and who acts for a post whose holder is on leave."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

from services.notify.recipients import errors
from shared.problems import Fault

EMAIL = "email"  # the channel whose first address is also read and written as a post's `email`
LINKS_AFTER = timedelta(days=1)  # that an address was the post's: who is told that it changed can say so before then

ChannelAddress = tuple[str, str]  # the name of a channel, and an address that it serves


class NameKind(StrEnum):
    """What a name belongs to; a quota's name is its measure word (计量单位)."""

    PROGRAMME = "programme"
    UNIT = "unit"
    QUOTA = "quota"


class PostDuty(StrEnum):
    """What a post is there for (岗位职责): it says what the post hears of that subscribes to nothing."""

    LEADER = "leader"  # 分管领导, of the city or of a unit
    BUREAU = "bureau"  # 人社局负责人
    OPERATOR = "operator"  # 运维
    INSTITUTION = "institution"  # 合作单位


class PostLinks(Protocol):
    """What a post is to others: its reach (null: the city), its deputy and superior, and its holder's leave."""

    unit: str | None
    deputy: str | None
    superior: str | None
    leave_from: date | None
    leave_to: date | None


def institution_post(institution_id: UUID) -> str:
    """The code of an institution's own post (单位收件箱)."""
    return f"institution-{institution_id}"


def on_leave(post: PostLinks, day: date) -> bool:
    """Whether its holder is on leave (休假) that day; the last day is part of it."""
    return post.leave_from is not None and post.leave_from <= day and (post.leave_to is None or day <= post.leave_to)


def may_see(post: PostLinks, unit: str | None) -> bool:
    """Whether what concerns a reporting unit, or (None) the whole city, is for this post at all."""
    return post.unit is None or post.unit == unit


def stand_in(code: str, posts: Mapping[str, PostLinks], day: date) -> str | None:
    """Who acts for a post on a day (代理): the post itself, or the first of its deputy, the deputy's deputy and so on
    whose holder is there, and whose reach covers the post's. None where all of them are away.
    """
    reach, seen, next_one = posts[code].unit, set[str](), posts.get(code)
    while next_one is not None and code not in seen:
        if not on_leave(next_one, day) and may_see(next_one, reach):
            return code
        seen.add(code)
        code = next_one.deputy or code
        next_one = posts.get(code)
    return None


def links_go_to(since: datetime | None, now: datetime) -> bool:
    """Whether what goes to an address may have links that sign for an alert (签收链接): not to one of today, which one
    person alone may have named.
    """
    return since is None or since <= now - LINKS_AFTER


def in_turn(code: str | None, posts: Mapping[str, PostLinks], link: Literal["deputy", "superior"]) -> list[str]:
    """A post, its deputy, the deputy's deputy and so on, or those above it; each once, none for a post there is not."""
    found: list[str] = []
    while code is not None and code in posts and code not in found:
        found.append(code)
        code = getattr(posts[code], link)
    return found


def ranks_above_itself(code: str, posts: Mapping[str, PostLinks]) -> bool:
    """Whether somebody who goes from superior to superior comes back to this post."""
    seen: set[str] = set()
    above = posts[code].superior
    while above is not None and above in posts and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = posts[above].superior
    return False


def faults_in_links(code: str, posts: Mapping[str, PostLinks]) -> list[Fault]:
    """What is wrong with who stands in for a post and above it, and with its leave; the post is among `posts`.

    A deputy acts on, and a superior is shown, all that the post sees, so that neither may see less.
    """
    post, faults = posts[code], list[Fault]()
    for pointer, other in (("/deputy", post.deputy), ("/superior", post.superior)):
        if other == code:
            faults.append(errors.own_substitute(pointer))
        elif other is not None and other not in posts:
            faults.append(errors.unknown_recipient(pointer))
        elif other is not None and not may_see(posts[other], post.unit):
            faults.append(errors.narrower(pointer))
    if not faults and ranks_above_itself(code, posts):
        faults.append(errors.circle("/superior"))
    if post.leave_to is not None and (post.leave_from is None or post.leave_to < post.leave_from):
        faults.append(errors.leave_reversed("/leave_to"))
    return faults


def first_email(addresses: Iterable[ChannelAddress]) -> str | None:
    """The first address of the channel e-mail, None without any."""
    return next((address for channel, address in addresses if channel == EMAIL), None)


def with_email(addresses: Iterable[ChannelAddress], email: str | None) -> list[ChannelAddress]:
    """The addresses with another first e-mail address; None takes the first away, the others stay."""
    known = list(addresses)
    replaced = {(EMAIL, first_email(known)), (EMAIL, email)}
    kept = [each for each in known if each not in replaced]
    return kept if email is None else [(EMAIL, email), *kept]


def repeated(addresses: Iterable[ChannelAddress]) -> list[int]:
    """The places of addresses that stood before in the list."""
    seen: set[ChannelAddress] = set()
    places = []
    for place, address in enumerate(addresses):
        if address in seen:
            places.append(place)
        seen.add(address)
    return places
