"""Which days a transition may name (办理日期), and from which one a recognition counts. Pure."""

from datetime import date
from typing import NamedTuple

from services.registry.transitions.rules.revocations import STATUS_AFTER
from services.registry.transitions.rules.workflow import LEAVING, RETURNING
from shared.days import NOT_YET, written_day
from shared.problems import Fault, Said


class TransitionDates(NamedTuple):
    """The days a transition names, and those of the registration that it must fit."""

    decision: date | None
    effective: date | None
    counted_on: date | None = None
    ended_on: date | None = None
    notice_last_day: date | None = None
    last_changed_on: date | None = None
    received_on: date | None = None  # of the instant that is stated, in the business calendar
    received_ahead: bool = False


def date_faults(action: str, today: date, dates: TransitionDates) -> list[Fault]:
    """Days that cannot be: in the future, before what they must follow, while the notice runs or when it is over."""
    faults = []
    if dates.decision and dates.decision > today:
        faults.append(Fault("/decision_date", "in_future", Said("决定日期不能晚于今天", "cannot lie after today")))
    if action == "recognise" and dates.decision and dates.notice_last_day and dates.decision <= dates.notice_last_day:
        day = dates.notice_last_day
        said = Said(
            f"公示至{written_day(day)}届满，决定日期须在其后",
            f"The public notice runs to the end of {day}; decide after that",
        )
        faults.append(Fault("/decision_date", "notice_running", said))
    if dates.effective and action in (*LEAVING, "readmit", "object", *STATUS_AFTER) and dates.effective > today:
        faults.append(NOT_YET)
    faults += _too_early(action, dates)
    if action == "object":
        faults += _objection_faults(today, dates)
    return faults


def _too_early(action: str, dates: TransitionDates) -> list[Fault]:
    """Days before what they must follow: an end or a revocation before it counted, a return before the exit."""
    if action in (*LEAVING, "revoke"):
        first, code = dates.counted_on, "before_counting"
        said = Said("不能早于认定计数日期", "cannot lie before the day it was counted on")
    elif action == "readmit":
        first, code = dates.ended_on, "before_exit"
        said = Said("返回日期不能早于退出日期", "cannot lie before the day it left")
    else:
        return []
    named = {"/effective_on": dates.effective, "/decision_date": dates.decision if action == "revoke" else None}
    return [Fault(pointer, code, said) for pointer, day in named.items() if first and day and day < first]


def _objection_faults(today: date, dates: TransitionDates) -> list[Fault]:
    """An objection (异议) comes while the notice runs, to 24:00 of its last day by the clock of the bureau.

    Without a day or an instant it came today; of a notice entered when it was over (补录), the clock says nothing.
    """
    if dates.received_ahead:
        return [Fault("/received_at", "in_future", Said("收到时间不能晚于现在", "cannot lie after this moment"))]
    if dates.received_on and dates.effective and dates.received_on != dates.effective:
        said = Said(
            "收到时间（北京时间）与所填日期不是同一天", "is of another day, in Beijing time, than the one stated"
        )
        return [Fault("/received_at", "another_day", said)]
    over = dates.notice_last_day
    late_entry = over is None or (dates.last_changed_on or today) > over
    received = dates.effective or dates.received_on or (None if late_entry else today)
    if over is None or received is None or received <= over:
        return []
    said = Said(
        f"公示已于{written_day(over)}届满；期内收到的异议请填写收到日期",
        f"the notice ended with {over}; of an objection that came in time, state the day it came",
    )
    pointer = "/received_at" if dates.received_on and not dates.effective else "/effective_on"
    return [Fault(pointer, "notice_over", said)]


def counts_from(
    action: str, counting_date: str, fact_date: date, decision_date: date | None, counted_on: date | None
) -> date:
    """The day a recognition counts from: the fact's or the decision's; restored, the day it counted from before."""
    if action in RETURNING and counted_on:
        return counted_on
    return fact_date if counting_date == "fact" or decision_date is None else decision_date
