"""How figures become pictures: values in, places out. The macros of `charts.html` draw what is found here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.client.progress import ProgressAnswer

WIDTH = 1000  # a bar is drawn on a scale of its own and stretched to the page
MOST = 2.0  # a bar never shows more than twice the amount


@dataclass(frozen=True)
class DrawnBar:
    """Where things stand on a bar, 0 to WIDTH: what is filled, where the amount is, where time is (None: no pace)."""

    filled: int
    full: int
    pace: int | None
    marks: tuple[int, ...]


def bar(value: int, amount: int, expected_percent: float | None, percents: Iterable[int]) -> DrawnBar:
    """A bar whose end is the amount, or what is counted where that is more (at most twice the amount)."""
    if amount <= 0:
        return DrawnBar(0, WIDTH, None, ())
    scale = min(max(value / amount, 1.0), MOST)
    full = WIDTH / scale

    def place(share: float) -> int:
        return max(0, min(WIDTH, int(share * full)))

    return DrawnBar(
        filled=place(value / amount),
        full=place(1),
        pace=None if expected_percent is None else place(expected_percent / 100),
        marks=tuple(place(percent / 100) for percent in percents),
    )


@dataclass(frozen=True)
class ChartPoint:
    """A place in a picture, in pixels from its upper left corner."""

    x: float
    y: float

    def __str__(self) -> str:
        return f"{self.x:.1f},{self.y:.1f}"


@dataclass(frozen=True)
class AxisMark:
    """A line across a picture or a tick at its foot, with what stands beside it."""

    at: float
    label: str


@dataclass(frozen=True)
class BurnUp:
    """完成曲线: what was counted by day, the pace up to the amount, and the forecast with its band."""

    width: int
    height: int
    foot: float
    left: float
    right: float
    counted: Sequence[ChartPoint]
    pace: Sequence[ChartPoint]
    forecast: Sequence[ChartPoint]
    band: Sequence[ChartPoint]
    levels: Sequence[AxisMark]
    ticks: Sequence[AxisMark]
    amount: float | None


@dataclass(frozen=True)
class ChartFrame:
    """The rectangle in which a burn-up is drawn: days from left to right, heads from the foot up."""

    width: int
    height: int
    start: date
    end: date
    most: float

    LEFT, RIGHT, TOP, FOOT = 58, 14, 12, 26

    def point(self, day: date, value: float) -> ChartPoint:
        """Where a count on a day stands."""
        share = (day - self.start).days / max((self.end - self.start).days, 1)
        x = self.LEFT + min(max(share, 0), 1) * (self.width - self.LEFT - self.RIGHT)
        return ChartPoint(x, self.level(value))

    def level(self, value: float) -> float:
        """How high a count stands."""
        inner = self.height - self.TOP - self.FOOT
        return self.height - self.FOOT - max(value, 0) / self.most * inner


def burn_up(item: ProgressAnswer, counted: Sequence[tuple[date, int]], width: int, height: int) -> BurnUp:
    """The burn-up of one quota up to its day; `counted` is what stood at the end of each month, the first one first.

    Of the pace three places are known: nothing at the beginning, what is expected by the day, everything at the end.
    Without an end of the period the picture ends with the day, without pace and forecast.
    """
    period, forecast = item.period, item.forecast
    end = period.end or item.as_of
    known = [value for _, value in counted]
    ahead = [forecast.high] if forecast and forecast.high is not None and period.end else []
    most = max([item.amount or 0, item.value, 1, *known, *ahead]) * 1.04
    frame = ChartFrame(width, height, period.start, max(end, item.as_of), most)
    last = frame.point(item.as_of, item.value)
    line = [frame.point(period.start, 0), *(frame.point(day, value) for day, value in counted), last]
    return BurnUp(
        width=width,
        height=height,
        foot=frame.level(0),
        left=frame.LEFT,
        right=width - frame.RIGHT,
        counted=line,
        pace=_pace(item, frame),
        forecast=_ahead(item, frame, last)[0],
        band=_ahead(item, frame, last)[1],
        levels=[AxisMark(frame.level(value), f"{value:,}") for value in _round_levels(frame.most)],
        ticks=_ticks(frame),
        amount=frame.level(item.amount) if item.amount else None,
    )


def _pace(item: ProgressAnswer, frame: ChartFrame) -> Sequence[ChartPoint]:
    end, amount = item.period.end, item.amount
    if item.pace is None or end is None or not amount:
        return ()
    expected = amount * item.pace.expected_percent / 100
    between = [frame.point(item.as_of, expected)] if item.as_of < end else []
    return [frame.point(item.period.start, 0), *between, frame.point(end, amount)]


def _ahead(
    item: ProgressAnswer, frame: ChartFrame, last: ChartPoint
) -> tuple[Sequence[ChartPoint], Sequence[ChartPoint]]:
    end, found = item.period.end, item.forecast
    if end is None or found is None or found.value_at_end is None or found.low is None or found.high is None:
        return (), ()
    return (
        [last, frame.point(end, found.value_at_end)],
        [last, frame.point(end, found.high), frame.point(end, found.low)],
    )


def _round_levels(most: float) -> Sequence[int]:
    """Whole round numbers from nothing up, four or five of them."""
    size = 1
    while most / size > 50:
        size *= 10
    between = next(size * each for each in (1, 2, 5, 10, 20) if most / (size * each) <= 5)
    return list(range(0, int(most) + 1, between))


def _ticks(frame: ChartFrame) -> Sequence[AxisMark]:
    """The beginning of each year; of each quarter where the stretch is no longer than two years."""
    short = (frame.end - frame.start).days < 740
    months = (1, 4, 7, 10) if short else (1,)
    days = [date(year, month, 1) for year in range(frame.start.year, frame.end.year + 1) for month in months]
    inside = [day for day in days if frame.start <= day <= frame.end]
    return [AxisMark(frame.point(day, 0).x, f"{day:%Y-%m}" if short else f"{day.year}") for day in inside]
