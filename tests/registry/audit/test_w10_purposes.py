"""Clear values are read for a purpose of the list with a sentence, so often an hour, and a burst is marked."""

from typing import Any

import pytest

from tests.registry.at_another_time import time_machine
from tests.registry.conftest import Registry

SAID = {"purpose": "review", "explanation": "核对申报姓名与证件是否一致"}


def unmask(registry: Registry, registration: str, body: dict[str, Any], by: str = "auditor") -> Any:
    return registry.post(by, f"/v1/registrations/{registration}/unmask", body)


def trail(registry: Registry, action: str) -> list[Any]:
    items: list[Any] = registry.get("auditor", f"/v1/audit?action={action}&limit=1000").json()["items"]
    return items


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"purpose": "x"}, ("/purpose", "purpose_unknown")),
        ({"purpose": "随便看看这些资料"}, ("/purpose", "purpose_unknown")),
        ({"purpose": "review"}, ("/explanation", "needed")),
        ({"purpose": "核对"}, ("/explanation", "needed")),
        ({"purpose": "review", "explanation": "看看"}, ("/explanation", "string_too_short")),
    ],
)
def test_w10_a_purpose_is_of_the_list_and_says_what_for(
    registry: Registry, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    held = registry.register().json()["id"]
    refused = unmask(registry, held, body)
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [fault]
    assert "赵植树" not in refused.text


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (SAID, "review: 核对申报姓名与证件是否一致"),
        ({"purpose": "年度抽查第3号"}, "年度抽查第3号"),
        ({"purpose": "audit of the year 2019"}, "audit of the year 2019"),
    ],
)
def test_w10_what_for_is_on_the_trail(registry: Registry, body: dict[str, Any], kept: str) -> None:
    held = registry.register().json()["id"]
    assert unmask(registry, held, body).json()["subject"]["name"] == "赵植树"
    assert [(each["outcome"], each["purpose"]) for each in trail(registry, "unmask")] == [("done", kept)]


def test_w10_thirty_an_hour_for_a_person_and_a_burst_is_marked_once(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = registry.register().json()["id"]
    at = time_machine(registry, monkeypatch)
    at(2020, 6, 1)
    assert {unmask(registry, held, SAID).status_code for _ in range(10)} == {200}
    assert trail(registry, "unmask_burst") == []
    assert {unmask(registry, held, SAID).status_code for _ in range(20)} == {200}
    (alarm,) = trail(registry, "unmask_burst")
    assert (alarm["by"], alarm["object"]) == ("auditor", held)
    refused = unmask(registry, held, SAID)
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
    assert refused.headers["retry-after"] == "120"
    assert trail(registry, "unmask")[-1]["outcome"] == "too-many-requests"
    assert unmask(registry, held, SAID, "bureau").status_code == 200  # another person has their own
    at(2020, 6, 1, 13)
    assert unmask(registry, held, SAID).status_code == 200
