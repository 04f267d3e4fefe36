"""An event is of the service that signed it, and of no other; what is changed on its way shows."""

import json

import pytest

from shared.contracts.published import PUBLISHED
from shared.contracts.registration import RegistrationRecognised
from shared.events import LARGEST_EVENT, Event, Unreadable, by_type, encode
from shared.signatures import MARK, read_signed
from tests.quota.given import event
from tests.shared.toy import NoteTaken
from tests.signing import SIGNERS, TRUSTED, signed

KNOWN = {**PUBLISHED, **by_type([NoteTaken])}
RECOGNISED = encode(event("recognised"))


def read(body: bytes) -> Event:
    """The event in a signed envelope."""
    return read_signed(body, KNOWN, TRUSTED, older=False)


def refusal(body: bytes, *, older: bool = False) -> str:
    """Why bytes are not read as an event."""
    with pytest.raises(Unreadable) as refused:
        read_signed(body, KNOWN, TRUSTED, older=older)
    return str(refused.value)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 13, 500])
def test_what_a_relay_carries_together_is_signed_once_and_read_one_by_one(count: int) -> None:
    events = [NoteTaken(text=str(n)) for n in range(count)]
    bodies = signed(*map(encode, events))
    assert [read(body) for body in bodies] == events
    assert len({body.rpartition(b".")[2] for body in bodies}) == 1


def test_it_is_still_a_cloudevent() -> None:
    (body,) = signed(RECOGNISED, by="/registry")
    said = json.loads(body)
    signature = said.pop("signature")
    assert said == json.loads(RECOGNISED)
    assert signature.count(".") == 3


def test_the_longest_event_can_be_signed() -> None:
    room = LARGEST_EVENT - len(encode(NoteTaken(text="")))
    longest = NoteTaken(text="x" * (room - 2))  # its first letter is its key, twice
    assert len(encode(longest)) == LARGEST_EVENT
    assert read(*signed(encode(longest))) == longest


def test_no_service_speaks_for_another() -> None:
    for other in ("/quota", "/notify"):
        (forged,) = signed(RECOGNISED, by=other)
        assert refusal(forged) == f"{RegistrationRecognised.type}: signed by {other}, which may not say so"
    assert read(*signed(RECOGNISED, by="/registry")).source == "/registry"


def test_what_nobody_signed_is_refused() -> None:
    assert refusal(RECOGNISED) == "not signed"
    assert refusal(b"") == "not signed"


def test_a_signature_of_another_event_does_not_hold() -> None:
    mine, other = signed(RECOGNISED, encode(event("revoked")), by="/registry")
    taken = mine.partition(MARK)[0] + MARK + other.partition(MARK)[2]
    assert refusal(taken) == "its signature does not hold"


def test_a_changed_byte_is_noticed_wherever_it_is() -> None:
    """Also one that JSON would read the same, and one of a way that leads nowhere."""
    body, _ = signed(RECOGNISED, encode(event("revoked")), by="/registry")
    for before, after in ((b'"recognised"', b'"revoked"'), (b'{"specversion"', b'{ "specversion"'), (b".0.", b".1.")):
        assert before in body
        assert refusal(body.replace(before, after, 1)) == "its signature does not hold"


@pytest.mark.parametrize(
    "signature",
    ["", "a.b.c", "registry.x.AAAA.AAAA", "registry.-1..AAAA", "registry.1..AAAA", f"registry.0.{'A' * 800}.AAAA",
     "registry.0.AAAA.A", "registry.0..\u00e9"],
)  # fmt: skip
def test_what_is_no_signature_is_refused_in_a_sentence(signature: str) -> None:
    body = RECOGNISED[:-1] + MARK + signature.encode() + b'"}'
    assert refusal(body) in ("its signature is none", "its signature does not hold")


def test_a_key_that_nobody_knows_signs_nothing() -> None:
    (body,) = signed(RECOGNISED, by="/registry")
    assert refusal(body.replace(b"registry.0.", b"stranger.0.")) == "signed with a key that is not known"


def test_what_stood_on_the_bus_before_may_be_unsigned_and_not_wrongly_signed() -> None:
    assert read_signed(RECOGNISED, KNOWN, TRUSTED, older=True).source == "/registry"
    (forged,) = signed(RECOGNISED, by="/quota")
    assert "may not say so" in refusal(forged, older=True)


def test_the_same_events_are_signed_with_the_same_bytes() -> None:
    """So that a relay which carries them again after a crash says the same."""
    assert SIGNERS["/registry"].sign([RECOGNISED]) == SIGNERS["/registry"].sign([RECOGNISED])
    assert SIGNERS["/registry"].sign([]) == []
