"""The clients of the demo's partners: issued by the operator, approved by an officer who decides on nothing else."""

from collections.abc import Callable
from typing import Any, Protocol

import httpx

Showing = Callable[[httpx.Request], httpx.Request]


class Calling(Protocol):
    """A call under a key that is the same whenever the plan asks the same thing."""

    def __call__(self, path: str, body: Any, action: str, client: httpx.Client) -> dict[str, Any]: ...


class PartnersClients:
    """Gives partners clients. Whoever has a hand in a credential decides on nothing that is written with it."""

    def __init__(self, call: Calling, operator: httpx.Client, approver: httpx.Client) -> None:
        self._call, self._operator, self._approver = call, operator, approver

    def token_of(self, institution_id: str, role: str, name: str) -> Showing:
        """What shows the token of a new client of an institution."""
        path = f"/v1/institutions/{institution_id}/clients"
        issued = self._call(path, {"name": name, "role": role}, f"client-{role}", self._operator)
        self._call(f"{path}/{issued['client_id']}/approve", {}, f"approve-{role}", self._approver)
        if issued["client_secret"] is None:  # it was shown to a loading that was interrupted
            issued = self._operator.post(f"{path}/{issued['client_id']}/rotate").raise_for_status().json()
        form, credentials = {"grant_type": "client_credentials"}, (issued["client_id"], issued["client_secret"])
        answer = self._operator.post("/oauth/token", data=form, auth=credentials)
        return _bearer(answer.raise_for_status().json()["access_token"])


def _bearer(token: str) -> Showing:
    """Shows a token in place of the client's own."""

    def show(request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return show
