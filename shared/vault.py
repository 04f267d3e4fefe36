"""Keys, and what is done with personal values: sealing them and finding them again without opening them.

Sealed with the row's identity as associated data, so that a sealed value cannot be moved to another row; a keyed hash
under a key of its own as blind index (`shared/ciphers.py` says by which algorithms). Every sealed value names its key.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from shared import ciphers
from shared.ciphers import Suite, suite_of
from shared.config import settings
from shared.event_keys import make_event_keys
from shared.key_rings import (
    INDEX,
    OF_A_SUITE,
    SIGNING,
    KeyRing,
    RingFile,
    Slot,
    new_key,
    new_name,
    read_ring,
    write_ring,
)

ALGORITHM = "ES256"  # what the signing keys sign by

# The rings of each service, which its processes hold that do such things; the registry's signing keys lie apart.
DUTIES = {
    "registry": ("sealing", "index", "secrets"),
    "quota": ("sealing", "secrets"),
    "notify": ("sealing", "secrets", "links"),
}


def generate_keys(folder: Path, *, demo: bool, earlier: Path | None = None, suite: Suite = Suite.INTERNATIONAL) -> None:
    """Write the rings that are missing, each readable by its owner alone, and the keys of events.

    `earlier` is the one file that held all keys before 0.2.0: where it is there, the rings begin with what it holds.
    `suite` is that of the keys that are made; those of a ring that is there stay of theirs.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_event_keys(folder / "events", demo=demo)
    held = _from_one_file(earlier) if earlier and earlier.exists() else {}
    for service, duty in [*((name, duty) for name, duties in DUTIES.items() for duty in duties), (SIGNING, SIGNING)]:
        path = folder / service / f"{duty}.json"
        if not path.exists():
            name = new_name()
            made = RingFile(demo=demo, current=name, keys={name: new_key(duty, suite)})
            write_ring(path, held.get((service, duty), made))


def suites(folder: Path) -> Iterator[tuple[str, Suite]]:
    """The rings that have keys of a suite, and of which the current one is. Raises KeysUnfit and OSError for others."""
    for service, duties in DUTIES.items():
        for duty in (each for each in duties if each in OF_A_SUITE):
            ring = read_ring(folder / service / f"{duty}.json")
            yield f"{service}/{duty}", suite_of(ring.keys[ring.current])


def _from_one_file(path: Path) -> dict[tuple[str, str], RingFile]:
    held = json.loads(path.read_text())
    demo, data = held["demo"], held["data"]
    sealing = RingFile(demo=demo, current=data["current"], keys=data["keys"])
    rings = {(service, "sealing"): sealing for service in DUTIES}
    for duty in ("index", "secrets"):
        rings["registry", duty] = RingFile(demo=demo, current="1", keys={"1": held[duty]})
    kid, pem = held["signing"]["kid"], held["signing"]["pem"]
    return rings | {(SIGNING, SIGNING): RingFile(demo=demo, current=kid, keys={kid: pem})}


class Vault:
    """Seals and unseals, and makes blind indexes, with the rings of one service."""

    def __init__(self, folder: Path, service: str) -> None:
        self.rings = {duty: KeyRing(folder / service / f"{duty}.json") for duty in DUTIES[service]}
        self.signing = KeyRing(folder / SIGNING / f"{SIGNING}.json")

    def check(self) -> None:
        """Raise KeysUnfit where a ring of the service cannot be used."""
        for ring in self.rings.values():
            _ = ring.held

    def seal(self, text: str, bound_to: str) -> bytes:
        """Encrypt a text for one row: key name, nonce and ciphertext."""
        name, key = self.rings["sealing"].current
        return sealed_by(name) + ciphers.seal(key, text.encode(), bound_to.encode())

    def unseal(self, blob: bytes, bound_to: str) -> str:
        """Decrypt what was sealed for that row; raises InvalidTag when the row or the bytes were changed."""
        length = blob[0]
        name, rest = blob[1 : 1 + length].decode(), blob[1 + length :]
        return ciphers.unseal(self.rings["sealing"].key(name), rest, bound_to.encode()).decode()

    def blind_index(self, *parts: str) -> str:
        """A keyed fingerprint (64 hex digits) of a personal value, that finds equal ones and tells nothing else.

        By the current key: what is kept longer than a rotation of it takes is kept by `indexers`.
        """
        return _keyed(self.rings[INDEX].current[1], *parts)

    def indexers(self) -> dict[Slot, Callable[..., str]]:
        """What makes blind indexes by each key in use, by the column they stand in: one, and two during a rotation."""
        held = self.rings[INDEX].held
        return {slot: partial(_keyed, held.keys[name]) for slot, name in held.in_use.items()}

    def blind_indexes(self, columns: Mapping[Slot, str], *parts: str) -> dict[str, str | None]:
        """The blind indexes of a personal value by the columns they stand in; None in one that no key in use fills."""
        index = self.indexers()
        return {column: index[slot](*parts) if slot in index else None for slot, column in columns.items()}

    def marks(self, *parts: str) -> dict[str, str]:
        """A blind index by each key of the ring, used or not, by its name: to compare with what was kept by any."""
        return {name: _keyed(key, *parts) for name, key in self.rings[INDEX].held.keys.items()}

    def secret_hash(self, secret: str) -> str:
        """What is stored of a client's secret (256 random bits need no slow hash)."""
        return self._by_secret(secret)

    def fingerprint(self, *parts: str) -> str:
        """A keyed mark (64 hex digits) that nobody else can make, of what is found by nothing else or not for long."""
        return self._by_secret(*parts)

    def _by_secret(self, *parts: str) -> str:
        return _keyed(self.rings["secrets"].current[1], *parts)


def sealed_by(name: str) -> bytes:
    """How a value begins that was sealed with the key of this name."""
    return bytes([len(name)]) + name.encode()


def _keyed(key: str, *parts: str) -> str:
    return ciphers.keyed_hash(key, "\x1f".join(parts).encode()).hex()


@cache
def vault(service: str) -> Vault:
    """The vault of a service in this process."""
    return Vault(settings().keys_path, service)
