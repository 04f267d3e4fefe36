import json

import pytest
from pydantic import ValidationError

from shared.contracts.published import PUBLISHED
from shared.events import LARGEST_EVENT, by_type, decode, encode
from tests.shared.toy import NoteTaken


def test_an_event_survives_its_envelope() -> None:
    event = NoteTaken(text="甲")
    assert decode(encode(event), by_type([NoteTaken])) == event


def test_the_envelope_has_what_cloudevents_asks_for() -> None:
    event = NoteTaken(text="甲")
    envelope = json.loads(encode(event))
    assert {name: envelope[name] for name in ("specversion", "id", "source", "type", "datacontenttype")} == {
        "specversion": "1.0",
        "id": str(event.id),
        "source": "/toy",
        "type": "toy.note.taken.v1",
        "datacontenttype": "application/json",
    }
    assert envelope["data"] == {"text": "甲"}


def test_an_event_too_large_is_refused_before_it_is_stored() -> None:
    with pytest.raises(ValueError, match="more than"):
        encode(NoteTaken(text="x" * LARGEST_EVENT))


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        NoteTaken(text="a").text = "b"  # type: ignore[misc]


def test_unknown_fields_of_a_newer_publisher_are_passed_over() -> None:
    body = json.loads(encode(NoteTaken(text="a")))
    body["data"]["more"] = 1
    body["extension"] = "x"
    decoded = decode(json.dumps(body).encode(), by_type([NoteTaken]))
    assert isinstance(decoded, NoteTaken)
    assert decoded.text == "a"


def test_every_published_type_is_versioned_and_tells_its_meaning() -> None:
    for name, event in PUBLISHED.items():
        assert name.endswith(".v1")
        assert event.__doc__
