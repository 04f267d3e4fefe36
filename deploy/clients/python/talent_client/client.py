"""The client: gets its own tokens, tries again under the same key, and goes through pages and batches by itself."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import islice
from types import TracebackType
from typing import Any, Self, cast

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from talent_client.problems import Problem, checked
from talent_client.shapes import NewRegistration, Outcome, Registration

BATCH = 1_000  # registrations of one request, the most that is taken
PASSES = {429, 502, 503, 504}  # what another try may cure
LONGEST_PAUSE = 60.0  # seconds


class _Bearer(httpx.Auth):
    """Shows a token, and gets another when it is no longer taken (RFC 6749, client credentials)."""

    requires_response_body = True

    def __init__(self, url: str, client_id: str, secret: str) -> None:
        self._url = f"{url}/oauth/token"
        self._basic = httpx.BasicAuth(client_id, secret)
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if not self._token:
            yield from self._renew()
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            yield from self._renew()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renew(self) -> Generator[httpx.Request, httpx.Response, None]:
        wanted = httpx.Request("POST", self._url, data={"grant_type": "client_credentials"})
        answer = yield next(self._basic.auth_flow(wanted))
        self._token = checked(answer).json()["access_token"]


class RegistryClient:
    """Speaks to one registry as one client of an institution.

    Requests that may pass on another try (no connection, 429, 503) are made again, up to `attempts` times, after the
    pause that the registry asks for. Whoever posts names a key: under the same key nothing is registered twice, however
    often it is sent, also by another process after a crash. Raises Problem for refusals, httpx.TransportError when the
    registry cannot be reached.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        attempts: int = 6,
        language: str = "zh-CN",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        url = url.rstrip("/")
        self._attempts = attempts
        self._http = httpx.Client(
            base_url=url,
            auth=_Bearer(url, client_id, client_secret),
            headers={"Accept-Language": language},
            timeout=60,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def check(self, registration: Mapping[str, Any]) -> dict[str, Any]:
        """Try a registration without keeping it (试算): `verdict` and `reasons`."""
        path = f"/v1/programmes/{registration['programme']}/check"
        return cast(dict[str, Any], self._send("POST", path, json=registration))

    def register(self, registration: NewRegistration, *, key: str) -> Registration:
        """Post one registration under a key of the caller's own, such as the number it has in the caller's system."""
        return cast(Registration, self._send("POST", "/v1/registrations", json=registration, key=key))

    def register_many(
        self, registrations: Iterable[NewRegistration], *, key: str
    ) -> Iterator[tuple[NewRegistration, Outcome]]:
        """Post any number, 1,000 in a request; each with what came of it, in their order.

        Send the same registrations in the same order again under the same key to go on after a crash.
        """
        rest = iter(registrations)
        number = 0
        while batch := list(islice(rest, BATCH)):
            answer = self._send("POST", "/v1/registrations/batch", json={"items": batch}, key=f"{key}-{number}")
            yield from zip(batch, answer["items"], strict=True)
            number += 1

    def act(self, registration_id: str, action: str, *, key: str, **fields: Any) -> dict[str, Any]:
        """Take a step of the workflow, such as `submit` or `withdraw`, with the fields that it needs."""
        body = {"action": action} | fields
        path = f"/v1/registrations/{registration_id}/transitions"
        return cast(dict[str, Any], self._send("POST", path, json=body, key=key))

    def registration(self, registration_id: str) -> Registration:
        """One registration of the institution's own."""
        return cast(Registration, self._send("GET", f"/v1/registrations/{registration_id}"))

    def registrations(self, **wanted: str) -> Iterator[Registration]:
        """The institution's registrations, newest first, through all pages: `programme`, `state`, `q` and so on."""
        cursor: str | None = None
        while True:
            page = self._send("GET", "/v1/registrations", params=wanted | ({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next"]
            if not cursor:
                return

    def _send(self, method: str, path: str, *, key: str = "", **words: Any) -> Any:
        """The body of the answer, once there is one."""
        headers = {"Idempotency-Key": f'"{key}"'} if key else {}
        patiently = Retrying(
            retry=retry_if_exception(_passes), wait=_pause, stop=stop_after_attempt(self._attempts), reraise=True
        )
        return patiently(lambda: checked(self._http.request(method, path, headers=headers, **words)).json())


def _passes(error: BaseException) -> bool:
    """Whether another try may help; what was sent under a key may be sent again, and the rest changes nothing."""
    return isinstance(error, httpx.TransportError) or (isinstance(error, Problem) and error.status in PASSES)


def _pause(state: RetryCallState) -> float:
    """What Retry-After asks for, or else longer each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Problem) else None
    return min(LONGEST_PAUSE, asked if asked is not None else wait_exponential_jitter(multiplier=0.2, max=20)(state))
