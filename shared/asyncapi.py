"""The events as an AsyncAPI 3.0 document, from the contracts: `python -m shared.asyncapi > deploy/asyncapi.json`.

Channels are topics, messages are the published events, operations are what each service publishes and what it handles.
"""

import inspect
import json
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Any, NamedTuple

from pydantic.json_schema import models_json_schema

from shared.contracts.published import PUBLISHED
from shared.events import Envelope, Event
from shared.problems import Said
from shared.traces import WRITTEN

SERVICES = ("registry", "quota", "notify")
CONTENT_TYPE = "application/cloudevents+json"
SCHEMAS = "#/components/schemas"


class DocumentPart(NamedTuple):
    """What one service says of itself: its title, and the events it handles."""

    title: Said
    handles: Iterable[type[Event]]


def parts() -> dict[str, DocumentPart]:
    """The services as they are; loaded by name, because nothing here may depend on them."""
    found = {name: import_module(f"services.{name}.main").service for name in SERVICES}
    return {name: DocumentPart(service.title, service.handlers) for name, service in found.items()}


def document(published: Mapping[str, type[Event]], services: Mapping[str, DocumentPart]) -> dict[str, Any]:
    """The whole document."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:talent-registry:events",
        "info": {
            "title": "人才计划登记系统的事件 · Events of the talent programme registry",
            "version": version("talent-registry"),
            "description": "CloudEvents 1.0 in structured mode; at least once, in order per key, and nothing personal.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic: _channel(topic, events) for topic, events in _by_topic(published.values()).items()},
        "operations": _operations(published, services),
        "components": {
            "messages": {name: _message(event) for name, event in published.items()},
            "schemas": {"CloudEvent": _envelope(), **_schemas(published.values())},
        },
    }


def _by_topic(events: Iterable[type[Event]]) -> dict[str, list[type[Event]]]:
    found: dict[str, list[type[Event]]] = {}
    for event in events:
        found.setdefault(event.topic, []).append(event)
    return found


def _channel(topic: str, events: Iterable[type[Event]]) -> dict[str, Any]:
    return {
        "address": topic,
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"} for event in events},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.5.0"}},
    }


def _operations(published: Mapping[str, type[Event]], services: Mapping[str, DocumentPart]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, part in services.items():
        sent = [event for event in published.values() if event.source == f"/{name}"]
        for action, events in (("send", sent), ("receive", part.handles)):
            for topic, those in _by_topic(events).items():
                found[f"{name}.{action}.{topic}"] = _operation(action, topic, those, part.title)
    return found


def _operation(action: str, topic: str, events: Iterable[type[Event]], title: Said) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic}"},
        "title": f"{title.zh} · {title.en}",
        "messages": [{"$ref": f"#/channels/{topic}/messages/{event.type}"} for event in events],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    meaning = inspect.getdoc(event) or ""
    data = {
        "type": {"const": event.type},
        "source": {"const": event.source},
        "data": {"$ref": f"{SCHEMAS}/{event.__name__}"},
    }
    return {
        "name": event.type,
        "title": meaning.partition(":")[0],
        "contentType": CONTENT_TYPE,
        "payload": {"allOf": [{"$ref": f"{SCHEMAS}/CloudEvent"}, {"type": "object", "properties": data}]},
        "bindings": {"kafka": {"key": {"type": "string", "description": inspect.getdoc(event.key)}}},
    }


def _envelope() -> dict[str, Any]:
    schema = Envelope.model_json_schema()
    always = {
        "datacontenttype": {"const": "application/json"},
        "subject": {"type": "string", "minLength": 1, "description": "what the event is about; the same as its key"},
        "partitionkey": {"type": "string", "minLength": 1, "description": "events with the same key keep their order"},
        "signature": {
            "type": "string",
            "pattern": r"^[a-z0-9-]+\.[0-9]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{86}$",
            "description": "by the source's key: key id, leaf, hashes up to the root of a Merkle tree (RFC 9162), and "
            "the Ed25519 signature of that root; over the envelope without it, byte for byte",
        },
    }
    sometimes = {
        "traceparent": {
            "type": "string",
            "pattern": f"^{WRITTEN}$",
            "description": "the trace of the request that brought it about (W3C Trace Context); for logs and spans",
        }
    }
    return schema | {
        "description": "CloudEvents 1.0, structured mode",
        "properties": schema["properties"] | sometimes | always,
        "required": [*schema["required"], *always],
    }


def _schemas(events: Iterable[type[Event]]) -> dict[str, Any]:
    """What each event holds; serialised, so without what the envelope carries."""
    _, found = models_json_schema([(event, "serialization") for event in events], ref_template=f"{SCHEMAS}/{{model}}")
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def text() -> str:
    """The document as the file `deploy/asyncapi.json` holds it."""
    return json.dumps(document(PUBLISHED, parts()), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
