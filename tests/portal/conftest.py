"""The portal, and the three services as it sees them: one small server that answers what a test puts into it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.portal.main import portal
from shared.config import Settings, settings
from tests.conftest import forget
from tests.portal import sample


@dataclass
class City:
    """What the services answer. A path in `down` answers 500; the token says who asks."""

    answers: dict[str, Any] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    expires_in: int = 900
    refused: set[str] = field(default_factory=set)

    def app(self) -> FastAPI:
        """Registry, quota and notify at one address."""
        app = FastAPI()

        @app.post("/oauth/token")
        async def token(request: Request) -> Response:
            if "/oauth/token" in self.down:
                return JSONResponse({"error": "server_error"}, 500)
            if request.headers["authorization"] != httpx.BasicAuth("leader", "secret")._auth_header:
                return JSONResponse({"error": "invalid_client"}, 401)
            self.tokens.append(f"token-{len(self.tokens) + 1}")
            return JSONResponse(
                {"access_token": self.tokens[-1], "expires_in": self.expires_in, "token_type": "Bearer"}
            )

        @app.get("/{path:path}")
        async def answer(path: str, request: Request) -> Response:
            path = f"/{path}"
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
            self.asked.append((path, dict(request.query_params), request.headers.get("accept-language", "")))
            if bearer not in self.tokens or bearer in self.refused:
                return JSONResponse({"title": "unauthenticated"}, 401)
            if path in self.down:
                return JSONResponse({"title": "unexpected"}, 500)
            told = self.answers.get(path)
            if told is None:
                return JSONResponse({"title": "not found"}, 404)
            return JSONResponse({"items": told, "next": None} if isinstance(told, list) else told)

        return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """An application on a free port of this machine; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def city() -> City:
    """The sample year."""
    return City(
        {
            "/v1/progress": sample.progress(),
            "/v1/programmes": sample.programmes(),
            "/v1/reporting-units": sample.units(),
            "/v1/alerts": sample.alerts(),
            "/v1/policy": sample.policy(),
        }
    )


@pytest.fixture
def services(city: City, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The three services, and the credentials of the leader in the data folder."""
    leader = {"client_id": "leader", "client_secret": "secret", "role": "leader"}
    chosen.credentials_path.write_text(json.dumps({"leader": leader}))
    with served(city.app()) as address:
        for name in ("registry", "quota", "notify"):
            monkeypatch.setenv(f"TALENT_{name.upper()}_URL", address)
        forget()
        yield address


@pytest.fixture
def page(services: str) -> Iterator[httpx.Client]:
    """The portal as a browser finds it."""
    with served(portal(settings())) as address, httpx.Client(base_url=address, trust_env=False, timeout=10) as client:
        client.headers["Accept"] = "text/html"
        yield client


Ask = Callable[..., str]
