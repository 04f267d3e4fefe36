"""Where the servers of the bus are, and why they cannot be reached, as far as an address tells."""

import socket
from collections.abc import Sequence

CONNECT_TIMEOUT = 1.0  # seconds


class BadBusUrl(ValueError):
    """TALENT_BUS_URL cannot be understood; the text says why."""


def parse_servers(rest: str) -> list[str]:
    """The servers in `//host:port,host:port`. Raises BadBusUrl for anything else."""
    servers = rest.removeprefix("//").rstrip("/").split(",")
    for server in servers:
        host, _, port = server.rpartition(":")
        if not host or not port.isdecimal() or not rest.startswith("//"):
            raise BadBusUrl("TALENT_BUS_URL must read kafka://host:port,host:port")
    return servers


def why_away(servers: Sequence[str]) -> str:
    """What is wrong with the addresses, in one sentence; empty when one of them takes connections."""
    reasons = [_why(server) for server in servers]
    return "; ".join(f"{server} {reason}" for server, reason in zip(servers, reasons, strict=True)) * all(reasons)


def _why(server: str) -> str:
    host, _, port = server.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_TIMEOUT).close()
    except socket.gaierror:
        return "has a name that nobody knows"
    except TimeoutError:
        return "does not answer"
    except ConnectionRefusedError:
        return "refuses connections"
    except OSError as error:
        return f"cannot be reached ({error.strerror or type(error).__name__})"
    return ""
