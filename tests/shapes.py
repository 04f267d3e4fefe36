"""Every field of every body, query and path of a service, as its OpenAPI document has it, given what it must refuse."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import FastAPI

from shared.fields import A_CODE, A_FIELD_NAME, A_MONTH, AS_TYPED, ONE_LINE, SIX_DIGITS
from tests.inputs import operations

NOT_TEXT = ("甲\u0000乙", "甲\u001b乙", "甲\u0085乙", "\ud800", "甲\u202e乙")
NOT_TYPED = ("甲\u0000乙", "甲\u001b乙", "甲\ufffd乙", "\ud800")
NOT_A_LINE = ("甲\n乙", "甲\r\n乙", "甲\u2028乙", " \u3000\t ", "\u200b", "")
NOT_A_DAY = ("2019-02-29", "2019-13-01", "0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "x")
NOT_AN_INSTANT = (
    "2019-01-01T00:00:00",
    "2019-01-01T00:00:00 08:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "2019-02-29T00:00:00Z",
    "0.5",
    "2019-12-31",
)
SAMPLES = {A_CODE: "youth-intake", A_FIELD_NAME: "round", A_MONTH: "2019-12", SIX_DIGITS: "360102"}
SAMPLES_BY_FORMAT = {
    "uuid": "00000000-0000-7000-8000-000000000001",
    "date": "2019-07-01",
    "date-time": "2019-07-01T00:00:00Z",
}


class Leaf(NamedTuple):
    """A field that holds no others: where it stands, and its schema."""

    path: tuple[str | int, ...]
    schema: Mapping[str, Any]

    @property
    def pointer(self) -> str:
        """As a JSON pointer."""
        return "".join(f"/{part}" for part in self.path)


class Document:
    """The schemas of a document, with their references followed."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def whole(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema itself: that referred to, or the first choice of several that is not null."""
        while True:
            if "$ref" in schema:
                schema = self._schemas[schema["$ref"].rpartition("/")[2]]
            elif choices := [
                each for each in schema.get("anyOf") or schema.get("oneOf") or () if each.get("type") != "null"
            ]:
                schema = {name: value for name, value in schema.items() if name not in ("anyOf", "oneOf")} | choices[0]
            else:
                return schema

    def sample(self, schema: Mapping[str, Any], name: str = "", hints: Mapping[str, Any] | None = None) -> Any:
        """A value that the schema allows, with all its fields."""
        schema, hints = self.whole(schema), hints or {}
        if name in hints:
            return hints[name]
        if "const" in schema or "enum" in schema:
            return schema["const"] if "const" in schema else schema["enum"][0]
        match schema.get("type"):
            case "object":
                return {each: self.sample(of, each, hints) for each, of in schema.get("properties", {}).items()}
            case "array":
                return [self.sample(schema["items"], name, hints)] if schema.get("items") else []
            case "integer" | "number":
                return max(schema.get("minimum", 1), 1)
            case "boolean":
                return False
        return SAMPLES.get(schema.get("pattern", "")) or SAMPLES_BY_FORMAT.get(schema.get("format", ""), "x")

    def leaves(self, schema: Mapping[str, Any], path: tuple[str | int, ...] = ()) -> Iterator[Leaf]:
        """Every field that holds no others."""
        whole = self.whole(schema)
        for name, each in whole.get("properties", {}).items():
            yield from self.leaves(each, (*path, name))
        if whole.get("type") == "array" and whole.get("items"):
            yield from self.leaves(whole["items"], (*path, 0))
        elif whole.get("type") != "object":
            yield Leaf(path, whole)


