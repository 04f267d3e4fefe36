"""Refusals of decisions and splits."""

from shared.problems import Refusal


class PeriodsOverlap(Refusal):
    """同一计划、同一单位的目标期间重叠 · A quota of the same programme and unit shares part of this period."""

    status, slug = 409, "periods-overlap"


class NotTheCitys(Refusal):
    """只有全市目标可以分解到单位 · Only the city's amount can be split to units."""

    status, slug = 409, "not-the-citys"


class CityPool(Refusal):
    """全市统筹的目标不分解到单位 · An amount pooled over the city is split to no unit."""

    status, slug = 409, "city-pool"


class NothingToSplit(Refusal):
    """该目标不设数量，无可分解 · The quota has no amount that could be split."""

    status, slug = 409, "nothing-to-split"


class OverAllocated(Refusal):
    """分解数合计超过全市目标，须确认 · The shares come to more than the city's amount, which must be confirmed."""

    status, slug = 409, "over-allocated"
