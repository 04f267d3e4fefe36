"""What a container's health check says, and when."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from shared.health import WITHOUT_A_PULSE, main


class Answering(BaseHTTPRequestHandler):
    """Says of itself what the test wants."""

    status = 200
    body = b""

    def do_GET(self) -> None:  # the name that http.server calls
        assert self.path == "/readyz"
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[str]:
    """The port of a service that answers with this status, and a problem of this name."""
    status, slug = request.param
    problem = {"type": f"/problems/{slug}", "status": status}
    answering = type("With", (Answering,), {"status": status, "body": json.dumps(problem).encode()})
    with HTTPServer(("127.0.0.1", 0), answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield str(server.server_port)
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("service", "status"),
    [
        ((200, ""), 0),
        ((503, "not-ready"), 1),
        ((404, "not-found"), 1),
        ((503, "policy-missing"), 0),  # it is given one over HTTP, so it must be let run
        ((500, "policy-missing"), 1),
    ],
    indirect=["service"],
)
def test_a_service_is_well_when_it_is_ready_or_lacks_a_pack_alone(service: str, status: int) -> None:
    assert main(service) == status


def test_a_port_where_nobody_answers_is_not_well() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert main(str(bound.getsockname()[1])) == 1


@pytest.mark.parametrize(("seconds_ago", "status"), [(0, 0), (WITHOUT_A_PULSE - 5, 0), (WITHOUT_A_PULSE + 5, 1)])
def test_a_loop_is_well_while_it_touches_its_pulse(tmp_path: Path, seconds_ago: float, status: int) -> None:
    pulse = tmp_path / "pulse"
    pulse.touch()
    at = time.time() - seconds_ago
    os.utime(pulse, (at, at))
    assert main(str(pulse)) == status


def test_a_loop_that_never_got_on_is_not_well(tmp_path: Path) -> None:
    assert main(str(tmp_path / "pulse")) == 1
