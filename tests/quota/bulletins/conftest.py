"""Fixtures of these tests."""

import pytest

from tests.quota.bulletins.published import PROGRAMME, SPAN, head
from tests.quota.conftest import Site
from tests.quota.given import define, deliver


@pytest.fixture
def ranked(site: Site) -> Site:
    """Four districts and a zone with amounts of their own; two districts stand equal."""
    for unit, amount in {"donghu": 4, "xihu": 6, "qingyunpu": 4, "wanli": 4, "gaoxin-zone": 10}.items():
        define(site.database, programme=PROGRAMME, unit=unit, amount=amount, period=SPAN)
    heads = {"donghu": 4, "xihu": 3, "qingyunpu": 2, "wanli": 1, "gaoxin-zone": 9, "jinxian": 1}
    deliver(site.database, *(head((unit, n), unit) for unit, count in heads.items() for n in range(count)))
    deliver(site.database, head("last year", "xihu", "2018-12-03"), head("newest", "wanli", "2019-12-03"))
    return site
