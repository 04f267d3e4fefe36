"""A real HTTP receiver on this machine: keeps what arrives, and answers as robots, gateways and endpoints do."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HttpReply = tuple[int, Mapping[str, str], bytes]


@dataclass(frozen=True)
class Received:
    """One request as it arrived; names of headers in small letters."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass
class Receiver:
    """What arrived, and how it answers: from `answers` in order, then by `judge`, then 200.

    `behaviour`: answer, hang (says nothing), trickle (a byte at a time), drop (hangs up once it has all).
    """

    url: str
    port: int
    judge: Callable[[Received], HttpReply] = lambda _: (200, {}, b"{}")
    behaviour: str = "answer"
    received: list[Received] = field(default_factory=list)
    answers: list[HttpReply] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver on a free port of this machine; over TLS with a certificate."""
    held: list[Receiver] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            _answer(self, held[0])

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is meant to
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    held.append(Receiver(f"http{'s' if certificate else ''}://127.0.0.1:{port}/hook", port))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield held[0]
    finally:
        held[0].over.set()
        server.shutdown()
        server.server_close()


@contextmanager
def tls_receiver() -> Iterator[Receiver]:
    """A receiver whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    with TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pem"
        signed = made.sign(key, hashes.SHA256()).public_bytes(pem)
        path.write_bytes(key.private_bytes(pem, private, serialization.NoEncryption()) + signed)
        with receiver(path) as found:
            yield found


def _answer(handler: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    headers = {name.lower(): value for name, value in handler.headers.items()}
    received = Received(handler.path, headers, body, time.time())
    receiver.received.append(received)
    if receiver.behaviour in ("hang", "drop"):
        receiver.over.wait(30 if receiver.behaviour == "hang" else 0)
        handler.close_connection = True
        return
    if receiver.behaviour == "trickle":
        for each in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
            handler.wfile.write(bytes([each]))
            handler.wfile.flush()
            if receiver.over.wait(0.1):
                return
    status, more, answer = receiver.answers.pop(0) if receiver.answers else receiver.judge(received)
    handler.send_response(status)
    for name, value in ({"Content-Length": str(len(answer))} | dict(more)).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(answer)
