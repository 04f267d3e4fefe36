"""The AsyncAPI document says what travels: compared with the code, with its own structure, and with real envelopes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from shared.asyncapi import document, parts, text
from shared.contracts.published import PUBLISHED
from shared.events import Event, encode
from tests.shared.toy import NoteTaken
from tests.signing import SIGNERS

TRACED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
FILE = Path(__file__).parents[2] / "deploy" / "asyncapi.json"

# The parts of AsyncAPI 3.0 that the document uses, from the specification's tables; nothing else may stand in it.
REFERENCE = {"type": "object", "properties": {"$ref": {"type": "string", "pattern": "^#/"}}, "required": ["$ref"]}


def _closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _each(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "minProperties": 1, "additionalProperties": schema}


TEXT = {"type": "string", "minLength": 1}
CHANNEL = _closed(["address", "messages"], address=TEXT, messages=_each(REFERENCE), bindings=_each({"type": "object"}))
OPERATION = _closed(
    ["action", "channel", "messages"],
    action={"enum": ["send", "receive"]},
    channel=REFERENCE,
    title=TEXT,
    messages={"type": "array", "items": REFERENCE, "minItems": 1, "uniqueItems": True},
)
MESSAGE = _closed(
    ["name", "title", "contentType", "payload"],
    name=TEXT,
    title=TEXT,
    contentType={"const": "application/cloudevents+json"},
    payload={"type": "object"},
    bindings=_each({"type": "object"}),
)
DOCUMENT = _closed(
    ["asyncapi", "info", "channels", "operations", "components"],
    asyncapi={"const": "3.0.0"},
    id={"type": "string", "pattern": "^urn:"},
    info=_closed(
        ["title", "version"], title=TEXT, version=TEXT, description=TEXT, license=_closed(["name"], name=TEXT)
    ),
    defaultContentType=TEXT,
    channels=_each(CHANNEL),
    operations=_each(OPERATION),
    components=_closed(["messages", "schemas"], messages=_each(MESSAGE), schemas=_each({"type": "object"})),
)


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FILE.read_text())
    return loaded


def references(node: Any) -> Iterator[str]:
    """Every $ref anywhere."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def find(described: dict[str, Any], reference: str) -> Any:
    """What a $ref points to."""
    node: Any = described
    for name in reference.removeprefix("#/").split("/"):
        node = node[name]
    return node


def validator(described: dict[str, Any], name: str) -> jsonschema.Draft7Validator:
    """Checks envelopes of one type as a reader of the document would."""
    schema = {"allOf": [{"$ref": f"#/components/messages/{name}/payload"}], "components": described["components"]}
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def test_the_document_in_the_repository_is_what_the_contracts_say_now() -> None:
    assert FILE.read_text() == text(), "run: python -m shared.asyncapi > deploy/asyncapi.json"


def test_the_document_has_the_structure_of_asyncapi_3(described: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(DOCUMENT).validate(described)
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft7Validator.check_schema(schema)


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    for reference in references(described):
        assert isinstance(find(described, reference), dict), reference


def test_a_message_of_an_operation_belongs_to_its_channel(described: dict[str, Any]) -> None:
    for operation in described["operations"].values():
        for message in operation["messages"]:
            assert message["$ref"].startswith(f"{operation['channel']['$ref']}/messages/")


def test_every_event_is_sent_by_its_owner_on_its_topic(described: dict[str, Any]) -> None:
    sent = {
        (
            name.split(".")[0],
            message["$ref"].rpartition("/")[2],
            find(described, operation["channel"]["$ref"])["address"],
        )
        for name, operation in described["operations"].items()
        if operation["action"] == "send"
        for message in operation["messages"]
    }
    assert sent == {(event.source.removeprefix("/"), event.type, event.topic) for event in PUBLISHED.values()}


def test_what_a_service_receives_is_what_it_handles(described: dict[str, Any]) -> None:
    for name, part in parts().items():
        received = {
            message["$ref"].rpartition("/")[2]
            for operation_name, operation in described["operations"].items()
            if operation_name.startswith(f"{name}.receive.")
            for message in operation["messages"]
        }
        assert received == {event.type for event in part.handles}
    assert any(".receive." in name for name in described["operations"])


@pytest.mark.parametrize("name", sorted(PUBLISHED))
@effort(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_event_fits_its_schema_and_nothing_else_does(
    described: dict[str, Any], name: str, data: st.DataObject
) -> None:
    fields = PUBLISHED[name].model_fields
    drawn = dict.fromkeys(fields.keys() - {"id", "time", "traceparent"}, ...)
    event: Event = data.draw(st.builds(PUBLISHED[name], traceparent=st.sampled_from([None, TRACED]), **drawn))
    (body,) = SIGNERS["/registry"].sign([encode(event)])
    envelope = json.loads(body)
    checked = validator(described, name)
    checked.validate(envelope)
    for broken in (
        envelope | {"type": "other"},
        envelope | {"source": "/other"},
        envelope | {"specversion": "0.3"},
        envelope | {"id": 7},
        envelope | {"traceparent": TRACED.upper()},
        envelope | {"data": {}},
        {key: value for key, value in envelope.items() if key != "partitionkey"},
        {key: value for key, value in envelope.items() if key != "signature"},
    ):
        assert not checked.is_valid(broken), broken


def test_a_new_event_makes_the_document_a_different_one() -> None:
    assert document({**PUBLISHED, NoteTaken.type: NoteTaken}, parts()) != document(PUBLISHED, parts())
