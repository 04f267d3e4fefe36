"""Two registries over one database, as a city runs them: one registration per subject and programme, whoever asks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from services.registry.main import service
from services.registry.programmes import queries
from services.registry.registrations.models import Registration
from services.registry.subjects.models.organisations import Organisation
from services.registry.subjects.models.people import IdentityDocument, Person
from shared.contracts.audit import flaws
from shared.service import Context
from tests.at_once import at_once
from tests.registry.audit.test_audit import trail
from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.subjects import organisation, person, post

A, B = "institution-a-clerk", "institution-b-clerk"


@pytest.fixture
def second(registry: Registry) -> Iterator[Registry]:
    """Another registry over the same database."""
    context = Context.of("registry")
    with TestClient(service.app(context)) as http:
        yield Registry(http, context, registry.credentials)
    context.close()


def rows(registry: Registry, *tables: Any) -> list[int]:
    with registry.context.database.reading() as session:
        return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def posting(registry: Registry, name: str, path: str, body: Any) -> Callable[[], Any]:
    ready(registry, name)
    return lambda: registry.post(name, path, body)


def ready(registry: Registry, name: str) -> None:
    """What the first request does is done: building routes in two threads would mix up the filters of warnings."""
    registry.token(name)
    assert registry.get(name, "/v1/programmes").status_code == 200
    assert registry.http.get("/openapi.json").status_code == 200


@pytest.mark.parametrize(("body", "table"), [(person(), "person"), (organisation(), "organisation"), (post(), "post")])
def test_of_two_at_once_one_is_registered(
    registry: Registry, second: Registry, body: dict[str, Any], table: str
) -> None:
    asks = [posting(registry, A, "/v1/registrations", body), posting(second, B, "/v1/registrations", body)]
    answers = at_once(registry.context.database, table, *asks)
    assert sorted(answer.status_code for answer in answers) == [201, 409], [answer.text for answer in answers]
    assert rows(registry, Registration) == [1]
    assert [event.version for event in registry.events()] == [1]


def test_of_two_at_once_for_somebody_known_one_is_registered(registry: Registry, second: Registry) -> None:
    registry.post(A, "/v1/registrations", person(submit=False, programme="dual-qualified-teachers"))
    known = rows(registry, Person)
    asks = [posting(each, by, "/v1/registrations", person()) for each, by in ((registry, A), (second, B))]
    answers = at_once(registry.context.database, "registration", *asks)
    assert sorted(answer.status_code for answer in answers) == [201, 409], [answer.text for answer in answers]
    assert rows(registry, Person) == known


def test_two_batches_in_opposite_order_register_each_subject_once(registry: Registry, second: Registry) -> None:
    bodies = [*map(person, range(40)), *map(organisation, range(20)), *map(post, range(20))]
    path = "/v1/registrations/batch"
    asks = [
        posting(registry, A, path, {"items": bodies}),
        posting(second, B, path, {"items": bodies[::-1]}),
    ]
    mine, theirs = (answer.json()["items"] for answer in at_once(registry.context.database, "person", *asks))
    outcomes = [sorted((one["status"], two["status"])) for one, two in zip(mine, theirs[::-1], strict=True)]
    assert outcomes == [[201, 409]] * len(bodies)
    assert rows(registry, Registration, Person, IdentityDocument) == [80, 40, 40]
    assert rows(registry, Organisation) == [20]


def test_of_two_officers_at_once_one_moves_it(registry: Registry, second: Registry) -> None:
    posted = registry.post(A, "/v1/registrations", organisation()).json()
    path = f"/v1/registrations/{posted['id']}/transitions"
    asks = [posting(each, "institution-a-reviewer", path, {"action": "endorse"}) for each in (registry, second)]
    answers = at_once(registry.context.database, "step", *asks)
    assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
    history = registry.get(A, f"/v1/registrations/{posted['id']}/history").json()["items"]
    assert [each["version"] for each in history] == [1, 2]


def test_x01_of_two_at_once_the_second_is_a_case(registry: Registry, second: Registry) -> None:
    asks = [posting(each, name, "/v1/registrations", person()) for each, name in ((registry, A), (second, B))]
    answers = at_once(registry.context.database, "person", *asks)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    again = [posting(each, B, "/v1/registrations", person(2)) for each in (registry, second)]
    assert registry.post(A, "/v1/registrations", person(2)).status_code == 201
    assert [answer.status_code for answer in at_once(registry.context.database, "duplicate", *again)] == [409, 409]
    assert len(registry.get("bureau", "/v1/duplicates").json()["items"]) == 2


def test_of_two_changes_at_one_version_one_is_kept(registry: Registry, second: Registry) -> None:
    posted = registry.post(A, "/v1/registrations", person(submit=False)).json()
    path = f"/v1/registrations/{posted['id']}"

    def amending(each: Registry, township: str) -> Callable[[], Any]:
        ready(each, A)
        return lambda: each.ask(A, "PATCH", path, {"township": township}, If_Match='"1"')

    asks = [amending(registry, "扬子洲镇"), amending(second, "公园街道")]
    answers = at_once(registry.context.database, "registration", *asks)
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    (kept,) = [answer.json()["township"] for answer in answers if answer.status_code == 200]
    assert registry.get(A, path).json()["township"] == kept


def test_two_registries_make_one_trail(registry: Registry, second: Registry) -> None:
    """Whoever adds to the trail waits for the one before; no number is used twice and none is left out."""
    for each in (registry, second):
        ready(each, A)

    def many(each: Registry, first: int) -> None:
        for number in range(first, first + 20):
            assert each.post(A, "/v1/registrations", organisation(number)).status_code == 201

    with ThreadPoolExecutor() as threads:
        for done in [threads.submit(many, registry, 100), threads.submit(many, second, 200)]:
            done.result()
    entries = trail(registry)
    assert list(flaws(entries, [])) == []
    assert sum(entry.action == "register" for entry in entries) == 40


def test_what_another_process_changes_in_the_policy_holds_for_the_next_registration(
    registry: Registry, second: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apply(**changes: Any) -> None:
        """In another process, which remembers for itself what it parsed."""
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(queries, "_PARSED", {})
            assert second.put_policy(PACK_OF_NANCHANG | changes).status_code == 200

    def register(n: int) -> Any:
        return registry.post(A, "/v1/registrations", person(n)).json()

    def edited(kind: str, code: str, **changes: Any) -> dict[str, Any]:
        entries = [each | changes if each["code"] == code else each for each in PACK_OF_NANCHANG[kind]]
        return {kind: entries}

    assert register(1)["state"] == "recognised"
    apply(**edited("programmes", "youth-intake", workflow="review"))
    assert register(2)["state"] == "submitted"
    apply(**edited("reporting_units", "donghu", valid_to="2019-06-30"))
    assert [fault["pointer"] for fault in register(3)["errors"]] == ["/reporting_unit"]
    apply()
    assert register(4)["state"] == "recognised"
