"""The keys that events are signed with: a private one for each service, and the public ones of all in one file.

JSON Web Keys (RFC 7517; Ed25519: RFC 8037). `FOLDER/<service>/key.json` is for the relay of that service alone;
`FOLDER/public/keys.json` is for everybody who reads the bus. It may hold several keys of a service: a new one is put
there first, and signs when all readers have it.
"""

import json
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.config import Settings
from shared.key_rings import KeysUnfit
from shared.private_files import write_private
from shared.signatures import EventSigner, TrustedKey, TrustedKeys

SPEAKING = ("registry", "quota", "notify")  # the services that announce events


def make_event_keys(folder: Path, *, demo: bool) -> None:
    """Make what is missing of these keys, each readable by the owner alone; what is there stays as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    public = folder / "public" / "keys.json"
    known = json.loads(public.read_text())["keys"] if public.exists() else []
    for service in SPEAKING:
        private = folder / service / "key.json"
        if not private.exists():
            made = _generate(service, demo=demo)
            known.append({name: value for name, value in made.items() if name != "d"})
            write_private(public, {"keys": known})  # first: a key of which no reader knows would sign for nobody
            write_private(private, made)


def event_signer(settings: Settings, service: str) -> EventSigner:
    """What signs for a service. Raises KeysUnfit without a key that may be used here."""
    path = settings.keys_path / "events" / service / "key.json"
    held = _read(path, settings, refused=stat.S_IRWXO)
    try:
        return EventSigner(held["kid"], Ed25519PrivateKey.from_private_bytes(_bytes(held["d"])))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise KeysUnfit(f"{path} holds no key") from None


def trusted_keys(settings: Settings) -> TrustedKeys:
    """What tells whose an event is. Raises KeysUnfit without keys that may be used here."""
    path = settings.keys_path / "events" / "public" / "keys.json"
    held = _read(path, settings, refused=stat.S_IWOTH)
    try:
        return TrustedKeys({each["kid"]: _trusted(each) for each in held["keys"]})
    except (KeyError, TypeError, ValueError, AttributeError):
        raise KeysUnfit(f"{path} holds no keys") from None


def _generate(service: str, *, demo: bool) -> dict[str, Any]:
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes_raw()
    kid = f"{service}-{sha256(raw).hexdigest()[:16]}"
    named = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "source": f"/{service}", "demo": demo}
    return named | {"x": _text(raw), "d": _text(key.private_bytes_raw())}


def _read(path: Path, settings: Settings, *, refused: int) -> dict[str, Any]:
    try:
        held = json.loads(path.read_text())
    except OSError:
        how = f"`talent keys {settings.keys_path}` makes what is missing"
        raise KeysUnfit(f"no keys for events that this process may read at {path}: {how}") from None
    except ValueError:
        held = None
    if not isinstance(held, dict):
        raise KeysUnfit(f"{path} holds no keys")
    if settings.environment == "production":
        if any(isinstance(each, dict) and each.get("demo") for each in (held, *held.get("keys", ()))):
            raise KeysUnfit(f"{path} holds the keys of a demo, which production refuses")
        if path.stat().st_mode & refused:
            raise KeysUnfit(f"{path} can be read or changed by everybody on this machine: chmod o= {path}")
    return held


def _trusted(public: dict[str, Any]) -> TrustedKey:
    return TrustedKey(public["source"], Ed25519PublicKey.from_public_bytes(_bytes(public["x"])))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
