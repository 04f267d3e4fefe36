"""Keys, and the two things done with personal values: sealing them and finding them again without opening them.

AES-256-GCM (NIST SP 800-38D) with the row's identity as associated data, so that a sealed value cannot be moved to
another row; HMAC-SHA-256 (RFC 2104) under a key of its own as blind index. Every sealed value names its key.
"""

import base64
import hmac
import json
import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.config import settings
from shared.event_keys import KeysUnfit, make_event_keys

ALGORITHM = "ES256"  # what the signing key signs by
NONCE = 12  # bytes, the size GCM is specified for


OTHERS = 0o007  # what a file's mode grants to everybody


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def generate_keys(path: Path, *, demo: bool) -> None:
    """Write a fresh set of keys, readable by the owner alone, and those of events; what is there stays as it is."""
    make_event_keys(settings().event_keys or path.parent / "events", demo=demo)
    signing = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    keys = {
        "demo": demo,
        "data": {"current": "d1", "keys": {"d1": _text(secrets.token_bytes(32))}},
        "index": _text(secrets.token_bytes(32)),
        "secrets": _text(secrets.token_bytes(32)),
        "signing": {"kid": secrets.token_hex(8), "pem": signing.decode()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        json.dump(keys, file)


class Vault:
    """Seals and unseals, and makes blind indexes, with the keys of one file."""

    def __init__(self, keys: dict[str, Any]) -> None:
        data = keys["data"]
        self._current: str = data["current"]
        self._ciphers = {name: AESGCM(base64.b64decode(key)) for name, key in data["keys"].items()}
        self._index = base64.b64decode(keys["index"])
        self._secrets = base64.b64decode(keys["secrets"])
        self.signing_kid: str = keys["signing"]["kid"]
        self.signing_pem: str = keys["signing"]["pem"]
        self.demo: bool = keys["demo"]

    @classmethod
    def load(cls, path: Path) -> "Vault":
        """The vault of a keys file.

        Raises KeysUnfit when the file is absent or damaged; in production also when it is a demo's, or everybody on the
        machine may read it.
        """
        try:
            vault = cls(json.loads(path.read_text()))
        except FileNotFoundError:
            raise KeysUnfit(f"no keys at {path}: make them with `talent keys {path}`") from None
        except (ValueError, KeyError, TypeError):
            raise KeysUnfit(f"{path} is no keys file") from None
        if settings().environment == "production":
            if vault.demo:
                raise KeysUnfit(f"{path} holds the keys of a demo, which production refuses")
            if path.stat().st_mode & OTHERS:
                raise KeysUnfit(f"{path} can be read or changed by everybody on this machine: chmod o= {path}")
        return vault

    def seal(self, text: str, bound_to: str) -> bytes:
        """Encrypt a text for one row: key name, nonce and ciphertext."""
        nonce = os.urandom(NONCE)
        name = self._current.encode()
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), bound_to.encode())
        return bytes([len(name)]) + name + nonce + sealed

    def unseal(self, blob: bytes, bound_to: str) -> str:
        """Decrypt what was sealed for that row; raises InvalidTag when the row or the bytes were changed."""
        length = blob[0]
        name, rest = blob[1 : 1 + length].decode(), blob[1 + length :]
        return self._ciphers[name].decrypt(rest[:NONCE], rest[NONCE:], bound_to.encode()).decode()

    def blind_index(self, *parts: str) -> str:
        """A keyed fingerprint (64 hex digits) that finds equal values and tells nothing else."""
        return hmac.new(self._index, "\x1f".join(parts).encode(), sha256).hexdigest()

    def secret_hash(self, secret: str) -> str:
        """What is stored of a client's secret (256 random bits need no slow hash)."""
        return hmac.new(self._secrets, secret.encode(), sha256).hexdigest()


@lru_cache(maxsize=1)
def vault() -> Vault:
    """The vault of this process."""
    return Vault.load(settings().keys_path)
