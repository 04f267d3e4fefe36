"""The working-day calendar (工作日历): weekends, statutory holidays and the working days moved for them (调休)."""

from datetime import date, timedelta

import chinese_calendar

from shared.problems import Fault, Said


def last_notice_day(first_day: date, working_days: int) -> date | Fault:
    """The last day of a public notice: so many working days after its first day, which is not counted (民法典第201条).

    A year whose calendar is not loaded is refused; weekdays are never taken for working days instead.
    """
    day = first_day
    try:
        while working_days:
            day += timedelta(days=1)
            working_days -= chinese_calendar.is_workday(day)
    except NotImplementedError:
        return Fault(
            "/effective_on",
            "calendar_not_loaded",
            Said(
                f"{day.year} 年的工作日历尚未载入，无法计算公示期",
                f"The working-day calendar of {day.year} is not loaded",
            ),
        )
    return day
