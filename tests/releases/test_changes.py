"""What of today would break programs of the last release is listed in docs/compatibility.md, line by line."""

import copy
from typing import Any

import pytest

from shared.asyncapi import SERVICES
from tests.releases.documents import EVENTS, breaks, event_breaks, last_release, listed, released
from tests.releases.tables import table_breaks


@pytest.fixture(scope="module")
def before() -> dict[str, Any]:
    """What the last release kept."""
    return released(last_release())


def test_what_breaks_clients_is_listed(before: dict[str, Any], documents_now: dict[str, Any]) -> None:
    found = {line for name in SERVICES for line in breaks(name, before[name], documents_now[name])}
    assert found == listed("routes")


def test_no_event_changes_for_programs_of_the_last_release(
    before: dict[str, Any], documents_now: dict[str, Any]
) -> None:
    """In either direction: theirs of ours, and ours of theirs. There is no list: what must change is a v2 beside it."""
    assert list(event_breaks(before[EVENTS], documents_now[EVENTS])) == []


def test_what_a_migration_takes_away_or_asks_for_is_named() -> None:
    """tests/shared/test_migrations.py holds the tables of today against those of the last release."""
    before = {"note": {"id": True, "text": False, "by": False}, "tag": {"id": True}}
    now = {"note": {"id": True, "text": True, "at": True, "place": False}, "folder": {"id": True}}
    found = ["by: gone", "text: must be given", "at: must be given"]
    assert list(table_breaks("x", before, now)) == [*(f"x note.{each}" for each in found), "x tag: gone"]


def changed(documents_now: dict[str, Any], change: str) -> list[str]:
    """What is said of one change of the registry's document."""
    document = copy.deepcopy(documents_now["registry"])
    route = document["paths"]["/v1/registrations"]
    post, body = route["post"], document["components"]["schemas"]["NewRegistration"]
    read = document["components"]["schemas"]["RegistrationRead"]
    match change:
        case "route":
            del route["post"]
        case "parameter":
            route["get"]["parameters"] += [{"in": "query", "name": "year", "required": True, "schema": {}}]
        case "field asked for":
            body["required"] += ["township"]
        case "field left out":
            del read["properties"]["state"]
        case "status":
            post["responses"]["200"] = post["responses"].pop("201")
        case "type":
            read["properties"]["version"] = {"type": "string"}
        case _:
            body["properties"]["more"] = read["properties"]["more"] = {"type": "string"}
    return sorted(breaks("registry", documents_now["registry"], document))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("route", "registry POST /v1/registrations: gone"),
        ("parameter", "registry GET /v1/registrations query year: required"),
        ("field asked for", "registry POST /v1/registrations body.township: required"),
        ("field left out", "registry POST /v1/registrations 201.state: gone"),
        ("status", "registry POST /v1/registrations 201: gone"),
        ("type", "registry POST /v1/registrations 201.version: integer became string"),
        ("added", None),
    ],
)
def test_a_change_is_named_in_a_line(documents_now: dict[str, Any], change: str, line: str | None) -> None:
    found = changed(documents_now, change)
    assert line in found if line else found == []


@pytest.mark.parametrize("change", ["gone", "new word", "asked for"])
def test_a_changed_event_is_named(documents_now: dict[str, Any], change: str) -> None:
    """A field that is not said any more, a word that the last release cannot read, a field that it does not say."""
    before, after = copy.deepcopy(documents_now[EVENTS]), copy.deepcopy(documents_now[EVENTS])
    name = "quota.milestone.reached.v1"
    match change:
        case "gone":
            del after["components"]["schemas"]["MilestoneReached"]["properties"]["percent"]
            line = f"{name}.percent: gone"
        case "new word":
            after["components"]["schemas"]["RegistrationState"]["enum"] += ["archived"]
            line = "registry.registration.revoked.v1.state: archived is new"
        case _:
            before["components"]["schemas"]["MilestoneReached"]["required"].remove("percent")
            line = f"{name} read.percent: required"
    assert line in list(event_breaks(before, after))
