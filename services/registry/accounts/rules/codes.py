"""Codes of a second factor (动态验证码): time-based, six digits every half minute (RFC 6238). Pure."""

import hmac
from datetime import datetime

from pyotp import TOTP

ISSUER = "talent-registry"


def otpauth_uri(secret: str, login: str) -> str:
    """What an authenticator reads, as a QR code or typed."""
    return TOTP(secret, name=login, issuer=ISSUER).provisioning_uri()


def accepted_at(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    """At which half minute a code is right: this one, the one before or after; None for a wrong one.

    A code is good once: none is right at `last`, or before.
    """
    totp = TOTP(secret)
    this = int(now.timestamp()) // totp.interval
    found = None
    for each in (this - 1, this, this + 1):
        if hmac.compare_digest(totp.generate_otp(each).encode(), code.encode()) and (last is None or each > last):
            found = each
    return found
