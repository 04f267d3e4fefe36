"""What is for operators alone."""

import threading

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shared.inner import serve_document


def test_the_document_is_made_beside_the_event_loop_and_answered_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    app = FastAPI(title="登记")
    serve_document(app)
    made_in: list[threading.Thread] = []
    described = app.openapi

    def watched() -> object:
        made_in.append(threading.current_thread())
        return described()

    monkeypatch.setattr(app, "openapi", watched)

    @app.get("/where")
    async def where() -> str:
        return threading.current_thread().name

    with TestClient(app) as client:
        answer = client.get("/openapi.json")
        assert (answer.status_code, answer.json()["info"]["title"]) == (httpx.codes.OK, "登记")
        assert client.get("/docs").status_code == httpx.codes.OK
        (thread,) = made_in
        assert thread.name != client.get("/where").json()
