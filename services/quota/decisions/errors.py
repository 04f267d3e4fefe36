"""Refusals of decisions."""

from shared.problems import Refusal


class PeriodsOverlap(Refusal):
    """同一计划、同一单位的目标期间重叠 · A quota of the same programme and unit shares part of this period."""

    status, slug = 409, "periods-overlap"
