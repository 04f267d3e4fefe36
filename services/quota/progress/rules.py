"""Progress (完成情况): completion, what is missing and whether the wording is met; integers only."""

from services.quota.quotas.rules import Comparison, Kind, Status


def completion_percent(value: int, amount: int | None, comparison: str) -> str | None:
    """完成率 with one decimal, rounded down, so that 100.0 never stands below the amount; None where nothing is asked.

    A range (a–b) is complete from its lower end on: beyond its upper end is out of range, not more than complete.
    """
    if not amount:
        return None
    tenths = value * 1000 // amount
    if comparison == Comparison.BETWEEN:
        tenths = min(tenths, 1000)
    return f"{tenths // 10}.{tenths % 10}"


def remaining(value: int, amount: int | None, comparison: str) -> int | None:
    """Heads still missing until the wording is met; 超过 N needs one more than N."""
    if not amount:
        return None
    wanted = amount + 1 if comparison == Comparison.MORE_THAN else amount
    return max(0, wanted - value)


def status(
    value: int, amount: int | None, kind: str, comparison: str, tolerance_percent: int, amount_max: int | None
) -> Status:
    """Whether the wording is met (targets.md 1.4): 以上 from N, 超过 above N, 左右 within its tolerance, a–b inside."""
    if not amount:
        return Status.NO_AMOUNT
    tolerance = tolerance_percent if comparison == Comparison.ABOUT else 0
    if _too_many(value, amount, kind, comparison, tolerance, amount_max):
        return Status.EXCEEDED
    if value > amount or (value == amount and comparison != Comparison.MORE_THAN):
        return Status.ATTAINED
    if tolerance and value * 100 >= amount * (100 - tolerance):
        return Status.BASICALLY_ATTAINED
    return Status.SHORT


def _too_many(value: int, amount: int, kind: str, comparison: str, tolerance: int, amount_max: int | None) -> bool:
    if comparison == Comparison.BETWEEN:
        return value > (amount if amount_max is None else amount_max)
    bounded = kind == Kind.CAP or comparison == Comparison.ABOUT
    return bounded and value * 100 > amount * (100 + tolerance)
