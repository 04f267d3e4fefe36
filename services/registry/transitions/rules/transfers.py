"""From which day on a registration may be with another unit, partner or township (变更填报单位). Pure."""

from datetime import date

from shared.days import NOT_YET
from shared.problems import Fault, Said


def transfer_day_faults(on: date, today: date, counted_on: date | None, since: date | None) -> list[Fault]:
    """Why it cannot be transferred from that day on; `since`: the day it came to its present unit, if it ever moved."""
    if on > today:
        return [NOT_YET]
    if counted_on and on < counted_on:
        said = Said("生效日期不能早于认定计数日期", "cannot lie before the day it was counted on")
        return [Fault("/effective_on", "before_counting", said)]
    return before_transfer(on, since)


def before_transfer(on: date, since: date | None) -> list[Fault]:
    """Nothing takes effect before the last transfer did."""
    if since is None or on >= since:
        return []
    said = Said(
        f"生效日期不能早于上次变更填报单位的日期（{since}）",
        f"cannot lie before the last transfer, which was on {since}",
    )
    return [Fault("/effective_on", "before_last_transfer", said)]
