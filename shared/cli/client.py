"""How the command line speaks to a service: with a client's credentials, exchanged for a token."""

import json
import os
from collections.abc import Generator
from typing import Any

import httpx

from shared.config import settings
from shared.tls import tls


class Refused(Exception):
    """A service said no; the text is its sentence."""


class _Bearer(httpx.Auth):
    """Shows a token, and gets a new one when the old one is no longer taken."""

    def __init__(self, client: "ApiClient") -> None:
        self._client = client
        self._token: str | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        self._token = self._token or self._client.token()
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._token = self._client.token()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request


class ApiClient:
    """A client of the services."""

    def __init__(self, client_id: str, client_secret: str) -> None:
        self._credentials = (client_id, client_secret)
        self._auth = _Bearer(self)

    @classmethod
    def chosen(cls, name: str | None) -> "ApiClient":
        """TALENT_CLIENT_ID and TALENT_CLIENT_SECRET where they are set, or else this name of the demo's credentials."""
        client_id, secret = os.environ.get("TALENT_CLIENT_ID"), os.environ.get("TALENT_CLIENT_SECRET")
        if client_id and secret:
            return cls(client_id, secret)
        path = settings().credentials_path
        try:
            held = json.loads(path.read_text())[name or "bureau"]
        except (FileNotFoundError, KeyError):
            raise Refused(
                f"请设置 TALENT_CLIENT_ID 和 TALENT_CLIENT_SECRET · Set them, or name a client of {path}"
            ) from None
        return cls(held["client_id"], held["client_secret"])

    def token(self) -> str:
        """A fresh access token."""
        with httpx.Client(verify=tls(), trust_env=False, timeout=10) as client:
            answer = client.post(
                f"{settings().url('registry')}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=self._credentials,
            )
        return str(body_of(answer)["access_token"])

    def client(self, service: str) -> httpx.Client:
        """A client of one service that shows this speaker's token."""
        return httpx.Client(
            base_url=settings().url(service), auth=self._auth, verify=tls(), trust_env=False, timeout=30
        )


def body_of(answer: httpx.Response) -> Any:
    """The body of an answer. Raises Refused with the service's own sentences for a problem."""
    if answer.is_success:
        return answer.json()
    try:
        problem = answer.json()
    except ValueError:
        raise Refused(f"HTTP {answer.status_code}") from None
    faults = "".join(f"\n  {each['pointer']}  {each['detail']}" for each in problem.get("errors", []))
    said = dict.fromkeys((problem["title"], problem["detail"]))  # once, where both are the same words
    raise Refused(": ".join(said) + faults)
