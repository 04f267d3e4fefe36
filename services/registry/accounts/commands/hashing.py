"""Hashing passwords (argon2id, RFC 9106, second recommended option), beside everything else the service does."""

import asyncio
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import TypedDict, TypeVar

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from services.registry.accounts.errors import SignInBusy, TooManyTries
from services.registry.accounts.rules.delays import FREE_TRIES


class HashCosts(TypedDict):
    """What one hash takes: bytes of it, passes over the memory, lanes, and the memory in KiB."""

    length: int
    iterations: int
    lanes: int
    memory_cost: int


WORKERS = 1  # takes 64 MiB and one core while it hashes; the four lanes are filled in by one thread
MOST_WAITING = 256
POLITE = 10  # how far it stands back from those who answer requests (nice)
SALT = 16  # bytes
COSTS = HashCosts(length=32, iterations=3, lanes=4, memory_cost=64 * 1024)
# What is compared with where there is no account, so that it takes as long as where there is one.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$TCHbvqAu97lPHfOGlXNkvQ$oolCUD+idsPB15TY7KQGBJcQAgIP16YjX546gbC11gw"

T = TypeVar("T")


def _stand_back() -> None:
    """On Linux a thread has a niceness of its own, and so have those it starts."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.nice(0) + POLITE)


class Hashing:
    """A worker that hashes, and a queue that ends: who finds it full is asked to come again."""

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(WORKERS, "hashing", initializer=_stand_back)
        self._waiting = 0
        self._under_way: Counter[str] = Counter()

    def hash_now(self, password: str) -> str:
        """A fresh hash, for a program in which nobody waits for anything else."""
        return Argon2id(salt=os.urandom(SALT), **COSTS).derive_phc_encoded(password.encode())

    async def hash(self, password: str) -> str:
        """A fresh hash of a password, with a salt of its own. Raises SignInBusy."""
        return await self._run(partial(self.hash_now, password))

    async def matches(self, password: str, known: str | None) -> bool:
        """Whether a hash is of this password; without one it takes as long, and it is not. Raises SignInBusy."""
        return await self._run(lambda: self._verified(password, known or NOBODYS)) and known is not None

    @contextmanager
    def one_of_few(self, key: str) -> Iterator[None]:
        """Let no more attempts of one kind be under way at once than would be free. Raises TooManyTries."""
        if self._under_way[key] >= FREE_TRIES:
            raise TooManyTries(FREE_TRIES, 1)
        self._under_way[key] += 1
        try:
            yield
        finally:
            self._under_way[key] -= 1
            self._under_way += Counter()  # forgets what is no more

    def _verified(self, password: str, known: str) -> bool:
        try:
            Argon2id.verify_phc_encoded(password.encode(), known)
        except InvalidKey:
            return False
        return True

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise SignInBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, work)
        finally:
            self._waiting -= 1


@lru_cache(maxsize=1)
def hashing() -> Hashing:
    """The worker of this process."""
    return Hashing()
