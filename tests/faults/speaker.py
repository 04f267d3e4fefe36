"""A client that insists: it asks until it is answered, and the same key makes every try the same request."""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx

from tests.faults.town import Town

NO_ANSWER = {401: "not let in", 500: "unexpected", 503: "unavailable"}  # 401: the clocks of two services differ
ANSWERED_WITHIN = 120.0  # seconds; longer than any fault lasts


class Speaker:
    """Speaks as one of the demo's credentials to every service; used by one thread."""

    def __init__(self, town: Town, name: str, tries: Counter[str]) -> None:
        self._town = town
        self._held = town.credentials(name)
        self._tries = tries
        self._client = httpx.Client(trust_env=False, verify=False, timeout=60)

    def post(self, service: str, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        """The answer to a request that is made once, however often it is sent."""
        return self._insist("POST", service, path, json=body, headers={"Idempotency-Key": key})

    def all(self, service: str, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Every item of a list."""
        cursor: str | None = ""
        while cursor is not None:
            query |= {"cursor": cursor} if cursor else {}
            page = self._insist("GET", service, path, params={"limit": "200"} | query)
            yield from page.raise_for_status().json()["items"]
            cursor = page.json()["next"]

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _insist(self, method: str, service: str, path: str, **more: Any) -> httpx.Response:
        until = time.monotonic() + ANSWERED_WITHIN
        while time.monotonic() < until:
            try:
                answer = self._client.request(method, self._town.url(service) + path, **more)
                if answer.status_code == 401:
                    self._log_in()
            except httpx.TransportError:
                self._tries["lost answer"] += 1
            else:
                if not (why := _no_answer(answer)):
                    return answer
                self._tries[why] += 1
            time.sleep(0.1)
        raise TimeoutError(f"{method} {service}{path} found no answer: {dict(self._tries)}")

    def _log_in(self) -> None:
        answer = self._client.post(
            f"{self._town.url('registry')}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(self._held["client_id"], self._held["client_secret"]),
        )
        if answer.is_success:
            self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def _no_answer(answer: httpx.Response) -> str:
    """Why this is not the answer yet; empty when it is."""
    if answer.status_code == 409 and answer.json()["type"].endswith("/idempotency-key-in-use"):
        return "under way"
    return NO_ANSWER.get(answer.status_code, "")
