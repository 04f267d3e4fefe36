"""What an OpenAPI document must say of every operation: its problems, and the token that it needs."""

from typing import Any

from fastapi import FastAPI

WRITES = ("POST", "PUT", "PATCH", "DELETE")
OPEN = ("/livez", "/readyz", "/oauth/token", "/.well-known/jwks.json", "/v1/sign-links/{token}")
SEARCH = "/v1/registrations/search"  # reads by POST, and so comes into nobody's way
SIGNING_IN = (
    "/v1/sessions",
    "/v1/sessions/refresh",
    "/v1/sessions/issuer",
    "/v1/sessions/issuer/return",
)  # by POST, without a token


def names_every_problem(app: FastAPI) -> None:
    """Each operation names the problems it can answer, all of one form; nothing of the framework's own is left."""
    document = app.openapi()
    assert "HTTPValidationError" not in str(document)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            expected = _expected(path, method.upper(), operation)
            assert expected <= {*operation["responses"]}, (method, path)
            for status, described in operation["responses"].items():
                if status >= "400":
                    assert [*described["content"]] == ["application/problem+json"], (method, path, status)
                    assert described["description"]


def _expected(path: str, method: str, operation: dict[str, Any]) -> set[str]:
    found = {"422", "503"}
    is_open = path in OPEN or (method == "POST" and path in SIGNING_IN)
    if not is_open:
        found |= {"401", "403"}
        assert operation["security"]
    if not is_open and method in WRITES:
        found |= {"400", "408", "413"} | (set() if path == SEARCH else {"409"})
    if "{" in path:
        found.add("404")
    if "requestBody" in operation:
        found |= {"408", "413", "415"}
    if any(each["name"] == "If-Match" for each in operation.get("parameters", ())):
        found |= {"412", "428"}
    return found
