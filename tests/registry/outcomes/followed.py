"""What the tests of outcomes ask for, with only what matters to the case spelt out."""

from typing import Any

from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, resident_number
from tests.registry.transitions.test_deadlines import recognised

A, B = "institution-a-clerk", "institution-b-clerk"


def record(registry: Registry, of: str, attribute: str, on: str, name: str = A, **more: Any) -> Any:
    """Ask to record a fact; its value is its day unless another is given."""
    body = {"attribute": attribute, "value": on, "effective_on": on} | more
    return registry.post(name, f"/v1/registrations/{of}/facts", body)


def holder(n: int, **details: Any) -> dict[str, Any]:
    """The n-th person as who holds a post."""
    return {"name": "赵植树", "id_number": resident_number(n), "details": details}


def hold(registry: Registry, post: str, n: int, on: str, name: str = A, **more: Any) -> Any:
    """Ask to record that the n-th person holds a post."""
    return record(registry, post, "holder", on, name, **{"value": holder(n)} | more)


def facts(registry: Registry, of: str, query: str = "", name: str = A) -> list[dict[str, Any]]:
    """What is recorded of a registration."""
    found: list[dict[str, Any]] = registry.get(name, f"/v1/registrations/{of}/facts{query}").json()["items"]
    return found


def shown(registry: Registry, of: str) -> dict[str, Any]:
    """A registration as the bureau reads it."""
    found: dict[str, Any] = registry.get("bureau", f"/v1/registrations/{of}").json()
    return found


def changes(registry: Registry) -> list[tuple[str, str | None, str]]:
    """What became of the classes of whatever was announced last."""
    return [(each.name, each.value, each.since.isoformat()) for each in registry.events()[-1].class_changes]


def base(registry: Registry, n: int = 1, **about: Any) -> str:
    """A recognised internship base, of 20 December 2019."""
    (found,) = recognised(registry, organisation(n, "internship-bases", **about))
    return found


def place(registry: Registry, at: str, n: int = 1, name: str = A, **more: Any) -> Any:
    """Ask to enter the n-th person's placement."""
    subject = {"name": "赵植树", "id_number": resident_number(n)}
    body = {"base": at, "subject": subject, "started_on": "2020-01-02", "months": 3} | more
    return registry.post(name, "/v1/placements", body)


def change(registry: Registry, placement: dict[str, Any], name: str = A, **days: Any) -> Any:
    """Ask to change a placement as it was read."""
    version = f'"{placement["version"]}"'
    return registry.ask(name, "PATCH", f"/v1/placements/{placement['id']}", days, If_Match=version)
