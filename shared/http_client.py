"""How one service asks another over HTTP: straight, whatever proxies the environment names."""

from collections.abc import Mapping

import httpx

from shared.tls import tls
from shared.traces import traceparent_here


class _Transport(httpx.AsyncHTTPTransport):
    """Says of a connection that is gone before it is looked at what is said of any that is lost.

    uvloop has no socket any more of a connection that the other side reset while it was made, and refuses to work on
    it; anyio does not expect either, and whoever waits for an answer would get an AttributeError or a RuntimeError.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except (AttributeError, RuntimeError) as gone:
            raise httpx.ReadError(f"the connection was lost: {type(gone).__name__}") from gone


def http_client(
    timeout: httpx.Timeout | float, headers: Mapping[str, str] | None = None, most_connections: int = 100
) -> httpx.AsyncClient:
    """A client whose every failure to get an answer is an `httpx.HTTPError`; `timeout` in seconds."""
    transport = _Transport(verify=tls(), limits=httpx.Limits(max_connections=most_connections))
    hooks = {"request": [_carry]}
    return httpx.AsyncClient(transport=transport, trust_env=False, timeout=timeout, headers=headers, event_hooks=hooks)


async def _carry(request: httpx.Request) -> None:
    """The trace goes on at the other side."""
    if place := traceparent_here():
        request.headers["traceparent"] = place
