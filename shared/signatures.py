"""Events are signed by their service (事件签名), so that nobody who reaches the bus can speak for another one.

A relay signs all that it carries at a time with one Ed25519 signature (RFC 8032) over the root of a Merkle tree, whose
leaves are the envelopes: hashed as RFC 9162, 2.1.1 has it, leaves and nodes under different first bytes. Each envelope
goes with its own way to that root as CloudEvents extension attribute `signature`, the last of it:
`key id . number of the leaf . hashes on the way . signature of the root`. What is signed is the envelope without that
attribute, byte for byte. A signature costs ten times as much as such a way, and a reader checks each root once.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.events import Event, Unreadable, decode

MARK = b',"signature":"'
END = b'"}'
SIGNED_AS = b"talent-registry events\x00"  # what the key signs is nothing else
HASH = 32  # bytes
LONGEST_WAY = 16  # hashes; a window of 65,536 events
ROOTS = 4_096  # remembered by a reader


class TrustedKey(NamedTuple):
    """A public key, and the service (CloudEvents source) that alone it speaks for."""

    source: str
    key: Ed25519PublicKey


class EventSigner:
    """Signs for one service, with the private key that its relay alone is given."""

    def __init__(self, kid: str, key: Ed25519PrivateKey) -> None:
        self._kid = kid.encode()
        self._key = key

    def sign(self, bodies: Sequence[bytes]) -> list[bytes]:
        """The envelopes with their signatures, in their order; they cost one signature together."""
        if not bodies:
            return []
        levels = _levels([_leaf(body) for body in bodies])
        signature = _text(self._key.sign(SIGNED_AS + levels[-1][0]))
        return [
            body[:-1] + MARK + b".".join([self._kid, b"%d" % n, _text(_way(levels, n)), signature]) + END
            for n, body in enumerate(bodies)
        ]


class TrustedKeys:
    """The public keys of all services by their ids; safe to be used from several threads."""

    def __init__(self, keys: Mapping[str, TrustedKey]) -> None:
        self._keys = {kid.encode(): trusted for kid, trusted in keys.items()}
        self._holds = lru_cache(ROOTS)(self._check)

    def open(self, body: bytes) -> tuple[bytes, str]:
        """The envelope that was signed, and the service that signed it. Raises Unreadable for any other bytes."""
        start = body.rfind(MARK)
        if start < 0 or not body.endswith(END):
            raise Unreadable("not signed")
        envelope = body[:start] + b"}"
        try:
            kid, number, way, signature = body[start + len(MARK) : -len(END)].split(b".")
            root = _root(_leaf(envelope), int(number), _bytes(way))
            raw = _bytes(signature)
        except ValueError:
            raise Unreadable("its signature is none") from None
        trusted = self._keys.get(kid)
        if trusted is None:
            raise Unreadable("signed with a key that is not known")
        if not self._holds(kid, root, raw):
            raise Unreadable("its signature does not hold")
        return envelope, trusted.source

    def _check(self, kid: bytes, root: bytes, signature: bytes) -> bool:
        try:
            self._keys[kid].key.verify(signature, SIGNED_AS + root)
        except InvalidSignature:
            return False
        return True


def read_signed(body: bytes, published: Mapping[str, type[Event]], trusted: TrustedKeys, *, older: bool) -> Event:
    """The event in a signed envelope. Raises Unreadable unless it is a published one, of the service that signed it.

    `older` says that it stood on the bus before events were signed: then it may be without a signature.
    """
    if older and MARK not in body:
        return decode(body, published)
    envelope, source = trusted.open(body)
    event = decode(envelope, published)
    if event.source != source:
        raise Unreadable(f"{event.type}: signed by {source}, which may not say so")
    return event


def _leaf(envelope: bytes) -> bytes:
    return sha256(b"\x00" + envelope).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """The tree from its leaves to the root; where one is left over it stands twice."""
    levels = [leaves]
    while len(row := levels[-1]) > 1:
        if len(row) % 2:
            row.append(row[-1])
        levels.append([_node(*pair) for pair in zip(row[::2], row[1::2], strict=True)])
    return levels


def _way(levels: list[list[bytes]], number: int) -> bytes:
    return b"".join(row[(number >> level) ^ 1] for level, row in enumerate(levels[:-1]))


def _root(found: bytes, number: int, way: bytes) -> bytes:
    """Where a way leads. Raises ValueError for what cannot be one."""
    if len(way) % HASH or len(way) > LONGEST_WAY * HASH or not 0 <= number < 1 << len(way) // HASH:
        raise ValueError("no way")
    for start in range(0, len(way), HASH):
        other = way[start : start + HASH]
        found = _node(other, found) if number & 1 else _node(found, other)
        number >>= 1
    return found


def _text(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))
