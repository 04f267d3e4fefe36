"""How figures become bars, groups and years, and how days and periods are written."""

import re
from datetime import date

import pytest

from services.portal.client.progress import PeriodAnswer
from services.portal.pages.overview import rules
from services.portal.shell.assets import STYLE
from services.portal.shell.charts import WIDTH, DrawnBar, bar
from services.portal.shell.days import years
from services.portal.shell.figures import written_period
from shared.days import written_day


@pytest.mark.parametrize(
    ("value", "amount", "expected", "drawn"),
    [
        (0, 5, None, DrawnBar(0, WIDTH, None, (250, 1000))),
        (4, 5, 100.0, DrawnBar(800, WIDTH, WIDTH, (250, 1000))),
        (5, 5, 50.0, DrawnBar(WIDTH, WIDTH, 500, (250, 1000))),
        (10, 5, 100.0, DrawnBar(WIDTH, 500, 500, (125, 500))),
        (99_999, 100_000, None, DrawnBar(999, WIDTH, None, (250, 1000))),
        (500, 5, 100.0, DrawnBar(WIDTH, 500, 500, (125, 500))),
        (-1, 5, 0.0, DrawnBar(0, WIDTH, 0, (250, 1000))),
        (7, 0, 40.0, DrawnBar(0, WIDTH, None, ())),
    ],
)
def test_a_bar_ends_at_the_amount_or_at_what_is_beyond_it(
    value: int, amount: int, expected: float | None, drawn: DrawnBar
) -> None:
    assert bar(value, amount, expected, (25, 100)) == drawn


def test_clauses_stand_in_the_order_of_the_document() -> None:
    clauses = ["三(一)3", "二(七)19", "二(七)9", "十(一)1", "二(七)17"]
    assert sorted(clauses, key=rules.clause_order) == ["二(七)9", "二(七)17", "二(七)19", "三(一)3", "十(一)1"]
    assert [rules.item_number(clause) for clause in ("二(七)17", "三(一)3", "附则")] == ["17", "3", "附则"]


def test_years_run_from_the_first_period_to_today() -> None:
    today = date(2020, 3, 4)
    starts = [date(2019, 1, 1), date(2018, 6, 1)]
    assert years(starts, today) == [(2020, today), (2019, date(2019, 12, 31)), (2018, date(2018, 12, 31))]
    assert years([], today) == [(2020, today)]
    assert years([date(2030, 1, 1)], today) == [(2020, today)]


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        (date(2018, 1, 1), None, "2018年起", "since 2018"),
        (date(2019, 1, 1), date(2019, 12, 31), "2019年", "2019"),
        (date(2018, 1, 1), date(2022, 12, 31), "2018—2022年", "2018–2022"),
        (date(2018, 12, 7), date(2019, 6, 30), "2018年12月7日—2019年6月30日", "7 December 2018 – 30 June 2019"),
        (date(2018, 12, 7), None, "2018年12月7日起", "since 7 December 2018"),
    ],
)
def test_a_period_is_said_as_people_say_it(start: date, end: date | None, zh: str, en: str) -> None:
    period = PeriodAnswer(start=start, end=end, label="")
    assert (written_period(period, "zh"), written_period(period, "en")) == (zh, en)


def test_dates_have_no_padding() -> None:
    assert (written_day(date(2018, 12, 7), "zh"), written_day(date(2018, 12, 7), "en")) == (
        "2018年12月7日",
        "7 December 2018",
    )


TEXTS = ("ink", "soft", "red", "gold", "blue", "green", "yellow", "alarm", "link")
ON_TINTS = (("red", "tint"), ("blue", "track"), ("green", "said-well"), ("yellow", "said-warning"),
            ("alarm", "said-badly"), ("ink", "said"), ("ink", "said-warning"), ("ink", "chosen"),
            ("soft", "chosen"), ("ink", "stripe"))  # fmt: skip


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_stands_out_from_its_ground() -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) for every colour that text has, on every ground."""
    light, _, dark = STYLE.partition("prefers-color-scheme:dark")
    for style, paper in ((light, "#ffffff"), (dark, "#1d2128")):
        colours = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", style))
        pairs = [(name, ground) for name in TEXTS for ground in (paper, colours["ground"])]
        pairs += [(name, colours[ground]) for name, ground in ON_TINTS]
        for name, ground in pairs:
            lighter, darker = sorted((luminance(colours[name]), luminance(ground)), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (name, ground)
