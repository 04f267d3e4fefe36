"""What is measured and logged of every request (访问指标); no value of it is personal."""

import logging
import time
from functools import cache, partial

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.config import settings
from shared.ids import new_id
from shared.methods import METHODS, route_in
from shared.traces import Hop, Leg, of_request, passing

access = logging.getLogger("shared.access")  # a line for each request

PROBES = ("/livez", "/readyz", "/metrics")


class Measured:
    """ASGI middleware: names each request, measures it, and keeps answers out of caches."""

    def __init__(self, app: ASGIApp, service: str, registry: CollectorRegistry) -> None:
        self._app = app
        labels = ["service", "method", "route", "status"]
        answered = Counter("http_requests", "Requests answered", labels, registry=registry)
        took = Histogram("http_request_seconds", "Time to answer", ["service", "route"], registry=registry)
        self._answered = cache(partial(answered.labels, service))
        self._took = cache(partial(took.labels, service))
        # A demo is watched at a terminal, by people who want to read what else it says.
        self._level = logging.INFO if settings().environment == "production" else logging.DEBUG

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = new_id()
        where = of_request(request, _header(scope, b"traceparent"))
        scope.setdefault("state", {}).update(request_id=str(request), here=where)
        started = time.perf_counter()
        answered: list[int] = []  # the status, once there is one

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = str(request)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                answered.append(message["status"])
                self._measure(scope, message["status"], time.perf_counter() - started)
            await send(message)

        with passing("server", [Hop("request", where)]) as leg:
            try:
                await self._app(scope, receive, named)
            finally:
                if not answered:  # it went wrong, and is answered outside of us
                    answered.append(500)
                    self._measure(scope, 500, time.perf_counter() - started)
                self._note(leg, scope, answered[0], time.perf_counter() - started)

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_in(scope)
        self._answered(_method_in(scope), route, status).inc()
        self._took(route).observe(seconds)

    def _note(self, leg: Leg, scope: Scope, status: int, seconds: float) -> None:
        """A line for what was answered, and its span's name. Probes and scrapes that went well are nobody's concern."""
        method, route = _method_in(scope), route_in(scope)
        leg.note(
            f"{method} {route}",
            {"http.request.method": method, "http.route": route, "http.response.status_code": status},
        )
        if access.isEnabledFor(self._level) and (status >= 400 or route not in PROBES):
            noted = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            access.log(self._level, "answered", extra={"noted": noted})


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _method_in(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"
