"""Progress (完成情况): completion, what is missing and whether the wording is met; integers only."""

from services.quota.quotas.rules import Comparison, Status, Wording, upper_end


def completion_percent(value: int, asked: Wording) -> str | None:
    """完成率 with one decimal, rounded down, so that 100.0 never stands below the amount; None where nothing is asked.

    A range (a–b) is complete from its lower end on: beyond its upper end is out of range, not more than complete.
    """
    if not asked.amount:
        return None
    tenths = value * 1000 // asked.amount
    if asked.comparison == Comparison.BETWEEN:
        tenths = min(tenths, 1000)
    return f"{tenths // 10}.{tenths % 10}"


def remaining(value: int, asked: Wording) -> int | None:
    """Heads still missing until the wording is met; 超过 N needs one more than N."""
    if not asked.amount:
        return None
    wanted = asked.amount + 1 if asked.comparison == Comparison.MORE_THAN else asked.amount
    return max(0, wanted - value)


def status(value: int, asked: Wording) -> Status:
    """Whether the wording is met (targets.md 1.4): 以上 from N, 超过 above N, 左右 within its tolerance, a–b inside."""
    if not asked.amount:
        return Status.NO_AMOUNT
    most = upper_end(asked)
    if most is not None and value > most:
        return Status.EXCEEDED
    if value > asked.amount or (value == asked.amount and asked.comparison != Comparison.MORE_THAN):
        return Status.ATTAINED
    tolerance = asked.tolerance_percent if asked.comparison == Comparison.ABOUT else 0
    if tolerance and value * 100 >= asked.amount * (100 - tolerance):
        return Status.BASICALLY_ATTAINED
    return Status.SHORT
