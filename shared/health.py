"""What a container asks about its own process: `python -m shared.health PORT` or `python -m shared.health FILE`.

A service that serves must say that it is ready, or that it waits for nothing but its first policy pack (政策包), which
reaches it over HTTP. A loop touches TALENT_PULSE_FILE after every good step; one that has
not got on for a minute is not well. Imports little, because it runs every few seconds beside every process.
"""

import http.client
import os
import sys
import time
from pathlib import Path

WITHOUT_A_PULSE = 60.0  # seconds; more than the longest pause between two tries of a loop
ANSWERS_WITHIN = 4.0  # seconds
NO_PACK = b'"/problems/policy-missing"'  # the type of that problem


def is_fit(status: int, body: bytes) -> bool:
    """Whether this answer of `/readyz` asks for no help: ready, or without a policy pack only."""
    return status == http.client.OK or (status == http.client.SERVICE_UNAVAILABLE and NO_PACK in body)


def serves(port: int, host: str = "127.0.0.1") -> bool:
    """Whether the service on this port of this machine is fit."""
    connection = _connection(host, port)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return is_fit(answer.status, answer.read())
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(host: str, port: int) -> http.client.HTTPConnection:
    if not os.environ.get("TALENT_TLS_CERTIFICATE_FILE"):
        return http.client.HTTPConnection(host, port, timeout=ANSWERS_WITHIN)
    import ssl  # noqa: PLC0415  # where nothing serves by TLS it need not be loaded

    own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    own.check_hostname, own.verify_mode = False, ssl.CERT_NONE  # what is asked is this process, on this machine
    return http.client.HTTPSConnection(host, port, timeout=ANSWERS_WITHIN, context=own)


def gets_on(pulse: Path) -> bool:
    """Whether the loop that touches this file did so lately."""
    try:
        return time.time() - pulse.stat().st_mtime < WITHOUT_A_PULSE
    except FileNotFoundError:
        return False


def main(check: str) -> int:
    """The exit status: 0 for well."""
    return 0 if (serves(int(check)) if check.isdecimal() else gets_on(Path(check))) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
