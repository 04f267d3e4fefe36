"""Who hears of what, and when."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from services.notify.alerts.rules import AlertContent, Severity, at_least
from services.notify.recipients.rules import PostLinks, stand_in

INBOX = "inbox"  # whoever hears of something finds it here, at once

MOST_ENDPOINTS = 10  # of one institution
OVERLAP = timedelta(hours=24)  # for which the secret of before signs as well
OFF_AFTER = timedelta(days=5)  # without a success, once a delivery is given up
LANES = 8  # deliveries that may be on their way to one endpoint at once

IsWorking = Callable[[date], bool]


class DigestDays(StrEnum):
    """On which days a digest goes out (摘要日)."""

    EVERY_DAY = "every_day"
    WORKING_DAYS = "working_days"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEK = list(DigestDays)[2:]


@dataclass(frozen=True)
class DigestPlan:
    """When digests go out: a local time, and on which days."""

    at: time
    days: DigestDays


DAILY = DigestPlan(time(8, 40), DigestDays.WORKING_DAYS)  # of the bureau, unless it asks for another


@dataclass(frozen=True)
class QuietHours:
    """The local times between which nothing goes out (静默时段), across midnight where it ends before it starts.

    Days off are quiet all day.
    """

    start: time
    end: time


@dataclass(frozen=True)
class Departure:
    """When an alert goes out that does not go at once; `days` are those of its digest, None after quiet hours."""

    at: datetime
    days: DigestDays | None


Departures = Mapping[str, Departure | None]  # of channels; None: at once


@dataclass(frozen=True)
class ActiveSubscription:
    """A subscription with the post behind it; None stands for all."""

    recipient: str
    post_unit: str | None
    programmes: frozenset[str] | None
    units: frozenset[str] | None
    kinds: frozenset[str] | None
    min_severity: Severity
    channels: frozenset[str]
    digest: DigestPlan | None = None
    quiet: QuietHours | None = None

    def matches(self, content: AlertContent) -> bool:
        """Whether it asks for this. A post of one unit hears of that unit only; a post of the city of all."""
        if self.post_unit is not None and content.unit != self.post_unit:
            return False
        return (
            (self.kinds is None or content.kind in self.kinds)
            and at_least(content.severity, self.min_severity)
            and (self.programmes is None or content.programme in self.programmes)
            and (self.units is None or content.unit in self.units)
        )

    def departure(self, severity: Severity, now: datetime, is_working: IsWorking) -> Departure | None:
        """When an alert goes out by this subscription, given the local time; None: at once, as all that is critical."""
        if severity is Severity.CRITICAL:
            return None
        if self.digest:
            return Departure(next_digest(now, self.digest, is_working), self.digest.days)
        end = end_of_quiet(now, self.quiet, is_working) if self.quiet else None
        return Departure(end, None) if end else None


def recipients_of(
    content: AlertContent, subscriptions: Iterable[ActiveSubscription], now: datetime, is_working: IsWorking
) -> dict[str, Departures]:
    """Each post that hears of it, once, with the channels of all its matching subscriptions and always the inbox.

    By each channel it goes as early as one of the subscriptions has it. `now` is the local time.
    """
    found: dict[str, dict[str, Departure | None]] = {}
    for subscription in subscriptions:
        if subscription.matches(content):
            departure = subscription.departure(content.severity, now, is_working)
            known = found.setdefault(subscription.recipient, {INBOX: None})
            for channel in subscription.channels:
                known[channel] = earlier(known[channel], departure) if channel in known else departure
    return dict(found)


def as_it_was_heard(
    ways: Mapping[str, Collection[str]],
    severity: Severity,
    subscriptions: Iterable[ActiveSubscription],
    now: datetime,
    is_working: IsWorking,
) -> dict[str, Departures]:
    """Each post that heard of something by these channels, with them again, for what corrects it (更正).

    It goes when what the post subscribes to by a channel would go, whatever that is about, and else at once.
    """
    found: dict[str, dict[str, Departure | None]] = {}
    for subscription in subscriptions:
        departure = subscription.departure(severity, now, is_working)
        for channel in subscription.channels.intersection(ways.get(subscription.recipient, ())):
            known = found.setdefault(subscription.recipient, {})
            known[channel] = earlier(known[channel], departure) if channel in known else departure
    return {post: dict.fromkeys(channels) | found.get(post, {}) | {INBOX: None} for post, channels in ways.items()}


def with_stand_ins(heard: Mapping[str, Departures], posts: Mapping[str, PostLinks], day: date) -> dict[str, Departures]:
    """Whoever hears of something on a day, and with each post on leave (休假) whoever acts for it.

    Nothing is withheld from the post itself: that somebody is said to be away silences nobody.
    """
    found: dict[str, Departures] = dict(heard)
    for recipient, departures in heard.items():
        acting = stand_in(recipient, posts, day)
        if acting is not None and acting != recipient:
            found[acting] = sooner(found.get(acting, {}), departures)
    return found


def sooner(one: Departures, other: Departures) -> Departures:
    """By each channel that one of two has, the earlier departure."""
    both = {name: earlier(one[name], other[name]) for name in one.keys() & other.keys()}
    return {**one, **other, **both}


def earlier(one: Departure | None, other: Departure | None) -> Departure | None:
    """The earlier of two departures."""
    return min(one, other, key=lambda each: each.at) if one and other else None


def next_digest(now: datetime, plan: DigestPlan, is_working: IsWorking) -> datetime:
    """The next time after a local one at which a digest goes out."""
    day = now.date() if now.time() < plan.at else now.date() + timedelta(days=1)
    return datetime.combine(_first(day, plan.days, is_working), plan.at, now.tzinfo)


def end_of_quiet(now: datetime, quiet: QuietHours, is_working: IsWorking) -> datetime | None:
    """When the quiet hours end that hold at a local time, always on a working day; None where none hold."""
    at, across = now.time(), quiet.end <= quiet.start
    within = (at >= quiet.start or at < quiet.end) if across else quiet.start <= at < quiet.end
    if not within and is_working(now.date()):
        return None
    day = now.date() if at < quiet.end else now.date() + timedelta(days=1)
    return datetime.combine(_first(day, DigestDays.WORKING_DAYS, is_working), quiet.end, now.tzinfo)


def _first(day: date, days: DigestDays, is_working: IsWorking) -> date:
    """The first day that is one of these, from a day on."""
    while not _is_one(day, days, is_working):
        day += timedelta(days=1)
    return day


def _is_one(day: date, days: DigestDays, is_working: IsWorking) -> bool:
    if days is DigestDays.WORKING_DAYS:
        return is_working(day)
    return days is DigestDays.EVERY_DAY or WEEK[day.weekday()] is days


def lane_of(registration_id: UUID | None) -> int:
    """The lane of an endpoint in which a registration's events go, one after the other."""
    return registration_id.int % LANES + 1 if registration_id else 1
