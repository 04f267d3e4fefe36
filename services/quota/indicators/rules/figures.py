"""How people write a figure, and what it is in an indicator's own unit; exact decimals, never binary fractions."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from shared.problems import Fault, Said

DECIMALS = 6
LARGEST = Decimal(10) ** 18
SCALES = {"": 1, "百": 100, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "百亿": 10**10,
          "千亿": 10**11, "万亿": 10**12, "thousand": 10**3, "million": 10**6, "billion": 10**9}  # fmt: skip
PERCENT = ("%", "percent", "per cent")
COUNTED = frozenset("名人位家户个件项次期届所篇台套") | {"人次"}  # of which there are no halves
PEOPLE = frozenset("名人位")  # one and the same, whichever is written
# What else a bare number may have meant: tens of thousands or hundreds of millions, and of shares a part of one.
MISTAKEN = tuple(Decimal(10) ** power for power in (4, 8, -4, -8))
PART_OF_ONE = Decimal(100)
FAR = 10  # as many times above or below the amount, nobody means the number as it stands

_GROUPED = r"[0-9]{1,3}(?:[ ,][0-9]{3})+"
_FIGURE = re.compile(rf"({_GROUPED}|[0-9]+)(\.[0-9]+)?\s*((?![0-9.,]).*)")
_SCALE = re.compile("|".join(sorted((each for each in SCALES if each), key=len, reverse=True)))


def written(value: Decimal) -> str:
    """A figure without an exponent and without zeros that say nothing."""
    return f"{value.normalize():f}"


class _Unit(NamedTuple):
    scale: int
    of: str


@dataclass(frozen=True)
class FigureUnit:
    """What an indicator is counted in, in both languages; `amount` is what it is held against, in the same unit."""

    zh: str
    en: str
    amount: Decimal | None = None

    @property
    def is_share(self) -> bool:
        """Whether it is percent."""
        return self.zh in PERCENT

    @property
    def parts(self) -> _Unit:
        """万件/年 as ten thousand of 件."""
        found = _SCALE.match(self.zh)
        scale, of = (SCALES[found[0]], self.zh[found.end() :]) if found else (1, self.zh)
        return _Unit(scale, of.partition("/")[0])

    @property
    def is_counted(self) -> bool:
        """Whether it comes in whole things alone."""
        return self.parts.of in COUNTED


def read_figure(text: str, unit: FigureUnit) -> Decimal | Fault:
    """A figure as people write it, in the indicator's unit: `4,900`, `0.49万`, `１，２００件`, `60%`, `48,000,000万元`.

    A bare number that fits only in another unit is not guessed at: whoever reports is asked for the unit.
    """
    found = _FIGURE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return unreadable(unit)
    number = Decimal(re.sub("[ ,]", "", found[1]) + (found[2] or ""))
    times = _times(found[3].strip().lower(), unit)
    if times is None:
        return _other_unit(unit)
    value = number * times / unit.parts.scale if found[3] else number
    if value >= LARGEST or value != round(value, DECIMALS):
        return unreadable(unit)
    if unit.is_counted and value * unit.parts.scale % 1:
        return _not_whole(unit)
    return value if found[3] or not _fits_elsewhere(value, unit) else _without_unit(unit)


def _times(named: str, unit: FigureUnit) -> int | None:
    """How many of the unit's own things what is named stands for; None for things of another kind."""
    if unit.is_share:
        return 1 if named in ("", *PERCENT) else None
    if named == unit.en.lower():
        return unit.parts.scale
    found = _SCALE.match(named)
    scale, of = (SCALES[found[0]], named[found.end() :].strip()) if found else (1, named)
    own = PEOPLE if unit.parts.of in PEOPLE else {unit.parts.of, *unit.en.lower().split()[-1:]}
    return scale if not of or of in own else None


def _fits_elsewhere(value: Decimal, unit: FigureUnit) -> bool:
    """Whether a bare number is far from the amount, and near it in another unit."""
    amount = unit.amount
    if not amount or not value or _near(value, amount):
        return False
    others = (PART_OF_ONE,) if unit.is_share else MISTAKEN
    return any(_near(value * times, amount) for times in others)


def _near(value: Decimal, amount: Decimal) -> bool:
    return amount <= value * FAR and value <= amount * FAR


def unreadable(unit: FigureUnit) -> Fault:
    """That a value is no number of what the indicator is counted in."""
    zh, en = _example(unit)
    said = Said(
        f"须为以“{unit.zh}”计的数，如 {zh}；至多六位小数",
        f"must be a number of {_called(unit)}, as in {en}; at most six decimals",
    )
    return Fault("/value", "number", said)


def _other_unit(unit: FigureUnit) -> Fault:
    zh, en = _example(unit)
    said = Said(
        f"单位不符：该指标以“{unit.zh}”计，请写作 {zh}",
        f"is in another unit: this indicator is in {_called(unit)}, as in {en}",
    )
    return Fault("/value", "other_unit", said)


def _not_whole(unit: FigureUnit) -> Fault:
    zh, en = _example(unit)
    said = Said(
        f"以“{unit.zh}”计的须为整数；如以万计，请写明单位，如 {zh}",
        f"must be a whole number of {_called(unit)}; if ten thousands are meant, write the unit, as in {en}",
    )
    return Fault("/value", "unit_missing", said)


def _without_unit(unit: FigureUnit) -> Fault:
    zh, en = _example(unit)
    said = Said(
        f"与目标相差悬殊，疑为其他单位的数：请写明单位，如 {zh}",
        f"is far from the amount, as if in another unit: write the unit, as in {en}",
    )
    return Fault("/value", "unit_missing", said)


def _called(unit: FigureUnit) -> str:
    return "percent" if unit.is_share else unit.en


def _example(unit: FigureUnit) -> tuple[str, str]:
    """The same figure in the forms that people use, of the indicator's own size."""
    amount = unit.amount or Decimal(60 if unit.is_share else 1200)
    if unit.is_share:
        return f"{written(amount)}%", f"{written(amount)}%"
    plain = f"{amount:,f}" if amount % 1 else f"{int(amount):,}"
    forms = [f"{plain}{unit.zh}"]
    if unit.parts.scale == 1 and amount >= SCALES["千"]:
        forms.append(f"{written(amount / SCALES['万'])}万{unit.parts.of}")
    return " 或 ".join(forms), f"{plain} {unit.en}"
