"""How long to wait after refused sign-ins (登录失败延时). Pure.

Counted by login and address together, so that whoever guesses keeps nobody else out: from another address the owner
comes in at once. Of a login, whatever the address, and of an address, whatever the login, many refusals only make each
further attempt slow.
"""

from datetime import datetime, timedelta

FREE_TRIES = 3
LONGEST = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(minutes=30)
SLOW_FROM = 20  # refusals of one login or one address
SLOW_BY = timedelta(seconds=2)


def delay_after(failures: int) -> timedelta:
    """How long whoever was refused that often waits before the next attempt: none at first, then twice as long each."""
    beyond = failures - FREE_TRIES
    return timedelta() if beyond < 0 else min(timedelta(seconds=2 ** min(beyond, 10)), LONGEST)


def counted_on(failures: int, last_at: datetime | None, now: datetime) -> int:
    """How often somebody was refused, with this time; what lies long back is forgotten."""
    return 1 if last_at is None or now - last_at > FORGOTTEN_AFTER else failures + 1


def slowed_by(failures: int, last_at: datetime | None, now: datetime) -> timedelta:
    """How long an attempt is held before it is looked at."""
    fresh = last_at is not None and now - last_at <= FORGOTTEN_AFTER
    return SLOW_BY if fresh and failures >= SLOW_FROM else timedelta()
