"""Pace and reporting in a policy pack (序时进度, 报送): how time is measured, when lamps change, who owes a report."""

from datetime import date
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.contracts.parts import Part, broken
from shared.fields import Code, Percent, Whole


class PaceRule(Part):
    """How much of an amount is expected by a day (序时进度), and which lamp a headcount shows beside it.

    `by_month` and `by_day` measure the calendar, `last_year` the headcount of the year before, `by_hand` has a
    percentage for the end of each month of the period. `green_to` and `yellow_to` are the points behind that still show
    that lamp; amounts below `smooth_below` are judged by quarters.
    """

    curve: Literal["by_month", "by_day", "last_year", "by_hand"] = "by_month"
    expected: list[Percent] = Field(default=[], max_length=600)
    green_to: Percent = 0
    yellow_to: Percent = 10
    smooth_below: Whole = Field(default=20, ge=0, le=1_000_000_000)

    @model_validator(mode="after")
    def percentages_where_set_by_hand(self) -> Self:
        if (self.curve == "by_hand") != bool(self.expected):
            raise broken(
                "expected",
                "手工曲线须逐月列出百分比，其他曲线不得列出",
                "the curve by_hand, and no other, lists its percentages",
            )
        if self.expected and (self.expected[-1] != 100 or any(one > other for one, other in pairwise(self.expected))):
            raise broken("expected", "百分比须逐月不减，最后为100", "percentages never fall, and the last is 100")
        if self.yellow_to < self.green_to:
            raise broken("bands", "黄灯范围须不小于绿灯", "yellow_to lies below green_to")
        return self

    def fits(self, start: date, end: date | None) -> bool:
        """Whether there is a percentage for each month of a period, where it is set by hand."""
        return self.curve != "by_hand" or (end is not None and len(self.expected) == months_touched(start, end))


def months_touched(start: date, end: date) -> int:
    """How many calendar months have a day in a period."""
    return (end.year - start.year) * 12 + end.month - start.month + 1


class Duty(Part):
    """Units that report on a programme every month (月报), also without an amount of their own."""

    programme: Code
    units: list[Code] = Field(min_length=1)


class Reporting(Part):
    """Monthly reports: whoever owes one and was not heard of by `due_day` of the next month is silent (未报送)."""

    due_day: Whole = Field(default=5, ge=1, le=28)
    duties: list[Duty] = []
