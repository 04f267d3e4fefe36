"""The documents that programs of others are built against: OpenAPI of each service, AsyncAPI of the events."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.asyncapi import SERVICES, document, parts
from shared.contracts.published import PUBLISHED
from shared.service import Context
from tests.releases.schemas import Comparing, resolved

RELEASES = Path(__file__).parents[2] / "deploy" / "releases"
EVENTS, TABLES = "asyncapi", "tables"
PAGE = RELEASES.parents[1] / "docs" / "compatibility.md"
LIST = re.compile(r"^```text (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"\{\w+\}")  # what a part of a path is called, which nobody sends
Document = dict[str, Any]


def documents() -> dict[str, Document]:
    """All of them as they are now, by the names of their files; of services in the data folder of the settings."""
    return {name: _openapi(name) for name in SERVICES} | {EVENTS: document(PUBLISHED, parts())}


def _openapi(name: str) -> Document:
    context = Context.of(name)
    described: Document = import_module(f"services.{name}.main").service.app(context).openapi()
    context.close()
    return described


def released(version: str) -> dict[str, Document]:
    """Those of a release."""
    return {path.stem: json.loads(path.read_text()) for path in (RELEASES / version).glob("*.json")}


def last_release() -> str:
    """The newest that is kept."""
    return max((each.name for each in RELEASES.iterdir()), key=lambda name: [int(part) for part in name.split(".")])


def listed(kind: str) -> set[str]:
    """The lines of docs/compatibility.md about what changed since the last release."""
    return {
        line
        for name, lines in LIST.findall(PAGE.read_text())
        if name == f"{kind}-since-{last_release()}"
        for line in lines.splitlines()
    }


def keep(version: str, found: dict[str, Document]) -> None:
    """Write the documents of a release."""
    folder = RELEASES / version
    folder.mkdir()
    for name, described in found.items():
        (folder / f"{name}.json").write_text(json.dumps(described, ensure_ascii=False, separators=(",", ":")) + "\n")


def breaks(service: str, old: Document, new: Document) -> Iterator[str]:
    """What of a service's routes would break a client of the earlier release."""
    taken, given = Comparing(old, new, "taken"), Comparing(old, new, "given")
    there = {NAME.sub("{}", path): methods for path, methods in new["paths"].items()}
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            at = f"{service} {method.upper()} {path}"
            now = there.get(NAME.sub("{}", path), {}).get(method)
            if now is None:
                yield f"{at}: gone"
                continue
            yield from _parameters(taken, before, now, at)
            yield from _body(taken, before, now, at)
            yield from _answers(given, before, now, at)


def _parameters(taken: Comparing, before: Document, now: Document, at: str) -> Iterator[str]:
    old, new = (
        {(p["in"], p["name"]): p for p in each.get("parameters", ()) if p["in"] != "path"} for each in (before, now)
    )
    for where, name in old.keys() - new.keys():
        yield f"{at} {where} {name}: gone"
    for key, parameter in new.items():
        named = f"{at} {' '.join(key)}"
        if parameter.get("required") and not old.get(key, {}).get("required"):
            yield f"{named}: required"
        if key in old:
            yield from taken.breaks(old[key]["schema"], parameter["schema"], named)


def _body(taken: Comparing, before: Document, now: Document, at: str) -> Iterator[str]:
    old, new = (each.get("requestBody") for each in (before, now))
    if new and new.get("required") and not (old and old.get("required")):
        yield f"{at} body: required"
    for media, content in (old or {"content": {}})["content"].items():
        if not new or media not in new["content"]:
            yield f"{at} body: no longer {media}"
        elif "schema" in content:
            yield from taken.breaks(content["schema"], new["content"][media]["schema"], f"{at} body")


def _answers(given: Comparing, before: Document, now: Document, at: str) -> Iterator[str]:
    for status, answer in before["responses"].items():
        if status >= "300":  # problems are known by their type, and new ones may come
            continue
        if status not in now["responses"]:
            yield f"{at} {status}: gone"
            continue
        content = now["responses"][status].get("content", {})
        for media, described in answer.get("content", {}).items():
            if media not in content:
                yield f"{at} {status}: no longer {media}"
            else:
                yield from given.breaks(described.get("schema", {}), content[media].get("schema", {}), f"{at} {status}")


def event_breaks(old: Document, new: Document) -> Iterator[str]:
    """What of the events a consumer of the earlier release could not read, or one of this could not read of its."""
    now = {"components": {"schemas": _as_read()}}
    for name, message in old["components"]["messages"].items():
        if name not in new["components"]["messages"]:
            yield f"{name}: gone"
            continue
        before = _data(old, message)
        then = _data(new, new["components"]["messages"][name])
        yield from Comparing(old, new, "given", closed=True).breaks(before, then, name)
        yield from Comparing(old, now, "taken").breaks(before, now["components"]["schemas"][name], f"{name} read")


def _data(document: Document, message: Document) -> Document:
    (own,) = [part for part in message["payload"]["allOf"] if "$ref" not in part]
    return resolved(document, own["properties"]["data"])


def _as_read() -> dict[str, Any]:
    """What readers of this version ask of each event, by its type; less than what is sent, where there is a default."""
    template = "#/components/schemas/{model}"
    found, definitions = models_json_schema(
        [(each, "validation") for each in PUBLISHED.values()], ref_template=template
    )
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas | {event.type: found[event, "validation"] for event in PUBLISHED.values()}
