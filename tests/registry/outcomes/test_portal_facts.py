"""What follows a recognition, in the portal before the real registry: recorded, corrected, withdrawn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.outcomes.followed import facts
from tests.registry.outcomes.test_facts import young
from tests.registry.subjects import post, resident_number
from tests.registry.test_pages import Browser, opened
from tests.registry.transitions.test_deadlines import recognised


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def test_x03_a_clerk_records_corrects_and_withdraws_what_followed(registry: Registry, site: Any) -> None:
    one = young(registry)
    clerk = Browser(site, registry, "institution-a-clerk")
    page, form = f"/registrations/{one}", f"/registrations/{one}/facts"
    assert "还没有记录" in clerk.http.get(page).text
    empty = clerk.http.get(f"{form}?attribute=settled_on")
    refused = clerk.send(empty, form, effective_on="2190年1月1日")
    assert (refused.status_code, 'href="#effective_on"' in refused.text) == (422, True)
    assert clerk.fields(refused.text, form)["effective_on"] == "2190年1月1日"
    done = clerk.send(refused, form, effective_on="2019年6月1日")  # before it counts
    assert "落户" in done.text
    assert "2019年7月1日起 · 2019年6月1日" in done.text
    (held,) = facts(registry, one)
    assert (held["value"], held["effective_on"]) == ("2019-06-01", "2019-07-01")
    correcting = clerk.http.get(f"{form}?attribute=settled_on&corrects={held['id']}")
    done = clerk.send(correcting, form, effective_on="2019-9-1", reason="户口簿日期写错")
    assert "户口簿日期写错" in done.text
    assert "记录认定后情况" in done.text
    second = next(each for each in facts(registry, one) if not each["withdrawn_at"])
    correcting = clerk.http.get(f"{form}?attribute=settled_on&corrects={second['id']}")
    clerk.send(correcting, f"{form}/{second['id']}/withdraw", reason="并未落户")
    assert all(each["withdrawn_at"] for each in facts(registry, one))
    assert clerk.http.get(f"{form}?attribute=holder").status_code == 404
    assert Browser(site, registry, "district-donghu").http.get(f"{form}?attribute=settled_on").status_code == 403


def test_x03_who_holds_a_post_is_a_form_of_the_programme_and_is_shown_masked(registry: Registry, site: Any) -> None:
    (held,) = recognised(registry, post())
    clerk, form = Browser(site, registry, "institution-a-clerk"), f"/registrations/{held}/facts"
    empty = clerk.http.get(f"{form}?attribute=holder")
    assert "value.details.employment" in empty.text
    typed = {"effective_on": "2020-03-01", "value__name": "钱植树"}
    refused = clerk.send(empty, form, **typed, value__id_number=resident_number(2)[:-1] + "0")
    assert 'href="#value.id_number"' in refused.text
    done = clerk.send(refused, form, value__id_number=resident_number(2))
    assert "在岗人员" in done.text, done.text
    assert "钱植树" not in done.text
    assert resident_number(2) not in done.text
    assert "钱**" in done.text
