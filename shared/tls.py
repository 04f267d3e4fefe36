"""How a client here knows whom it speaks to."""

import ssl
from functools import lru_cache

import httpx

from shared.config import settings


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """The authorities that are trusted, read once a process: that takes 35 ms, and most addresses are plain HTTP."""
    return trusting(httpx.create_ssl_context(trust_env=False))


def trusting(context: ssl.SSLContext) -> ssl.SSLContext:
    """It trusts the city's own authorities too, where TALENT_TLS_CA_FILE names them."""
    if file := settings().tls_ca_file:
        context.load_verify_locations(file)
    return context
