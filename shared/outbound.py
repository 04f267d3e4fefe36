"""The one way out to addresses that somebody typed in: robots, gateways, institutions' endpoints (外发请求).

Such an address may lead anywhere, so an address inside a network is refused unless TALENT_OUTBOUND_ALLOW names its
network (server-side request forgery, OWASP). A name is resolved once, and the connection goes to the address that was
looked at, so that a second answer of the name server changes nothing. Redirects are not followed, an answer is read up
to a limit and within a time, and neither an address nor an answer is written to a log: both may hold a secret.
"""

import ipaddress
import itertools
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from shared.config import Settings, settings
from shared.problems import Fault, Said
from shared.tls import tls

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LARGEST_ANSWER = 64 * 1024  # bytes; what is longer is left unread
CONNECTS_WITHIN = 10.0  # seconds
ANSWERS_WITHIN = 20.0  # seconds for the whole exchange; Standard Webhooks 1.0.0 asks for 15 to 30
MOST_CONNECTIONS = 400
POOLS = 8  # for each request httpcore looks at every connection of its pool
LOOPBACK = ("127.0.0.0/8", "::1/128")
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an address of IPv4

_until: ContextVar[float] = ContextVar("until")
_turns = itertools.count()


class NoAnswer(Exception):
    """There was no answer; `code` says why in a word, `sent` whether the other side may have what was sent."""

    def __init__(self, code: str, *, sent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.sent = sent


class _Refused(httpcore.ConnectError):
    """Every address of the host lies where nothing is sent to."""


class _Unresolved(httpcore.ConnectError):
    """The host has no address."""


@dataclass(frozen=True)
class HttpAnswer:
    """What the other side said: its status, the beginning of its body, and whether that is all of it."""

    status: int
    body: bytes
    whole: bool
    headers: Mapping[str, str] = field(default_factory=dict)


def allowed_networks(chosen: Settings) -> tuple[Network, ...]:
    """The networks beside the public one that may be sent to. Raises ValueError for what is no network."""
    named = [part.strip() for part in chosen.outbound_allow.split(",") if part.strip()]
    return tuple(ipaddress.ip_network(each) for each in (*named, *(LOOPBACK if chosen.environment == "demo" else ())))


def may_reach(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether something may be sent to an address: a public one, or of a network that is allowed."""
    meant = _meant(address)
    if any(meant in network for network in allowed):
        return True
    return meant.is_global and not meant.is_multicast


def fault_in_url(url: str, allowed: Iterable[Network], pointer: str) -> Fault | None:
    """What is wrong with an address as it was typed. A name is looked at whenever something is sent to it."""
    try:
        parsed = httpx.URL(url)
        host, port = parsed.host, parsed.port
    except (httpx.InvalidURL, ValueError):
        return Fault(pointer, "url_invalid", NO_URL)
    whole = parsed.scheme in ("http", "https") and host and not parsed.userinfo and not parsed.fragment
    if not whole or (port is not None and not 0 < port < 65536):
        return Fault(pointer, "url_invalid", NO_URL)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return None if may_reach(address, allowed) else Fault(pointer, "address_refused", PRIVATE)


NO_URL = Said("须为完整的网址，不含用户名和井号", "should be a whole web address, without a user or a fragment")
PRIVATE = Said(
    "该地址属于内部网络，不得外发；确需使用的，请由运维人员登记放行",
    "lies in an internal network; an operator may allow that network",
)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
    """Post bytes as they are, and read the answer. Raises NoAnswer, and nothing else for what the network does."""
    reset = _until.set(time.monotonic() + ANSWERS_WITHIN)
    try:
        # Not compressed: a small answer could become a very large one.
        given = {"Accept-Encoding": "identity", "User-Agent": "talent-registry"} | dict(headers)
        client = _clients()[next(_turns) % POOLS]
        with client.stream("POST", url, content=body, headers=given) as response:
            found, whole = _beginning(response)
            return HttpAnswer(response.status_code, found, whole, response.headers)
    except httpx.ConnectTimeout:
        raise NoAnswer("connect_timeout") from None
    except httpx.PoolTimeout:
        raise NoAnswer("too_many_at_once") from None
    except httpx.TimeoutException:
        raise NoAnswer("timeout", sent=True) from None
    except httpx.ConnectError as error:
        raise NoAnswer(_why(error)) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NoAnswer("tls" if _is_of_tls(error) else "disconnected", sent=True) from None
    finally:
        _until.reset(reset)


def _beginning(response: httpx.Response) -> tuple[bytes, bool]:
    held = bytearray()
    for chunk in response.iter_raw():
        held += chunk
        if len(held) > LARGEST_ANSWER:
            return bytes(held[:LARGEST_ANSWER]), False
    return bytes(held), True


def _why(error: BaseException) -> str:
    if isinstance(error.__cause__, _Refused):
        return "address_refused"
    if isinstance(error.__cause__, _Unresolved):
        return "unresolved"
    return "tls" if _is_of_tls(error) else "unreachable"


def _is_of_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _meant(address: Address) -> Address:
    """The address of IPv4 that one of IPv6 stands for, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in TRANSLATED:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


@lru_cache(maxsize=1)
def _clients() -> list[httpx.Client]:
    timeout = httpx.Timeout(ANSWERS_WITHIN, connect=CONNECTS_WITHIN, pool=CONNECTS_WITHIN)
    return [
        httpx.Client(transport=_Guarded(verify=tls()), trust_env=False, follow_redirects=False, timeout=timeout)
        for _ in range(POOLS)
    ]


class _Guarded(httpx.HTTPTransport):
    """A transport whose connections are made by `_Connections`; its pool is the only place that accepts them."""

    def __init__(self, *, verify: ssl.SSLContext) -> None:
        super().__init__(verify=verify)
        self._pool = httpcore.ConnectionPool(
            ssl_context=verify,
            max_connections=MOST_CONNECTIONS // POOLS,
            max_keepalive_connections=MOST_CONNECTIONS // POOLS,
            keepalive_expiry=5.0,
            network_backend=_Connections(),
        )


class _Connections(httpcore.NetworkBackend):
    """Connects to the addresses of a host that may be reached, and to no other."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()
        self._allowed = allowed_networks(settings())

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers. Raises what httpcore raises."""
        failed: Exception = _Refused()
        for address in _addresses_of(host, port):
            if may_reach(address, self._allowed):
                try:
                    return _Stream(self._plain.connect_tcp(str(address), port, _left(timeout), local_address))
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    failed = error
        raise failed


class _Stream(httpcore.NetworkStream):
    """A connection on which an exchange ends in time, however slowly the other side sends."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, over: type[Exception] = httpcore.ConnectTimeout) -> float:
    left = _until.get() - time.monotonic()
    if left <= 0:
        raise over
    return left if timeout is None else min(left, timeout)


def _addresses_of(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError):
        raise _Unresolved from None
    return [ipaddress.ip_address(str(address[0]).partition("%")[0]) for *_, address in dict.fromkeys(found)]
