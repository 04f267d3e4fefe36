"""Refusals of allocation."""

from shared.problems import Refusal


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
