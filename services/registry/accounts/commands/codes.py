"""Codes of second factors (动态验证码), as an account remembers them."""

from datetime import datetime

from pyotp import random_base32

from services.registry.accounts.models import Account
from services.registry.accounts.queries.accounts import factor_bound_to, factor_of
from services.registry.accounts.rules.codes import accepted_at, otpauth_uri
from shared.vault import vault


def enrol(account: Account) -> str:
    """Give somebody a new secret, not confirmed yet; the address that an authenticator reads (RFC 6238)."""
    secret = random_base32()
    account.sealed_factor, account.factor_used_at = vault("registry").seal(secret, factor_bound_to(account.id)), None
    return otpauth_uri(secret, account.login)


def use_code(account: Account, code: str, now: datetime) -> bool:
    """Whether a code is right, which it is once (RFC 6238, 5.2); the account remembers that it was used."""
    secret = factor_of(account)
    used_at = accepted_at(secret, code, now, account.factor_used_at) if secret else None
    if used_at is None:
        return False
    account.factor_used_at = used_at
    return True
