"""The two suites (密码套件) by which values are sealed and fingerprinted; the text of a key says of which it is.

国际 international: AES-256-GCM (NIST SP 800-38D), HMAC-SHA-256 (RFC 2104); the key in base64, as it ever was.
国密 sm: SM4-GCM (GB/T 32907, RFC 8998), HMAC-SM3 (GB/T 32905), for a city assessed by GB/T 39786; "sm:" and the key.
Programs of before cannot read such a key, and say so: they neither seal nor fingerprint with it.
"""

import base64
import os
import secrets
from enum import StrEnum
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.hmac import HMAC

NONCE = 12  # bytes, the size GCM is specified for
TAG = 16
MARK = "sm:"


class Suite(StrEnum):
    """国际 or 国密: chosen when a key is made, and kept by it."""

    INTERNATIONAL = "international"
    SM = "sm"


class SM4GCM:
    """SM4 in Galois/Counter Mode, called as `AESGCM` is."""

    def __init__(self, key: bytes) -> None:
        self._cipher = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, bound_to: bytes) -> bytes:
        """Ciphertext and tag."""
        encryptor = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound_to)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, bound_to: bytes) -> bytes:
        """What was encrypted; raises InvalidTag where anything was changed."""
        if len(data) < TAG:
            raise InvalidTag
        decryptor = Cipher(self._cipher, modes.GCM(nonce, data[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(bound_to)
        return decryptor.update(data[:-TAG]) + decryptor.finalize()


def new_key(suite: Suite, *, sealing: bool) -> str:
    """A fresh random key: 256 bits, for SM4 the 128 that it has."""
    raw = secrets.token_bytes(16 if sealing and suite is Suite.SM else 32)
    return (MARK if suite is Suite.SM else "") + base64.b64encode(raw).decode()


def suite_of(key: str) -> Suite:
    """The suite that a key is of."""
    return Suite.SM if key.startswith(MARK) else Suite.INTERNATIONAL


def seal(key: str, text: bytes, bound_to: bytes) -> bytes:
    """Nonce, ciphertext and tag, that are opened by the same key for the same row alone."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(key).encrypt(nonce, text, bound_to)


def unseal(key: str, sealed: bytes, bound_to: bytes) -> bytes:
    """What was sealed; raises InvalidTag when the row or the bytes were changed."""
    return _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)


def keyed_hash(key: str, text: bytes) -> bytes:
    """256 bits, which nobody makes without the key."""
    made = HMAC(_raw(key), SM3() if suite_of(key) is Suite.SM else SHA256())
    made.update(text)
    return made.finalize()


@cache
def _raw(key: str) -> bytes:
    return base64.b64decode(key.removeprefix(MARK), validate=True)


@cache
def _cipher(key: str) -> AESGCM | SM4GCM:
    return SM4GCM(_raw(key)) if suite_of(key) is Suite.SM else AESGCM(_raw(key))
