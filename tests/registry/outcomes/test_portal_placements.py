"""Placements in the portal before the real registry: entered one after another, finished, hired, taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.outcomes.followed import base, change
from tests.registry.subjects import resident_number
from tests.registry.test_pages import Browser, opened

FORM = "/placements/new"


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def listed(registry: Registry) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.get("bureau", "/v1/placements").json()["items"]
    return found


def test_x12_people_are_placed_one_after_another_and_followed_to_their_end(registry: Registry, site: Any) -> None:
    at = base(registry)
    clerk = Browser(site, registry, "institution-a-clerk")
    assert f"/placements?base={at}" in clerk.http.get(f"/registrations/{at}").text
    empty = clerk.http.get(f"{FORM}?base={at}")
    typed = {"subject__name": "赵植树", "subject__id_number": resident_number(1), "started_on": "2020年1月2日"}
    refused = clerk.send(empty, FORM, **typed, months="2")
    assert (refused.status_code, 'href="#months"' in refused.text) == (422, True)
    assert clerk.fields(refused.text, FORM)["base"] == at
    sent = [clerk.send(refused, FORM, months="3") for _ in range(2)]  # a double click
    assert sent[0].url == sent[1].url
    (one,) = listed(registry)
    assert (one["started_on"], one["last_day"]) == ("2020-01-02", "2020-04-02")
    after = sent[1]
    assert "已登记：赵**，期满日 2020年4月2日" in after.text
    assert clerk.fields(after.text, FORM) | {"subject.name": ""} == clerk.fields(after.text, FORM)
    assert clerk.fields(after.text, FORM)["started_on"] == "2020-01-02"  # the next one of the same group
    assert 'id="subject.name"' in after.text.partition("autofocus")[0][-300:]
    changed = clerk.send(refused, FORM, months="4")
    assert "这张表单已经提交过" in changed.text

    page = f"/placements/{one['id']}"

    def state(field: str, **typed: str) -> Any:
        kept = clerk.fields(clerk.http.get(page).text, page)
        return clerk.http.post(page, data=kept | {"field": field} | typed)

    assert state("finished_on", finished_on="2020-04-01").status_code == 422
    stale = clerk.fields(clerk.http.get(page).text, page)
    assert "期满" in state("finished_on", finished_on="2020-4-2").text
    assert clerk.http.post(page, data=stale | {"field": "months", "months": "5", "form_id": "x"}).status_code == 412
    assert "留用" in state("hired_on", hired_on="2020-04-03").text
    assert "100.0%" in clerk.http.get("/placements?year=2020").text
    assert listed(registry)[0]["state"] == "hired"
    state("hired_on")
    assert listed(registry)[0]["state"] == "finished"


def test_x12_what_is_another_institution_s_is_not_there_and_a_reader_changes_nothing(
    registry: Registry, site: Any
) -> None:
    at = base(registry)
    one = registry.post("institution-a-clerk", "/v1/placements", {
        "base": at, "subject": {"name": "赵植树", "id_number": resident_number(1)}, "started_on": "2020-01-02",
        "months": 3,
    }).json()  # fmt: skip
    assert change(registry, one, left_on="2020-02-01").status_code == 200
    page = f"/placements/{one['id']}"
    assert Browser(site, registry, "institution-b-clerk").http.get(page).status_code == 404
    auditor = Browser(site, registry, "auditor").http
    shown = auditor.get(page)
    assert (shown.status_code, "中止" in shown.text, "填错了" in shown.text) == (200, True, False)
    assert auditor.get(FORM).status_code == 403
    assert "填错了：退回“中止”" in Browser(site, registry, "institution-a-clerk").http.get(page).text