def refused_in_a_body(leaf: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a field of a body must not be."""
    kind = leaf.get("type")
    if kind == "boolean":
        return "yes", "true", 1, 0
    if kind == "integer":
        return True, "1", 1.5, 10**30, -(10**30)
    if kind == "number":
        return True, 0.1, "½"
    return (*refused_as_written(leaf), 1577836800, True, {})


def refused_as_written(leaf: Mapping[str, Any]) -> tuple[str, ...]:
    """What a field must not be, written as text."""
    if leaf.get("type") == "boolean":
        return "yes", "1", "t", "on"
    if leaf.get("type") == "integer":
        return "true", "1.0", "1_0", "+1", "9" * 5000, "½"
    if "enum" in leaf or "const" in leaf:
        return (*NOT_TEXT, "nope")
    match leaf.get("format"):
        case "date":
            return NOT_A_DAY
        case "date-time":
            return NOT_AN_INSTANT
        case "uuid":
            return ("x", "\u0000")
    if leaf.get("pattern") == AS_TYPED:
        return NOT_TYPED
    return NOT_TEXT + NOT_A_LINE if leaf.get("pattern") == ONE_LINE else NOT_TEXT


def with_value(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A body with another value at a place."""
    if not path:
        return value
    changed: Any = list(body) if isinstance(body, list) else dict(body)
    changed[path[0]] = with_value(body[path[0]], path[1:], value)
    return changed


class Attempt(NamedTuple):
    """A request with one thing in it that must be refused: where that lies, and its content or address."""

    method: str
    path: str
    pointer: str
    content: bytes | None
    value: str  # as a failed test shows it


def attempts(app: FastAPI, hints: Mapping[str, Any], left_out: tuple[str, ...] = ()) -> Iterator[Attempt]:
    """Requests to every operation of a service, each with one field as it must not be."""
    document = Document(app.openapi()["components"]["schemas"])
    for method, path, operation in operations(app):
        if path in left_out:
            continue
        yield from _in_address(document, app, method, path, operation)
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            good = document.sample(content["schema"], hints=hints)
            for leaf in document.leaves(content["schema"]):
                for value in refused_in_a_body(leaf.schema):
                    bad = json.dumps(with_value(good, leaf.path, value)).encode()
                    yield Attempt(method, path, leaf.pointer, bad, ascii(value)[:40])


def _in_address(
    document: Document, app: FastAPI, method: str, path: str, operation: Mapping[str, Any]
) -> Iterator[Attempt]:
    template = next(each for each in app.openapi()["paths"] if _filled(each) == path)
    for parameter in operation.get("parameters", ()):
        if parameter["in"] not in ("query", "path") or parameter["name"] == "cursor":
            continue
        name, leaf = parameter["name"], document.whole(parameter["schema"])
        leaf = document.whole(leaf["items"]) if leaf.get("type") == "array" else leaf
        for value in refused_as_written(leaf):
            if "\ud800" in value or (parameter["in"] == "path" and not value.strip(" \u200b\u3000\t")):
                continue
            if parameter["in"] == "query":
                address = f"{path}?{name}={quote(value)}"
            else:
                address = _filled(template.replace(f"{{{name}}}", quote(value, safe="")))
            yield Attempt(method, address, f"/{name}", None, ascii(value)[:40])


def _filled(template: str) -> str:
    return re.sub(r"\{\w+\}", "00000000-0000-0000-0000-000000000007", template)


def refusal_of(answer: Any) -> tuple[int, list[str]]:
    """The status and where the faults lie; of a batch, those of its first item."""
    body = answer.json()
    if answer.status_code == 200 and body.get("items"):
        body = body["items"][0]["problem"] or {"status": 200}
    return body.get("status", answer.status_code), [each["pointer"] for each in body.get("errors", ())]


def is_named(pointer: str, faults: list[str]) -> bool:
    """Whether some fault lies at a place, or at what holds it."""
    return any(f"{pointer}/".startswith(f"{each}/") or each.startswith(f"{pointer}/") for each in faults if each)


def each_is_refused(attempted: Iterator[Attempt], send: Callable[[Attempt], Any]) -> None:
    """Every attempt is refused with 422 that names the field."""
    found = []
    for each in attempted:
        status, faults = refusal_of(send(each))
        if status != 422 or not is_named(each.pointer, faults):
            found.append((each.method, each.path[:60], each.pointer, each.value, status, faults))
    assert not found, "\n".join(map(str, found))


def strangers_are_refused(attempted: Iterator[Attempt], opened: Collection[str], send: Callable[[Attempt], Any]) -> int:
    """Whoever has no token learns nothing of what is wrong with a request: 401, but where it is opened. How many."""
    seen = {(each.method, each.path, each.pointer): each for each in attempted}  # one for each field is enough
    closed = [each for each in seen.values() if not any(each.path.startswith(path) for path in opened)]
    found = [(each.method, each.path[:60], each.pointer, send(each).status_code) for each in closed]
    assert [each for each in found if each[-1] != 401] == []
    return len(found)
