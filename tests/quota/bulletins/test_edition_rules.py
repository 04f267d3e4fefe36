"""Bulletins without a database: terms, numbers, ranks, causes, and figures that departments report."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from services.quota.bulletins.rules import (
    BulletinKind,
    Cause,
    Moved,
    RankedPlace,
    canonical,
    causes,
    faults,
    in_order,
    official_number,
    ranking,
    term,
)
from services.quota.figures.rules import a_year_before, growth_percent
from services.quota.indicators.rules.figures import FigureUnit, read_figure
from services.quota.indicators.rules.judging import Reported, judge
from shared.contracts.reporting import PackIndicator
from shared.problems import Fault
from tests.quota.given import nanchang, ref

END = date(2019, 12, 31)


def test_a_term_is_compared_with_the_one_before_and_the_year_before() -> None:
    month, year = term("2020-02"), term("2019")
    assert (month.start, month.end) == (date(2020, 2, 1), date(2020, 2, 29))
    assert (month.before, month.two_before, month.year_ago) == (date(2020, 1, 31), END, date(2019, 2, 28))
    assert (year.before, year.two_before, year.year_ago) == (date(2018, 12, 31), date(2017, 12, 31), date(2018, 12, 31))
    for named in ("2019-13", "2019-1", "19", "2019-12-31", "二〇一九", "2019-12\n"):
        with pytest.raises(ValueError, match="neither"):
            term(named)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2020, 2, 29), date(2019, 2, 28)),
        (date(2021, 2, 28), date(2020, 2, 29)),
        (date(2019, 6, 15), date(2018, 6, 15)),
    ],
)
def test_the_last_day_of_a_month_stays_the_last(day: date, before: date) -> None:
    assert a_year_before(day) == before


@pytest.mark.parametrize(
    "written",
    [
        "洪人社字〔2020〕5号",
        "洪人社字[2020]5号",
        "洪人社字（2020）005号",
        "洪人社字【2020】第5号",
        " 洪人社字 ［2020］ 05号",
    ],
)
def test_a_document_number_is_printed_one_way(written: str) -> None:
    assert official_number(written) == "洪人社字〔2020〕5号"


@pytest.mark.parametrize(
    "written", ["洪人社字2020-5号", "〔2020〕5号", "洪人社字〔20〕5号", "洪人社字〔2020〕0号", "=1+1"]
)
def test_what_is_no_document_number_is_refused(written: str) -> None:
    assert official_number(written) is None


def test_equals_share_a_place_and_the_next_one_skips() -> None:
    """并列: 1, 2, 2, 4; by exact shares, never by what is printed."""
    shares = {"a": Fraction(1, 2), "b": Fraction(1, 3), "c": Fraction(2, 6), "d": Fraction(333, 1000)}
    places = ranking(shares)
    assert places == {
        "a": RankedPlace(1, False),
        "b": RankedPlace(2, True),
        "c": RankedPlace(2, True),
        "d": RankedPlace(4, False),
    }
    assert in_order(places, ["x", "d", "c", "b", "a"]) == ["a", "c", "b", "d", "x"]
    assert ranking({}) == ranking({"a": Fraction(0), "b": Fraction(0)}) == {}


def test_growth_has_no_negative_zero_and_no_division_by_nothing() -> None:
    assert (growth_percent(9999, 10000), growth_percent(3, 0), growth_percent(3, None)) == ("0.0", None, None)
    assert growth_percent(90, 100) == "-10.0"


def moved(gross: int, net: int, in_stock: int, name: str = "r1", **more: Any) -> Moved:
    usual: dict[str, Any] = {"quota": ref("q"), "registration": ref(name), "unit": "donghu", "counted_on": END}
    return Moved(**usual | {"gross": gross, "net": net, "in_stock": in_stock} | more)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (moved(1, 1, 1), Cause.LATE),
        (moved(0, 1, 1, known=True), Cause.RESTORED),
        (moved(0, -1, -1, state="revoked"), Cause.REVOKED),
        (moved(0, -1, -1, state="recognised"), Cause.COUNTED_ONCE),
        (moved(-1, -1, -1, moved_on=True), Cause.MERGED),
        (moved(-1, -1, -1), Cause.CORRECTED),
        (moved(0, 0, -1, state="exited"), Cause.LEFT),
        (moved(0, 0, 1, state="recognised"), Cause.RESTORED),
        (moved(1, 1, 1, by_rule=True), Cause.RESCOPED),
    ],
)
def test_every_change_has_its_cause(change: Moved, cause: Cause) -> None:
    assert causes([change]) == [(change, cause)]


def test_what_comes_and_goes_is_a_transfer_or_a_correction() -> None:
    went, came = moved(-1, -1, -1), moved(1, 1, 1, unit="xihu")
    assert [cause for _, cause in causes([went, came])] == [Cause.TRANSFERRED] * 2
    came = moved(1, 1, 1, counted_on=date(2019, 3, 1))
    assert [cause for _, cause in causes([went, came])] == [Cause.CORRECTED] * 2


def test_an_unfinished_term_and_a_date_before_its_end_are_refused() -> None:
    month = term("2019-12")

    def found(kind: BulletinKind, issued_on: date, today: date) -> list[str]:
        return [fault.code for fault in faults(kind, month, issued_on, today)]

    assert found(BulletinKind.BULLETIN, END, END) == ["unfinished"]
    assert found(BulletinKind.BULLETIN, date(2020, 1, 1), date(2020, 1, 1)) == []
    assert found(BulletinKind.BULLETIN, END, date(2020, 1, 5)) == ["out_of_time"]
    assert found(BulletinKind.BULLETIN, date(2020, 1, 6), date(2020, 1, 5)) == ["out_of_time"]
    assert found(BulletinKind.ANNUAL_REPORT, date(2020, 1, 5), date(2020, 1, 5)) == ["not_a_year"]


def test_a_content_is_written_down_one_way() -> None:
    assert canonical({"b": "中", "a": [1, None]}) == '{"a":[1,null],"b":"中"}'


def indicator(code: str, horizon: int | None = None) -> PackIndicator:
    (found,) = [each for each in nanchang().indicators if (each.code, each.horizon) == (code, horizon)]
    return found


def judged(code: str, horizon: int | None, *values: str) -> tuple[str | None, str | None, str | None]:
    """Status, completion and growth, after values for 2019 and, first, the years before it."""
    days = [date(2020 - n, 12, 31) for n in range(len(values), 0, -1)]
    reported = {day: Reported(day, Decimal(value), 1) for day, value in zip(days, values, strict=True)}
    found = judge(indicator(code, horizon), reported, END)
    return found.status, found.completion_percent, found.year_on_year_percent


def test_c20_1200_against_more_than_1200() -> None:
    assert judged("I11", 2020, "1200")[0] == "short"
    assert judged("I11", 2020, "1201")[0] == "attained"


def test_x08_an_indicator_is_below_100_until_it_is_passed() -> None:
    assert judged("I11", 2020, "1200")[:2] == ("short", "99.9")
    assert judged("I11", 2020, "1201")[:2] == ("attained", "100.0")


def test_c22_a_share_of_40_against_more_than_40() -> None:
    assert judged("I09", 2020, "40.0")[0] == "short"
    assert judged("I09", 2020, "40.000001")[0] == "attained"


def test_c23_six_zones_against_three_to_five() -> None:
    assert judged("I12", None, "6")[:2] == ("exceeded", "100.0")
    assert [judged("I12", None, value)[0] for value in "2345"] == ["short", "attained", "attained", "attained"]


def test_c25_growth_over_nothing_is_undefined() -> None:
    assert judged("I13", None, "0", "3200") == (None, None, None)
    assert judged("I13", None, "3200") == (None, None, None)
    assert judged("I13", None, "1000", "1200") == ("attained", None, "20.0")
    assert judged("I13", None, "1000", "1199.999999")[0] == "short"


def test_trends_ask_for_a_direction() -> None:
    assert [judged("I17a", None, "100", after)[0] for after in ("99", "100", "101")] == ["short", "short", "attained"]
    assert [judged("I17c", None, "100", after)[0] for after in ("99", "100", "101")] == [
        "short",
        "attained",
        "attained",
    ]
    assert judged("I17b", None, "100")[0] is None


def test_the_traps_of_the_document() -> None:
    """0.49万 is 4900; fewer are granted than applied for; R&D stands for two years of the horizon."""
    assert read_figure("0.49万", FigureUnit("件", "patents")) == indicator("I05", 2020).amount == 4900
    assert [indicator(code, 2020).amount for code in ("I03", "I04")] == [Decimal(20000), Decimal(11000)]
    assert (indicator("I06", 2020).amount, indicator("I07", 2030).amount) == (Decimal("2.2"), Decimal("2.5"))
    assert judged("I06", 2020, "2.2")[0] == "attained"
    assert judged("I07", 2030, "2.2")[0] == "short"
    assert judged("I05", 2020, "4899.999999")[1] == "99.9"


@pytest.mark.parametrize(
    ("written", "unit"),
    [("1e3", "件"), ("-1", "件"), ("4800亿美元", "亿元"), ("2.2万", "%"), ("1.1234567", "%"), ("", "件")],
)
def test_what_is_no_figure_is_refused(written: str, unit: str) -> None:
    assert isinstance(read_figure(written, FigureUnit(unit, "things")), Fault)


def test_every_indicator_of_the_document_is_there() -> None:
    codes = [each.code for each in nanchang().indicators]
    assert codes == [f"I{n:02}" for n in range(1, 17)] + ["I17a", "I17b", "I17c"]
