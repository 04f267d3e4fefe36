"""Tokens that are shown again and again: read once, remembered for seconds, and never longer than they hold."""

import asyncio
import time
from typing import Any

import jwt
import pytest
from cachetools import TTLCache
from cryptography.hazmat.primitives.asymmetric import ec

from shared import auth
from shared.auth import LEEWAY, REMEMBERED_FOR, Caller, Role, TokenReader, everybody_stands
from shared.config import Settings
from shared.problems import Unauthenticated
from shared.vault import ALGORITHM

KEY = ec.generate_private_key(ec.SECP256R1())
SETTINGS = Settings(environment="demo")


class Clock:
    """What time it is for tokens."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def __call__(self) -> float:
        return self.now


class Keys:
    """The issuer's one key, while it is valid; counts how often it was wanted."""

    def __init__(self) -> None:
        self.valid, self.wanted = True, 0

    async def key_for(self, kid: str) -> Any:
        self.wanted += 1
        return KEY.public_key() if self.valid else None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The reader's clock, which stands still."""
    clock = Clock()
    monkeypatch.setattr(auth, "TTLCache", lambda size, ttl: TTLCache(size, ttl, timer=clock))
    monkeypatch.setattr(auth, "time", type("Time", (), {"time": clock, "monotonic": clock}))
    return clock


def token(expires: float, role: Role = Role.LEADER) -> str:
    claims = {"iss": SETTINGS.issuer, "aud": SETTINGS.audience, "sub": "a", "role": role}
    return jwt.encode(claims | {"iat": 0, "exp": int(expires)}, KEY, ALGORITHM, headers={"kid": "k"})


def read(reader: TokenReader, shown: str) -> Caller:
    return asyncio.run(reader.read(shown))


def test_a_token_is_verified_once_and_again_when_it_was_forgotten(clock: Clock) -> None:
    keys = Keys()
    reader, shown = TokenReader(keys.key_for, SETTINGS, everybody_stands), token(clock.now + 900)
    assert [read(reader, shown).sub for _ in range(3)] == ["a"] * 3
    assert keys.wanted == 1
    assert read(reader, token(clock.now + 900, Role.AUDITOR)).role == Role.AUDITOR
    keys.valid = False
    clock.now += REMEMBERED_FOR - 1
    assert read(reader, shown).sub == "a"
    clock.now += 2  # counted from the first look, not from the last
    with pytest.raises(Unauthenticated):
        read(reader, shown)


def test_what_is_no_token_is_remembered_by_nobody(clock: Clock) -> None:
    keys = Keys()
    reader, shown = TokenReader(keys.key_for, SETTINGS, everybody_stands), token(clock.now + 900)
    keys.valid = False
    with pytest.raises(Unauthenticated):
        read(reader, shown)
    keys.valid = True
    assert read(reader, shown).sub == "a"
    with pytest.raises(Unauthenticated):
        read(reader, shown[:-4] + "AAAA")


def test_a_token_ends_when_it_expires_however_lately_it_was_read(clock: Clock) -> None:
    reader, shown = TokenReader(Keys().key_for, SETTINGS, everybody_stands), token(clock.now + 600)
    clock.now += 599 + LEEWAY
    assert read(reader, shown).sub == "a"
    clock.now += 2
    with pytest.raises(Unauthenticated):
        read(reader, shown)


def test_a_token_ends_with_its_client_once_it_is_forgotten_or_read_anew(clock: Clock) -> None:
    withdrawn: set[str] = set()

    async def stands(caller: Caller) -> Caller | None:
        return caller if caller.sub not in withdrawn else None

    reader, shown = TokenReader(Keys().key_for, SETTINGS, stands), token(clock.now + 900)
    assert read(reader, shown).sub == "a"
    withdrawn.add("a")
    clock.now += REMEMBERED_FOR + 1  # in a process that nobody notified
    with pytest.raises(Unauthenticated):
        read(reader, shown)
    withdrawn.clear()
    assert read(reader, shown).sub == "a"
    withdrawn.add("a")
    reader.forget()  # in the one that withdrew it
    with pytest.raises(Unauthenticated):
        read(reader, shown)
