"""What a container asks about its own process: `python -m shared.health PORT` or `python -m shared.health FILE`.

A service that serves must say that it is ready. A loop touches TALENT_PULSE_FILE after every good step; one that has
not got on for a minute is not well. Imports little, because it runs every few seconds beside every process.
"""

import http.client
import sys
import time
from pathlib import Path

WITHOUT_A_PULSE = 60.0  # seconds; more than the longest pause between two tries of a loop
ANSWERS_WITHIN = 4.0  # seconds


def is_ready(port: int) -> bool:
    """Whether the service on this port of this machine says that it can do its work."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def gets_on(pulse: Path) -> bool:
    """Whether the loop that touches this file did so lately."""
    try:
        return time.time() - pulse.stat().st_mtime < WITHOUT_A_PULSE
    except FileNotFoundError:
        return False


def main(check: str) -> int:
    """The exit status: 0 for well."""
    return 0 if (is_ready(int(check)) if check.isdecimal() else gets_on(Path(check))) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
