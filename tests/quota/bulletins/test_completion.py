"""Completion in figures, bulletins and the yearly report alike: below 100 wherever the wording is not met."""

from tests.quota.bulletins.published import PROGRAMME, SPAN, content, head
from tests.quota.conftest import Site
from tests.quota.given import define, deliver


def test_x08_the_amount_itself_is_not_more_than_the_amount(site: Site) -> None:
    """超过2 with 2: 99.9 beside 未达标, for a unit as for the city."""
    define(site.database, programme=PROGRAMME, unit="donghu", comparison="more_than", amount=2, period=SPAN)
    deliver(site.database, head("a"), head("b"))
    rows = site.get("/v1/progress", params={"unit": "donghu", "as_of": "2019-12-31"}).json()["items"]
    (row,) = [each for each in rows if each["unit"] == "donghu" and each["amount"] == 2]
    assert (row["value"], row["completion_percent"], row["status"]) == (2, "99.9", "short")
    for kind in ("bulletin", "annual_report"):
        tables = content(site, "2019", kind=kind)["programmes"]
        lines = [line for each in tables for group in each["groups"] for line in group["lines"]]
        shown = {(line["completion_percent"], line["status"]) for line in lines if line["amount"] == 2}
        assert shown == {("99.9", "short")}
