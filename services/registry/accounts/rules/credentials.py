"""How a client shows its secret, and who may approve a credential. Pure: values in, decision out."""

import base64
import binascii
from collections.abc import Collection

from services.registry.accounts.errors import ClientRefused


def read_basic(header: str) -> tuple[str, str]:
    """Client id and secret of an HTTP Basic header (RFC 7617). Raises ClientRefused for anything else."""
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ClientRefused from None
    if scheme.lower() != "basic" or not colon:
        raise ClientRefused
    return client_id, secret


def may_approve(actor: str, credential: str, hands: Collection[str]) -> bool:
    """Whether somebody may approve a credential: not their own, and not one in which they had a hand (回避)."""
    return actor != credential and actor not in hands
