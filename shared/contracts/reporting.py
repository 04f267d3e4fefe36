"""What a policy pack says of its other indicators (其他指标), and of how bulletins (通报) are signed and arranged."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from shared.contracts.parts import Part, broken
from shared.fields import Flag, Name, Sentence, Whole

DIRECTIONS = ("rising", "not_falling")


def _exact(number: Any) -> Any:
    """Numbers are written as text ("2.2") or as whole numbers: a binary fraction is not what the document says."""
    if isinstance(number, float | bool):
        raise broken("not_exact", '小数请写作文字，如 "2.2"', 'write a decimal as text, as in "2.2"')
    return number


Exact = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6), BeforeValidator(_exact)]


class PackIndicator(Part):
    """A figure that departments report (指标): no heads stand behind it. Code and horizon (目标年) together name it.

    kind: `ratio` a share in percent · `annual` what one year brings · `stock` what there is on a day · `growth` the
    amount is percent by which the reported figure exceeds that of a year before · `trend` a direction alone.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}[a-z]?$")]
    name_zh: Name
    name_en: Name
    kind: Literal["ratio", "annual", "stock", "growth", "trend"]
    comparison: Literal["at_least", "more_than", "between", "rising", "not_falling"]
    amount: Exact | None = None
    amount_max: Exact | None = None
    unit_zh: Name = Field(description="of the reported figure")
    unit_en: Name
    horizon: Whole | None = Field(default=None, ge=1949, le=2149, description="the year by which; null: every year")
    soft: Flag = Field(default=False, description="力争: the same arithmetic, told as an endeavour")
    clause: Sentence
    wording_zh: Sentence
    wording_en: Sentence

    @model_validator(mode="after")
    def amounts_fit_the_comparison(self) -> Self:
        if (self.comparison in DIRECTIONS) != (self.kind == "trend") or (self.kind == "trend") != (self.amount is None):
            raise broken(
                "direction",
                "趋势指标只有方向，没有数目；其他指标须有数目",
                "a trend, and nothing else, has a direction and no amount",
            )
        if (self.comparison == "between") != (self.amount_max is not None):
            raise broken(
                "amount_max", "区间目标须有上限，其他目标不得有", "comparison between, and no other, has an amount_max"
            )
        if self.amount is not None and self.amount_max is not None and self.amount_max < self.amount:
            raise broken("amount_max", "上限低于下限", "amount_max lies below amount")
        return self


class BulletinStyle(Part):
    """How bulletins are signed (落款) and arranged. The issuer of the document signs where nobody else is named."""

    issuer_zh: Name | None = None
    issuer_en: Name | None = None
    addressees_zh: Sentence | None = Field(default=None, description="主送")
    addressees_en: Sentence | None = None
    zones_apart: Flag = Field(default=True, description="开发区 are ranked among themselves")
    sealed: Flag = Field(default=True, description="加盖印章: the date stands four characters from the edge, else two")


class PackReporting(Part):
    """What a pack says of indicators and bulletins."""

    bulletins: BulletinStyle = BulletinStyle()
    indicators: list[PackIndicator] = []
