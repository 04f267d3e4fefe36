"""How an HTTP client here knows whom it speaks to."""

import ssl
from functools import lru_cache

import httpx


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """The authorities that are trusted, read once a process: that takes 35 ms, and most addresses are plain HTTP."""
    return httpx.create_ssl_context(trust_env=False)
