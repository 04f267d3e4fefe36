"""Recognising beyond the places of a cap (突破名额) on the pages: asked where none is left, done by two officers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portal.reading import Read
from tests.registry.caps import cap
from tests.registry.conftest import Registry
from tests.registry.places import Places
from tests.registry.test_pages import Browser, opened
from tests.registry.transitions.test_seats import TEACHERS, passed
from tests.registry.transitions.test_transitions import history

REASON = "市委人才工作领导小组2019年第3次会议同意增补"
DECIDED = {"decision_no": "测人社字〔2019〕1号", "decision_date": "2019-12-20"}


@pytest.fixture
def site(registry: Registry, tmp_path: Path) -> Iterator[Any]:
    with opened(registry, tmp_path) as app:
        yield app


def field(html: str) -> dict[str, Any] | None:
    """The field for the reason to go beyond, if it is asked for."""
    return next((each for each in Read(html).all("textarea") if each["name"] == "override_reason"), None)


def test_the_reason_is_asked_where_no_place_is_left_and_the_second_officer_sees_it(
    registry: Registry, site: Any, quota: Places
) -> None:
    cap(registry, quota, TEACHERS, 1)
    one, last = passed(registry, TEACHERS, 1, 2)
    path = f"/registrations/{last}"
    bureau, second = Browser(site, registry, "bureau"), Browser(site, registry, "bureau-2")
    for each in (one, last):
        form = bureau.http.get(f"/registrations/{each}/recognise")
        assert field(form.text) is None
        full = bureau.send(form, f"/registrations/{each}/recognise", **DECIDED)
    assert (full.status_code, 'href="#override_reason"' in full.text) == (409, True)
    assert "须两人办理" in full.text
    assert bureau.fields(full.text, f"{path}/recognise")["decision_no"] == DECIDED["decision_no"]
    again = bureau.send(full, f"{path}/recognise", override_reason=" ")
    assert (again.status_code, field(again.text) is not None) == (409, True)
    requested = bureau.send(again, f"{path}/recognise", override_reason=REASON)
    assert f"突破理由：{REASON}" in requested.text
    assert registry.get("bureau", f"/v1{path}").json()["state"] == "city_passed"
    form = second.http.get(f"{path}/recognise")
    assert REASON in form.text
    done = second.send(form, f"{path}/recognise", override_reason=REASON)
    assert registry.get("bureau", f"/v1{path}").json()["state"] == "recognised"
    assert f"突破理由：{REASON}" in done.text.partition("办理记录")[2]
    assert history(registry, last)[-1]["override_reason"] == REASON
