"""Events as the relay of their service would put them on the bus, with keys that only tests have."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.bus import Outgoing
from shared.events import Event, encode
from shared.signatures import EventSigner, TrustedKey, TrustedKeys

SOURCES = ("/toy", "/registry", "/quota", "/notify")
PRIVATE = {source: Ed25519PrivateKey.generate() for source in SOURCES}
SIGNERS = {source: EventSigner(source[1:], key) for source, key in PRIVATE.items()}
TRUSTED = TrustedKeys({source[1:]: TrustedKey(source, key.public_key()) for source, key in PRIVATE.items()})


def signed(*bodies: bytes, by: str = "/toy") -> list[bytes]:
    """Bytes with the signature of a service, as if its relay carried them together."""
    return SIGNERS[by].sign(bodies)


def outgoing(*events: Event) -> list[Outgoing]:
    """Events as they go onto the bus, each signed by its own service."""
    return [Outgoing(each.topic, each.key, *signed(encode(each), by=each.source)) for each in events]
