"""The demo year's bulletins: amounts given to units, figures that departments report, and an edition for each month.

Each month is published once quota has counted it and before the next one is decided on, so that the next one restates
what came later.
"""

import time
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import httpx

from shared.cli.client import Refused, body_of
from shared.cli.comparing import Difference, compare, compare_again
from shared.cli.demo import Rest, nothing
from shared.cli.demo_year import Plan

COUNTED_WITHIN = 60.0  # seconds that quota may take to count a month
LOOK_AGAIN = 0.05
ISSUED_ON_DAY = 10  # of the month after


class DemoBulletins:
    """Publishes what is not published yet, as the bureau would; both clients are bureau officers'."""

    def __init__(self, registry: httpx.Client, quota: httpx.Client, plan: Plan) -> None:
        self._registry, self._quota, self._plan = registry, quota, plan

    def after(self, month: date) -> Rest:
        """A month is loaded: give out the amounts before the first one. What is left to do is to publish it."""
        if month.year < self._plan.year:
            self._give_out()
            return nothing
        return partial(self._publish_month, month, compare(self._registry, self._quota).differences)

    def _publish_month(self, month: date, uncounted: Sequence[Difference]) -> None:
        """Publish a month when it is counted, and the year after its last."""
        self._wait_until_counted(uncounted)
        following = date(month.year + month.month // 12, month.month % 12 + 1, ISSUED_ON_DAY)
        self._publish(f"{month:%Y-%m}", "bulletin", month.month % 12 or 1, following)
        if month.month == 12:  # numbers begin again with the year in which they are given
            self._report_values()
            self._publish(f"{month.year}", "bulletin", 2, following.replace(day=20))
            self._publish(f"{month.year}", "annual_report", 3, following.replace(day=25))

    def _give_out(self) -> None:
        quotas = [each for each in self._all("/v1/quotas") if each["unit"] is None and each["amount"]]
        city = {(each["programme"], each["period"]["label"]): each["id"] for each in quotas}
        for shares in self._plan.shares:
            split = f"/v1/quotas/{city[shares.programme, shares.label]}/allocation"
            if not body_of(self._quota.get(split))["shares"]:
                body_of(self._quota.post(split, json={"shares": shares.amounts}))

    def _report_values(self) -> None:
        indicators = {(each["code"], each["horizon"]): each for each in self._all("/v1/indicators")}
        for reported in self._plan.reported:
            indicator = indicators[reported.code, reported.horizon]
            for year, value in sorted(reported.values.items()):
                as_of = f"{year}-12-31"
                if indicator["as_of"] is None or indicator["as_of"] < as_of:
                    body = {"value": value, "as_of": as_of, "source": reported.source, "document_no": reported.document}
                    body["reported_on"] = f"{int(year) + 1}-01-15"
                    body_of(self._quota.post(f"/v1/indicators/{indicator['id']}/values", json=body))

    def _publish(self, edition: str, kind: str, number: int, issued_on: date) -> None:
        if body_of(self._quota.get("/v1/bulletins", params={"edition": edition, "kind": kind}))["items"]:
            return
        official = self._plan.bulletin_no.format(year=issued_on.year, n=number)
        body = {"edition": edition, "kind": kind, "number": official, "issued_on": str(issued_on)}
        body_of(self._quota.post("/v1/bulletins", json=body))

    def _wait_until_counted(self, uncounted: Sequence[Difference]) -> None:
        until = time.monotonic() + COUNTED_WITHIN
        while uncounted := compare_again(self._registry, self._quota, uncounted):
            if time.monotonic() > until:
                raise Refused(
                    "目标服务尚未计入全部登记，稍后重试 · quota has not counted everything; try again: talent demo"
                )
            time.sleep(LOOK_AGAIN)

    def _all(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 200}
        while True:
            page = body_of(self._quota.get(path, params=query))
            items += page["items"]
            if not page["next"]:
                return items
            query["cursor"] = page["next"]
