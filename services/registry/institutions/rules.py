"""What a bar may say, and how a client shows its secret. Pure: values in, decision out."""

import base64
import binascii
from datetime import date

from services.registry.institutions.errors import ClientRefused
from shared.problems import Fault, Said


def bar_fault(since: date, until: date, today: date) -> Fault | None:
    """Why an institution cannot be barred for these days, both included; pointer "/until"."""
    if until < since:
        return ENDS_BEFORE_START
    return OVER if until < today else None


ENDS_BEFORE_START = Fault("/until", "ends_before_start", Said("止日早于起日", "the end lies before the start"))
OVER = Fault("/until", "in_past", Said("止日已过", "lies in the past"))


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
