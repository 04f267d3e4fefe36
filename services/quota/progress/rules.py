"""Progress (完成情况): completion, what is missing and whether the wording is met; integers only."""

from services.quota.quotas.rules import Comparison, Kind, Status, Wording


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
    tolerance = asked.tolerance_percent if asked.comparison == Comparison.ABOUT else 0
    if _too_many(value, asked.amount, tolerance, asked):
        return Status.EXCEEDED
    if value > asked.amount or (value == asked.amount and asked.comparison != Comparison.MORE_THAN):
        return Status.ATTAINED
    if tolerance and value * 100 >= asked.amount * (100 - tolerance):
        return Status.BASICALLY_ATTAINED
    return Status.SHORT


def _too_many(value: int, amount: int, tolerance: int, asked: Wording) -> bool:
    if asked.comparison == Comparison.BETWEEN:
        return value > (amount if asked.amount_max is None else asked.amount_max)
    bounded = asked.kind == Kind.CAP or asked.comparison == Comparison.ABOUT
    return bounded and value * 100 > amount * (100 + tolerance)
