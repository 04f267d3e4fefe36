"""The one way out: whom it reaches, and that nothing the other side does holds it up or is taken for success."""

import ipaddress
import socket
import time
from collections.abc import Iterator

import pytest

from shared import outbound
from shared.config import Settings
from shared.outbound import LARGEST_ANSWER, NoAnswer, allowed_networks, fault_in_url, may_reach, post
from tests.receivers import receiver, tls_receiver

INSIDE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.9",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
]
OUTSIDE = ["1.2.4.8", "223.5.5.5", "2400:3200::1", "64:ff9b::102:408", "::ffff:1.2.4.8"]


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch, chosen: Settings) -> Iterator[None]:
    """A demo, which may send to this machine."""
    outbound._clients.cache_clear()
    yield
    outbound._clients.cache_clear()


def test_only_public_addresses_are_reached_and_those_allowed() -> None:
    assert [each for each in INSIDE if may_reach(ipaddress.ip_address(each), ())] == []
    assert [each for each in OUTSIDE if not may_reach(ipaddress.ip_address(each), ())] == []
    allowed = allowed_networks(Settings(environment="production", outbound_allow="10.1.0.0/16, fc00::/7"))
    reached = [each for each in INSIDE if may_reach(ipaddress.ip_address(each), allowed)]
    assert reached == ["10.1.2.3", "fc00::1"]
    assert may_reach(ipaddress.ip_address("127.0.0.1"), allowed_networks(Settings(environment="demo")))


def test_an_address_is_looked_at_when_it_is_typed() -> None:
    for url in ("https://hooks.example.org/a?b=c", "http://1.2.4.8:8080/", "https://[2400:3200::1]/x"):
        assert fault_in_url(url, (), "/url") is None
    for url in (
        "ftp://a.example/",
        "https://",
        "//a.example",
        "https://u:p@a.example/",
        "x",
        "http://a:99999/",
        "https://a.example/#f",
    ):
        fault = fault_in_url(url, (), "/url")
        assert (fault and (fault.pointer, fault.code)) == ("/url", "url_invalid"), url
    for host in ("127.0.0.1", "[::ffff:10.0.0.1]", "169.254.169.254"):
        fault = fault_in_url(f"https://{host}/", (), "/url")
        assert (fault and fault.code) == "address_refused"


def test_what_was_looked_at_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as other:
        resolved: list[str] = []
        real = socket.getaddrinfo

        def rebinding(host: str, port: int, *more: object, **named: object) -> object:
            resolved.append(host)
            address = "127.0.0.1" if host == "hooks.example.org" and len(resolved) == 1 else host
            return real(address, port, type=socket.SOCK_STREAM)

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        assert post(f"http://hooks.example.org:{other.port}/x", b"{}", {}).status == 200
        # The second look-up is of the address itself, which is connected to; the name was resolved once.
        assert resolved.count("hooks.example.org") == 1
        assert other.received[0].headers["host"] == f"hooks.example.org:{other.port}"


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **b: found)
    assert failure("http://metadata.example.org/") == ("address_refused", False)


def test_nothing_the_other_side_does_is_taken_for_success_or_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as other:
        other.answers = [(302, {"Location": f"{other.url}/elsewhere"}, b"")]
        assert (post(other.url, b"{}", {}).status, len(other.received)) == (302, 1)
        other.answers = [(200, {}, b"x" * 10_000_000)]
        answer = post(other.url, b"{}", {})
        assert (answer.status, len(answer.body), answer.whole) == (200, LARGEST_ANSWER, False)
        other.behaviour = "drop"
        assert failure(other.url) == ("disconnected", True)
        monkeypatch.setattr(outbound, "ANSWERS_WITHIN", 0.6)
        for behaviour in ("hang", "trickle"):
            other.behaviour, started = behaviour, time.monotonic()
            assert failure(other.url) == ("timeout", True), behaviour
            assert time.monotonic() - started < 20  # the one would hang for 30, the other trickle for 100
    assert failure(other.url) == ("unreachable", False)
    assert failure("http://no-such-host.invalid/")[0] in ("unresolved", "connect_timeout")
    with tls_receiver() as hidden:
        assert failure(hidden.url) == ("tls", False)
        assert hidden.received == []


def failure(url: str) -> tuple[str, bool]:
    with pytest.raises(NoAnswer) as caught:
        post(url, b"{}", {})
    assert url not in repr(caught.value)
    return caught.value.code, caught.value.sent
