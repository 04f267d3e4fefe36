"""What may follow a revocation (撤销之后的救济): until when it can be contested, and when it is final. Pure.

Periods are those of the law, not of a city: review within 60 days of knowing of it (行政复议法第20条), a suit within
six months (行政诉讼法第46条) or 15 days after a decision upon review (第45条). The first day is not counted; where the
last one is a day off, the next working day is the last.
"""

from datetime import date, timedelta
from typing import Literal

from services.registry.subjects.rules.dates import corresponding_day
from shared.problems import Fault, Said
from shared.working_days import YearOf, next_working_day

RevocationStatus = Literal["decided", "under_review", "final", "overturned"]

REVIEW_DAYS = 60
SUIT_MONTHS = 6
DAYS_AFTER_REVIEW = 15

STATUS_AFTER: dict[str, RevocationStatus] = {
    "revoke": "decided",
    "request_review": "under_review",
    "file_suit": "under_review",
    "uphold_revocation": "decided",
    "overturn_revocation": "overturned",
}


def contested_until(action: str, day: date) -> date | None:
    """The day by which a revocation can last be contested: served on that day, or upheld.

    None while it is under review, and once it is overturned.
    """
    if action == "uphold_revocation":
        return day + timedelta(days=DAYS_AFTER_REVIEW)
    return corresponding_day(day, SUIT_MONTHS) if action == "revoke" else None


def is_over(period_ends: date, on: date, years: YearOf) -> bool:
    """Whether a period is over on a day; unknown is not over: of a year that is not loaded, nobody guesses."""
    if on <= period_ends:
        return False
    last = next_working_day(years, period_ends)
    return last is not None and on > last


def is_final(status: str | None, contest_until: date | None, today: date, years: YearOf) -> bool:
    """Whether a revocation that nobody contested can no longer be contested (撤销生效)."""
    return status == "decided" and contest_until is not None and is_over(contest_until, today, years)


def too_late(action: str, filed_on: date, served_on: date | None, until: date | None, years: YearOf) -> list[Fault]:
    """Why a revocation can no longer be contested that way."""
    if action == "request_review":
        ends = served_on and served_on + timedelta(days=REVIEW_DAYS)
        said = Said("已过行政复议申请期限（知道之日起60日）", "the 60 days for requesting a review are over")
    elif action == "file_suit":
        ends = until
        said = Said("已过起诉期限", "the time for filing a suit is over")
    else:
        return []
    return [Fault("/effective_on", "too_late", said)] if ends and is_over(ends, filed_on, years) else []
