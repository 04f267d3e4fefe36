"""When a lamp changes, and what is announced of it; values in, decision out."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from services.quota.pace.rules.curves import Lamp


class LampNews(StrEnum):
    """滞后, 恢复序时."""

    BEHIND = "behind"
    RECOVERED = "recovered"


class LampState(NamedTuple):
    """What a quota's lamp shows: since when, the day it caught up after red, and whether red was announced."""

    lamp: Lamp
    since_on: date
    caught_up_on: date | None = None
    announced: bool = False


class LampChange(NamedTuple):
    """What a lamp shows after a look at the figures, and what is to be announced."""

    shown: LampState
    news: LampNews | None


def look(before: LampState | None, found: Lamp, on: date, *, attained: bool, loud: bool) -> LampChange:
    """Look at the figures of a day. Red ends only when the headcount is in step again, and shows yellow to the end of
    that month (红转黄); attained is green at once.

    Announced is red, once, and its end where red was announced. A quiet look announces nothing.
    """
    lamp, caught_up_on = found, None
    if before is not None and not attained:
        if before.lamp == Lamp.RED:
            caught_up_on = on if found == Lamp.GREEN else None
            lamp = Lamp.YELLOW if caught_up_on else Lamp.RED
        elif before.caught_up_on and _same_month(before.caught_up_on, on) and found != Lamp.RED:
            lamp, caught_up_on = Lamp.YELLOW, before.caught_up_on
    was_red = before is not None and before.lamp == Lamp.RED
    was_announced = before is not None and before.announced
    news = None
    if loud and lamp == Lamp.RED and not was_red:
        news = LampNews.BEHIND
    elif loud and was_announced and lamp != Lamp.RED:
        news = LampNews.RECOVERED
    announced = lamp == Lamp.RED and (was_announced or news == LampNews.BEHIND)
    since_on = before.since_on if before is not None and before.lamp == lamp else on
    return LampChange(LampState(lamp, since_on, caught_up_on, announced), news)


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)
