"""Our own ports over TLS, and a city's own authority, which is trusted where it is named."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from aiosmtpd.controller import Controller
from fastapi import FastAPI
from sqlalchemy import URL
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from services.notify.channels.email import MailSettings, send_by_smtp
from services.notify.channels.protocol import SendOutcome, SendResult
from shared import health, serving
from shared.bus.kafka.certificate import make_certificate
from shared.cli import app
from shared.config import Settings, settings
from shared.db_engines import postgresql_engines
from shared.http_client import http_client
from shared.tls import tls
from tests.city import eventually
from tests.notify.test_mail import MESSAGE


@pytest.fixture
def city(chosen: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a certificate of 127.0.0.1, by which this process serves; nobody trusts it yet."""
    make_certificate(tmp_path, ["127.0.0.1"])
    monkeypatch.setenv("TALENT_TLS_CERTIFICATE_FILE", str(tmp_path / "server" / "server.pem"))
    settings.cache_clear()
    tls.cache_clear()
    yield tmp_path
    tls.cache_clear()


@pytest.fixture
def trusted(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its authority is named."""
    monkeypatch.setenv("TALENT_TLS_CA_FILE", str(city / "public" / "ca.pem"))
    settings.cache_clear()


@pytest.fixture
def port(city: Path) -> Iterator[int]:
    """Of a service that is always ready."""
    ready = FastAPI()
    ready.get("/readyz")(lambda: "ready")
    server = uvicorn.Server(serving.listening(ready, 0))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert eventually(lambda: server.started, bool)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def status_of(url: str) -> int:
    """The status that one service is answered by another."""

    async def ask() -> int:
        async with http_client(timeout=5) as client:
            return (await client.get(url)).status_code

    return asyncio.run(ask())


def test_a_port_takes_tls_alone_and_is_asked_by_who_trusts_it(port: int, trusted: None) -> None:
    assert status_of(f"https://127.0.0.1:{port}/readyz") == 200
    with pytest.raises(httpx.HTTPError):
        status_of(f"http://127.0.0.1:{port}/readyz")
    assert health.main(str(port)) == 0
    assert settings().url("quota").startswith("https://")


def test_who_does_not_know_the_authority_asks_nothing(port: int) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        status_of(f"https://127.0.0.1:{port}/readyz")


def test_a_file_that_is_no_certificate_is_named(city: Path) -> None:
    (city / "server" / "server.pem").write_text("hunter2")
    with pytest.raises(SystemExit, match=r"TALENT_TLS_CERTIFICATE_FILE .*server\.pem: "):
        serving.serve_http("quota", FastAPI(), threading.Event())


@pytest.fixture
def mail_server(city: Path) -> Iterator[MailSettings]:
    """One that takes mail by STARTTLS alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(city / "server" / "server.pem")
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    server = Controller(object(), "127.0.0.1", number, tls_context=context, require_starttls=True)
    server.start()
    yield MailSettings(smtp_host="127.0.0.1", smtp_port=number, smtp_tls="starttls", mail_from="talent@example.org")
    server.stop()


def test_a_mail_server_of_the_citys_authority_is_given_mail(mail_server: MailSettings, trusted: None) -> None:
    assert send_by_smtp(MESSAGE, mail_server).result is SendResult.DELIVERED


def test_a_mail_server_of_an_unknown_authority_is_given_none(mail_server: MailSettings) -> None:
    assert send_by_smtp(MESSAGE, mail_server) == SendOutcome(SendResult.RETRY, "tls")


def test_a_database_without_tls_is_not_used_where_its_url_asks_for_it(postgres_server: URL) -> None:
    engine, _ = postgresql_engines(postgres_server.update_query_dict({"sslmode": "require"}))
    with pytest.raises(OperationalError, match="does not support SSL"), engine.connect():
        pass


def test_a_brokers_certificate_is_made_once_and_its_key_is_for_its_group_alone(city: Path) -> None:
    pair = city / "server" / "server.pem", city / "public" / "ca.pem"
    assert [path.stat().st_mode & 0o777 for path in pair] == [0o640, 0o644]
    assert b"PRIVATE" not in pair[1].read_bytes()
    before = [path.read_bytes() for path in pair]
    assert CliRunner().invoke(app, ["bus", "certificate", str(city), "kafka", "localhost"]).exit_code == 0
    assert [path.read_bytes() for path in pair] == before
