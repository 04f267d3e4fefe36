"""Forms that arrive after their session has ended (登录已过期), kept until the same person has signed in again.

A form is sealed with a key made of its browser's cookie, which is not kept here: what lies in memory says nothing
without that browser, and it is given to nobody but the login that typed it.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cachetools import TTLCache
from cryptography.fernet import Fernet

KEPT_FOR = 2 * 3600  # seconds: a lunch break
MOST_KEPT = 1_000


@dataclass(frozen=True)
class KeptForm:
    """What somebody had typed, and the address of its form."""

    login: str
    path: str
    fields: Mapping[str, str]


class KeptForms:
    """One form for each browser, the last one it sent too late."""

    def __init__(self) -> None:
        self._sealed: TTLCache[str, bytes] = TTLCache(MOST_KEPT, KEPT_FOR)

    def keep(self, session_id: str, form: KeptForm) -> None:
        """Keep a form for this browser."""
        self._sealed[_place(session_id)] = _key(session_id).encrypt(json.dumps(vars(form)).encode())

    def waits(self, session_id: str) -> bool:
        """Whether there is one for this browser."""
        return _place(session_id) in self._sealed

    def release(self, session_id: str, login: str) -> KeptForm | None:
        """The form of this browser where this login typed it; from now on it is not here, whoever asked."""
        sealed = self._sealed.pop(_place(session_id), None)
        form = KeptForm(**json.loads(_key(session_id).decrypt(sealed))) if sealed else None
        return form if form and _same(form.login, login) else None


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _place(session_id: str) -> str:
    return sha256(f"place {session_id}".encode()).hexdigest()


def _key(session_id: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(f"key {session_id}".encode()).digest()))
