"""What an assessment or a check may say, and when the next is due (后续管理)."""

from datetime import date, timedelta
from typing import Literal

from services.registry.subjects.rules.dates import corresponding_day
from shared.problems import Fault, Said

AssessmentResult = Literal[
    "qualified", "basically_qualified", "rectify", "unqualified"
]  # 合格 基本合格 限期整改 不合格
CheckResult = Literal["in_post", "not_in_post", "unclear"]  # 在岗 不在岗 待核
Basis = Literal["social_insurance", "income_tax", "contract", "on_site"]  # 社保 个税 合同 现场
DueKind = Literal["assessment", "retention_check", "rectification", "term", "service"]


def finding_faults(
    found_on: date,
    today: date,
    counted_on: date | None,
    year: int | None = None,
    result: str | None = None,
    rectify_by: date | None = None,
) -> list[Fault]:
    """What cannot be: found in the future or before the recognition, of a year not its own, no time to mend."""
    faults = []
    if found_on > today:
        faults.append(Fault("/found_on", "in_future", Said("日期不能晚于今天", "cannot lie after today")))
    if counted_on and found_on < counted_on:
        faults.append(Fault("/found_on", "before_counting", Said("不能早于认定计数日期", "lies before it counted")))
    if year is not None and not (counted_on or found_on).year <= year <= found_on.year:
        said = Said("考核年度须在认定之后、考核日期当年或之前", "lies before the recognition or after the assessment")
        faults.append(Fault("/year", "not_assessed", said))
    if (result == "rectify") != (rectify_by is not None):
        said = Said("限期整改须写明整改期限，其他结果不填", "is given with `rectify`, and with no other result")
        faults.append(Fault("/rectify_by", "needed", said))
    elif rectify_by and rectify_by <= found_on:
        faults.append(Fault("/rectify_by", "too_soon", Said("整改期限须晚于考核日期", "must lie after the assessment")))
    return faults


def latest_start(end: date, months: int) -> date:
    """The last day from which so many months are over by the end: what started on it or before is due by then."""
    start = corresponding_day(end, -months)
    while corresponding_day(start + timedelta(days=1), months) <= end:
        start += timedelta(days=1)
    return start
