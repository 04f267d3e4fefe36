"""Ports of this machine; imports little, because the command line looks at them before it loads a service."""

import socket


def is_taken(host: str, port: int) -> bool:
    """Whether anybody listens on a port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
