"""Figures of indicators: every usual form is read, and what fits only in another unit is not guessed at."""

from decimal import Decimal

import pytest

from services.quota.indicators.rules.figures import FigureUnit, read_figure
from shared.auth import Role
from shared.problems import Fault
from tests.quota.conftest import Site

PATENTS = FigureUnit("件", "patents", Decimal(4900))
OUTPUT = FigureUnit("亿元", "100 million yuan", Decimal(4800))
SHARE = FigureUnit("%", "%", Decimal(60))
RESEARCH = FigureUnit("%", "%", Decimal("2.2"))
IN_TENS_OF_THOUSANDS = FigureUnit("万件", "10,000 patents", Decimal("0.49"))
VALUE = {"as_of": "2018-12-31", "source": "科技部门", "document_no": "洪科字〔2019〕1号", "reported_on": "2019-01-08"}


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("4900", PATENTS, "4900"),
        ("4,900", PATENTS, "4900"),
        ("4，900", PATENTS, "4900"),
        ("４，９００", PATENTS, "4900"),
        ("4 900件", PATENTS, "4900"),
        ("4900.00", PATENTS, "4900"),
        (" 0.49万 ", PATENTS, "4900"),
        ("0.49 万件", PATENTS, "4900"),
        ("4.9千件", PATENTS, "4900"),
        ("4,900 patents", PATENTS, "4900"),
        ("4.9 thousand patents", PATENTS, "4900"),
        ("1.1万", FigureUnit("名", "persons"), "11000"),
        ("1.1万人", FigureUnit("名", "persons"), "11000"),
        ("0.5", IN_TENS_OF_THOUSANDS, "0.5"),
        ("4900件", IN_TENS_OF_THOUSANDS, "0.49"),
        ("4800亿", OUTPUT, "4800"),
        ("4,800亿元", OUTPUT, "4800"),
        ("48,000,000万元", OUTPUT, "4800"),
        ("480 billion yuan", OUTPUT, "4800"),
        ("4812.35", OUTPUT, "4812.35"),
        ("60%", SHARE, "60"),
        ("60％", SHARE, "60"),
        ("60 %", SHARE, "60"),
        ("61.2", SHARE, "61.2"),
        ("0.6%", SHARE, "0.6"),
        ("2.2%", RESEARCH, "2.2"),
        ("0.9", RESEARCH, "0.9"),
        ("0", PATENTS, "0"),
    ],
)
def test_x02_every_usual_form_of_a_figure_is_read(written: str, unit: FigureUnit, value: str) -> None:
    assert read_figure(written, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("written", "unit", "code"),
    [
        ("0.5", PATENTS, "unit_missing"),
        ("0.49005万", PATENTS, "unit_missing"),
        ("49000000", IN_TENS_OF_THOUSANDS, "unit_missing"),
        ("4900", IN_TENS_OF_THOUSANDS, "unit_missing"),
        ("0.48", OUTPUT, "unit_missing"),
        ("48000000", OUTPUT, "unit_missing"),
        ("0.6", SHARE, "unit_missing"),
        ("0.022", RESEARCH, "unit_missing"),
        ("60个百分点", SHARE, "other_unit"),
        ("4900家", PATENTS, "other_unit"),
        ("4800亿美元", OUTPUT, "other_unit"),
        ("49,00", PATENTS, "number"),
        ("2,2", RESEARCH, "number"),
        ("约4900", PATENTS, "number"),
        ("-1", PATENTS, "number"),
        ("", PATENTS, "number"),
        ("1e3", PATENTS, "other_unit"),
        ("1.1234567", SHARE, "number"),
        ("9" * 40, FigureUnit("元", "yuan"), "number"),
    ],
)
def test_x02_a_figure_that_fits_only_in_another_unit_is_not_guessed_at(
    written: str, unit: FigureUnit, code: str
) -> None:
    found = read_figure(written, unit)
    assert isinstance(found, Fault)
    assert (found.pointer, found.code) == ("/value", code)
    assert not written.strip() or written not in found.said.zh + found.said.en


def posted(site: Site, code: str, **change: str) -> tuple[int, str]:
    """What comes of a value: its text, or the code of the fault and the example that is given."""
    listed = site.get("/v1/indicators").json()["items"]
    place = next(each["id"] for each in listed if each["code"] == code)
    answer = site.ask(Role.BUREAU_OFFICER, "POST", f"/v1/indicators/{place}/values", VALUE | change)
    if answer.status_code == 201:
        return 201, str(answer.json()["value"])
    (fault,) = answer.json()["errors"]
    return answer.status_code, f"{fault['code']} {fault['detail']}"


def test_u18_a_percentage_is_taken_as_it_is_written(site: Site) -> None:
    assert posted(site, "I01", value="60%") == (201, "60")
    assert posted(site, "I05", value="4,900件") == (201, "4900")
    assert posted(site, "I01", value="60家") == (
        422,
        "other_unit 单位不符：该指标以“%”计，请写作 60%",
    )


def test_u14_an_indicator_is_reported_on_or_after_the_day_it_covers(site: Site) -> None:
    status, said = posted(site, "I01", value="60%", reported_on="2018-01-01")
    assert (status, said) == (422, "before_as_of 报送日期不得早于数据时点")
    assert posted(site, "I01", value="60%", reported_on="2018-12-31") == (201, "60")
