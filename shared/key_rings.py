"""Key rings (密钥环): the keys of one duty in a file of its own, given only to the processes that have that duty.

A ring holds the current key, with which things are done from now on, and those that still open what was done before.
A ring that was changed is read anew while its process serves, so that a rotation (轮换) stops nobody.
"""

import logging
import secrets
import stat
import threading
import time
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ValidationError

from shared import ciphers
from shared.ciphers import Suite, suite_of
from shared.config import settings
from shared.private_files import write_private

log = logging.getLogger(__name__)

LOOKED_AGAIN = 1.0  # seconds; so long may a process go on with the key that was current before
SIGNING = "signing"
OF_A_SUITE = ("sealing", "index", "secrets")  # whose keys are of one; the others do what a standard of theirs says
INDEX = "index"
Slot = Literal["a", "b"]  # of two columns, the one that has the fingerprints made by a key


class KeysUnfit(Exception):
    """The keys cannot be used here; the sentence says why and what to do."""


class RingFile(BaseModel):
    """A ring as its file holds it: keys as `shared/ciphers.py` writes them, signing keys in PEM, the newest last.

    `in_b` names the key of an index ring whose fingerprints stand in the second columns; any other's in the first.
    """

    demo: bool
    current: str
    keys: dict[str, str]
    in_b: str | None = None

    @property
    def newest(self) -> str:
        """The name of the key that was made last."""
        return [*self.keys][-1]

    @property
    def in_use(self) -> dict[Slot, str]:
        """The names of the keys by which things are filed and looked for: all, until the newest is the current one.

        So nobody misses what somebody files who has read the ring before or after (轮换).
        """
        names = [self.current] if self.current == self.newest else [*self.keys]
        return {self.slot(name): name for name in names}

    def slot(self, name: str) -> Slot:
        """Which of two columns has the fingerprints made by a key."""
        return "b" if name == self.in_b else "a"


class KeyRing:
    """The keys of one duty, by their names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._held: RingFile | None = None
        self._version: tuple[int, int] = (0, 0)
        self._look_at = 0.0

    @property
    def held(self) -> RingFile:
        """The ring as it was a second ago or later.

        Raises KeysUnfit when the file is absent or damaged; in production also when it is a demo's, or everybody on the
        machine may read it. A ring that was sound once stays in use until its file is sound again.
        """
        held = self._held
        if held is None or time.monotonic() > self._look_at:
            with self._lock:
                held = self._look()
        return held

    @property
    def current(self) -> tuple[str, str]:
        """The name of the current key, and the key."""
        held = self.held
        return held.current, held.keys[held.current]

    def key(self, name: str) -> str:
        """A key by its name; the file is looked at for one that is new. Raises KeyError without it."""
        held = self.held
        if name not in held.keys:
            with self._lock:
                held = self._look()
        return held.keys[name]

    def _look(self) -> RingFile:
        self._look_at = time.monotonic() + LOOKED_AGAIN
        try:
            found = self.path.stat()
            version = (found.st_mtime_ns, found.st_ino)
            if self._held is None or version != self._version:
                self._held, self._version = fit_ring(self.path), version
        except (OSError, KeysUnfit) as error:
            if self._held is None:
                raise error if isinstance(error, KeysUnfit) else _missing(self.path) from None
            log.error("%s", error)
        return self._held


def _missing(path: Path) -> KeysUnfit:
    return KeysUnfit(
        f"no keys that this process may read at {path}: make them with `talent keys {settings().keys_path}`"
    )


def read_ring(path: Path) -> RingFile:
    """A ring from its file, a demo's too. Raises KeysUnfit for what is none, and OSError where it cannot be read."""
    try:
        held = RingFile.model_validate_json(path.read_bytes())
    except ValidationError:
        raise KeysUnfit(f"{path} is no keys file") from None
    if held.current not in held.keys:
        raise KeysUnfit(f"{path} is no keys file")
    return held


def fit_ring(path: Path) -> RingFile:
    """A ring that may be used here. Raises KeysUnfit as `KeyRing.held` does, and OSError where it cannot be read."""
    held = read_ring(path)
    if settings().environment == "production":
        if held.demo:
            raise KeysUnfit(f"{path} holds the keys of a demo, which production refuses")
        if path.stat().st_mode & stat.S_IRWXO:
            raise KeysUnfit(f"{path} can be read or changed by everybody on this machine: chmod o= {path}")
    return held


def write_ring(path: Path, ring: RingFile) -> None:
    """Put a ring in the place of what is there, whole or not at all."""
    write_private(path, ring.model_dump(exclude_none=True))


def new_key(duty: str, suite: Suite = Suite.INTERNATIONAL) -> str:
    """A fresh key: random bits of a suite where the duty is of one, for signing one on P-256 (FIPS 186-5)."""
    if duty != SIGNING:
        return ciphers.new_key(suite if duty in OF_A_SUITE else Suite.INTERNATIONAL, sealing=duty == "sealing")
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


def new_name() -> str:
    """The name of a fresh key; it tells nothing, and none is given twice."""
    return secrets.token_hex(8)


def rotate(path: Path, suite: Suite | None = None) -> str:
    """Give a ring a fresh current key, while its processes serve; the key's name.

    Everybody has the key before anybody uses it. What older keys did is opened by them as before. The key is of the
    suite of the one before it unless another is named. That of an index ring is used beside the current one until all
    is filed by both: `go_on_with_newest`. Raises KeysUnfit where that is still to be done, and for a suite of a ring
    that is of none.
    """
    if suite and path.stem not in OF_A_SUITE:
        raise KeysUnfit(f"{path.stem}: its keys are of no suite")
    ring, name = fit_ring(path), new_name()
    is_index = path.stem == INDEX
    if is_index and len(ring.keys) > 1:
        raise KeysUnfit(f"a rotation of {path} is under way: finish it with `python -m services.registry reindex`")
    ring.keys[name] = new_key(path.stem, suite or suite_of(ring.keys[ring.current]))
    if is_index:
        ring.in_b = ring.in_b or name
    write_ring(path, ring)
    if not is_index:
        wait_until_read()
        ring.current = name
        write_ring(path, ring)
    return name


def go_on_with_newest(path: Path) -> None:
    """Let the newest key of an index ring be its current one: everything is filed by it."""
    ring = fit_ring(path)
    ring.current = ring.newest
    write_ring(path, ring)


def drop_older(path: Path) -> None:
    """Take every key but the current one out of an index ring: nothing is filed by them any more."""
    ring = fit_ring(path)
    ring.keys = {ring.current: ring.keys[ring.current]}
    ring.in_b = ring.in_b if ring.in_b in ring.keys else None
    write_ring(path, ring)


def wait_until_read() -> None:
    """Wait until every process that serves has read a ring again."""
    time.sleep(2 * LOOKED_AGAIN)
