"""What the tests of bulletins share: publishing, and finding a line in what was published."""

from datetime import date
from typing import Any

from shared.auth import Role
from tests.quota.conftest import Site
from tests.quota.given import event

PROGRAMME = "industry-urgent-talent"


SPAN = {"start": "2018-01-01", "end": "2022-12-31", "label": "2018-2022"}


def head(name: object, unit: str = "donghu", on: str = "2019-03-01", state: str = "recognised", **more: Any) -> Any:
    counted_on = date.fromisoformat(on)
    return event(state, name, programme=PROGRAMME, reporting_unit=unit, counted_on=counted_on, **more)


def publish(site: Site, edition: str, **more: Any) -> Any:
    body = {"edition": edition} | more
    return site.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins", body, headers={"Accept-Language": "en"})


def content(site: Site, edition: str, **more: Any) -> Any:
    answer = publish(site, edition, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()["content"]


def read(site: Site, bulletin: Any, form: str, **more: Any) -> Any:
    answer = site.get(f"/v1/bulletins/{bulletin['id']}.{form}", **more)
    assert answer.status_code == 200, answer.text
    return answer
