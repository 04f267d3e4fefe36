"""The portal, and the three services as it sees them: one small server that answers what a test puts into it."""

import base64
import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import invalidate_caches
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from services.portal import pages
from services.portal.client import memory
from services.portal.main import portal
from shared.config import Settings
from tests.portal import sample

TOYS = Path(__file__).parent / "toys.py"
GONE = b"gone"  # what answers without a body
LEADER = f"Basic {base64.b64encode(b'leader:secret').decode()}"


class City:
    """What the services answer; bytes are a file or a stream. A path in `down` answers 500, one in `problems` that
    problem; a token in `refused`, or of another test, 401. What is written to a path is answered as it was sent, or as
    `answers` has it for `POST /path`; `versions` has its If-Match. What is asked about a write is in `requests` too."""

    answers: dict[str, Any]
    down: set[str]
    problems: dict[str, dict[str, Any]]
    requests: list[tuple[str, dict[str, str], str]]
    written: list[tuple[str, str, Any]]
    versions: list[str | None]
    tokens: list[str]
    refused: set[str]
    expires_in: int
    signed_in: list[tuple[dict[str, Any], str]]
    refuses: dict[str, Any]
    refreshes: list[str]
    role: str
    login: str
    open_to_all: set[str]  # what is answered without a token

    def __init__(self) -> None:
        self._count = itertools.count(1)
        self.reset()

    def reset(self) -> None:
        """The sample year, and no request yet."""
        self.answers = {
            "/v1/progress": sample.progress(),
            "/v1/programmes": sample.programmes(),
            "/v1/reporting-units": sample.units(),
            "/v1/alerts": sample.alerts(),
            "/v1/policy": sample.policy(),
        }
        self.down, self.refused, self.problems = set(), set(), {}
        self.requests, self.written, self.versions, self.tokens = [], [], [], []
        self.expires_in = 900
        self.signed_in, self.refuses, self.refreshes, self.role = [], {}, [], "leader"
        self.login = "zhang"
        self.open_to_all = set()

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

        @app.post("/v1/sessions")
        async def sign_in(request: Request) -> Response:
            self.signed_in.append((await request.json(), request.headers.get("x-forwarded-for", "")))
            self.login = self.signed_in[-1][0]["login"]
            if self.refuses:
                return JSONResponse(self.refuses, self.refuses["status"], media_type="application/problem+json")
            return self._session()

        @app.post("/v1/sessions/refresh")
        async def refresh(request: Request) -> Response:
            if (await request.json())["refresh_token"] != self.refreshes[-1]:
                return JSONResponse({"type": "/problems/refresh-reused"}, 401)
            return self._session()

        @app.delete("/v1/sessions/current")
        async def sign_out(request: Request) -> Response:
            self.tokens.remove(request.headers["authorization"].removeprefix("Bearer "))
            self.refreshes.append("ended")
            return JSONResponse({"ended": 1})

        @app.get("/{path:path}")
        async def read(path: str, request: Request) -> Response:
            path = f"/{path}"
            self.requests.append((path, dict(request.query_params), request.headers.get("accept-language", "")))
            found = self.answers.get(path)
            if problem := self._problem(path, request):
                return problem
            if found is None:
                return JSONResponse({"title": "not found"}, 404)
            if isinstance(found, bytes):
                return Response(found, media_type="application/octet-stream")
            return JSONResponse({"items": found, "next": None} if isinstance(found, list) else found)

        @app.api_route("/{path:path}", methods=["POST", "PUT", "PATCH", "DELETE"])
        async def write(path: str, request: Request) -> Response:
            path, body = f"/{path}", await _body_of(request)
            if problem := self._problem(path, request):
                return problem
            self.requests.append((path, dict(request.query_params), request.headers.get("accept-language", "")))
            self.written.append((path, request.headers.get("idempotency-key", ""), body))
            self.versions.append(request.headers.get("if-match"))
            answer = self.answers.get(f"{request.method} {path}", body)
            return Response(status_code=204) if answer == GONE else JSONResponse(answer, 201)

        return app

    def _session(self) -> Response:
        self.tokens.append(f"session-token-{next(self._count)}")
        self.refreshes.append(f"refresh-{next(self._count)}")
        started = {
            "access_token": self.tokens[-1],
            "refresh_token": self.refreshes[-1],
            "scope": self.role,
            "login": self.login,
        }
        return JSONResponse(started | {"expires_in": self.expires_in, "token_type": "Bearer"})

    def _problem(self, path: str, request: Request) -> Response | None:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if path not in self.open_to_all and (bearer not in self.tokens or bearer in self.refused):
            return JSONResponse({"title": "unauthenticated"}, 401)
        if path in self.down:
            return JSONResponse({"title": "unexpected"}, 500)
        if problem := self.problems.get(path) or self.problems.get(f"{request.method} {path}"):
            return JSONResponse(problem, problem["status"], media_type="application/problem+json")
        return None


async def _body_of(request: Request) -> Any:
    """What was written; of a file its query, name and content."""
    if not request.headers.get("content-type"):
        return None
    if request.headers["content-type"] == "application/json":
        return await request.json()
    async with request.form() as form:
        file = form["file"]
        assert isinstance(file, UploadFile)
        return dict(request.query_params), file.filename, await file.read()


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


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    """Each test says anew what the services answer."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(memory, "KEPT_SECONDS", 0)
        yield


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
    with httpx.Client(base_url=site[0], trust_env=False, verify=False, timeout=60) as client:
        client.headers["Accept"] = "text/html"
        yield client


@contextmanager
def with_group(folder: Path, source: str = "") -> Iterator[None]:
    """The portal's groups and one more: one new file, as if it lay among theirs."""
    (folder / "toys.py").write_text(source or TOYS.read_text(encoding="utf-8"), encoding="utf-8")
    pages.__path__.append(str(folder))
    invalidate_caches()
    try:
        yield
    finally:
        pages.__path__.remove(str(folder))
        sys.modules.pop(f"{pages.__name__}.toys", None)


@pytest.fixture(scope="session")
def toy_address(site: tuple[str, Settings], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same portal with one more group of pages; its address."""
    with with_group(tmp_path_factory.mktemp("pages")):
        app = portal(site[1])
    with served(app) as address:
        yield address


@pytest.fixture
def toys(city: City, toy_address: str) -> Iterator[httpx.Client]:
    """The portal with one more group, as a browser finds it."""
    with httpx.Client(base_url=toy_address, trust_env=False, verify=False, timeout=60) as client:
        client.headers["Accept"] = "text/html"
        yield client
