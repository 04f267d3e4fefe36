"""The portal, and the three services as it sees them: one small server that answers what a test puts into it."""

import base64
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.portal.main import portal
from shared.config import Settings
from tests.portal import sample

LEADER = f"Basic {base64.b64encode(b'leader:secret').decode()}"


class City:
    """What the services answer. A path in `down` answers 500; a token in `refused`, or of another test, 401."""

    answers: dict[str, Any]
    down: set[str]
    asked: list[tuple[str, dict[str, str], str]]
    tokens: list[str]
    refused: set[str]
    expires_in: int

    def __init__(self) -> None:
        self._count = itertools.count(1)
        self.reset()

    def reset(self) -> None:
        """The sample year, and nothing asked yet."""
        self.answers = {
            "/v1/progress": sample.progress(),
            "/v1/programmes": sample.programmes(),
            "/v1/reporting-units": sample.units(),
            "/v1/alerts": sample.alerts(),
            "/v1/policy": sample.policy(),
        }
        self.down, self.refused = set(), set()
        self.asked, self.tokens = [], []
        self.expires_in = 900

    def app(self) -> FastAPI:
        """Registry, quota and notify at one address."""
        app = FastAPI()

        @app.post("/oauth/token")
        async def token(request: Request) -> Response:
            if "/oauth/token" in self.down:
                return JSONResponse({"error": "server_error"}, 500)
            if request.headers["authorization"] != LEADER:
                return JSONResponse({"error": "invalid_client"}, 401)
            self.tokens.append(f"token-{next(self._count)}")
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
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def one_city() -> City:
    """One city for all tests; each begins with the sample year."""
    return City()


@pytest.fixture(scope="session")
def site(one_city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Settings]]:
    """The portal before the three services: its address, and the settings it has."""
    folder = tmp_path_factory.mktemp("portal")
    with served(one_city.app()) as services:
        own = Settings(
            environment="demo", data_dir=folder, registry_url=services, quota_url=services, notify_url=services
        )
        with served(portal(own)) as address:
            yield address, own


@pytest.fixture
def city(one_city: City, site: tuple[str, Settings]) -> City:
    """The sample year, and the credentials of the leader in the data folder."""
    one_city.reset()
    leader = {"client_id": "leader", "client_secret": "secret", "role": "leader"}
    site[1].credentials_path.write_text(json.dumps({"leader": leader}))
    return one_city


@pytest.fixture
def page(city: City, site: tuple[str, Settings]) -> Iterator[httpx.Client]:
    """The portal as a browser finds it."""
    with httpx.Client(base_url=site[0], trust_env=False, timeout=10) as client:
        client.headers["Accept"] = "text/html"
        yield client
