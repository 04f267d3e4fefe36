"""Public notices in the portal before the real registry: written by one, released by another, run, over, decided."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.portal.pages.notices.rules import countdowns
from services.portal.pages.notices.schemas import RunningShown, YearShown
from services.registry.transitions.rendering import content_security_policy
from tests.registry.conftest import Registry
from tests.registry.test_pages import Browser, opened
from tests.registry.transitions.test_publication import CRAFTSMEN
from tests.registry.transitions.test_workflow import DECIDED, PUBLISHED, Drafts

PAGE = f"/notices/{CRAFTSMEN}/{PUBLISHED['effective_on']}"
BATCH = "/registrations/batch"


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def test_a_notice_is_written_by_one_released_by_another_objected_to_and_decided(registry: Registry, site: Any) -> None:
    drafts = Drafts(registry, "notice")
    for _ in range(2):
        drafts.at("proposed")
    first, second = (Browser(site, registry, name) for name in ("bureau", "bureau-2"))
    assert "还没有填写名单" in first.http.get("/notices").text
    queue = first.http.get(f"/registrations?programme={CRAFTSMEN}&state=proposed")
    confirming = first.send(queue, BATCH, action="publish", all="on")
    waits = first.send(confirming, BATCH, **PUBLISHED)
    assert "2 条待第二人" in waits.text
    assert "须由另一名经办人发布" in first.http.get(f"{PAGE}?draft=true").text

    draft = second.http.get(f"{PAGE}?draft=true")
    assert "bureau已填写名单，首日2019年9月27日" in draft.text
    assert "赵植树" not in draft.text
    confirming = second.send(draft, BATCH, action="publish", all="on")
    assert (
        second.fields(confirming.text, BATCH)["effective_on"] == PUBLISHED["effective_on"]
    )  # as the first one stated it
    assert "2 条办结" in second.send(confirming, BATCH).text
    assert second.http.get(f"{PAGE}?draft=true").status_code == 404

    listed = second.http.get("/notices").text
    assert "期满，待认定" in listed
    assert "2019年9月27日至2019年10月10日" in listed
    page = second.http.get(PAGE)
    one = re.findall(r'name="(id\.[^"]+)"', page.text)[0]
    confirming = second.send(page, BATCH, action="object", **{one: "on"})
    assert "1 条办结" in second.send(confirming, BATCH, reason="收到书面异议").text
    page = second.http.get(PAGE)
    assert "异议核查中的登记" in page.text
    assert "其中异议核查 1 条" in second.http.get("/notices").text
    confirming = second.send(page, BATCH, action="recognise", all="on")
    assert "1 条办结" in second.send(confirming, BATCH, **DECIDED).text

    made = second.http.get(f"{PAGE}/list.html")
    assert made.text.count("赵植树") == 2
    assert made.headers["content-security-policy"] == content_security_policy()
    assert "洪城工匠拟认定名单公示" in second.http.get(f"{PAGE}/list.txt").text


def test_an_act_on_many_is_taken_back_where_one_takes_it_back(registry: Registry, site: Any) -> None:
    held = Drafts(registry, "review").at("recognised")
    officer = Browser(site, registry, "bureau")
    confirming = officer.send(officer.http.get("/registrations?state=recognised"), BATCH, action="suspend", all="on")
    done = officer.send(confirming, BATCH, reason="资料待核")
    assert "对办结的 1 条办理：恢复" in done.text
    back = officer.send(done, BATCH, action="resume")
    assert "1 条办结" in officer.send(back, BATCH).text
    assert registry.get("bureau", f"/v1/registrations/{held}").json()["state"] == "recognised"


def test_what_ends_today_stands_first_and_days_are_the_registry_s(registry: Registry, site: Any) -> None:
    """The National Day holiday of 2019, after which a Saturday is worked; a year that is not loaded is no guess."""
    off = [f"2019-10-0{n}" for n in (1, 2, 3, 4, 7)]
    worked = ["2019-09-29", "2019-10-12"]
    year = YearShown.model_validate({"year": 2019, "source": "package", "days_off": off, "days_worked": worked})
    notices = [
        RunningShown(programme="x", first_day=date(2019, 9, 27), last_day=day, entries=1, objected=0)
        for day in (date(2019, 10, 14), date(2019, 10, 10), date(2019, 9, 30), date(2020, 1, 3))
    ]
    found = [
        (each.part, each.days, each.working_days)
        for each in countdowns(notices, {2019: year.read()}.get, date(2019, 9, 30))
    ]
    assert found == [("today", 0, 0), ("running", 10, 3), ("running", 14, 6), ("running", 95, None)]
    auditor = Browser(site, registry, "auditor").http
    assert auditor.get("/notices").status_code == 200
    assert auditor.get(f"{PAGE}/list.html").status_code == 403
