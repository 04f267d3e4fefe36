"""OpenAPI documents that are made once for a service in a run, not for each application of it: each takes a second."""

import json
from typing import Any

from fastapi import FastAPI

from shared import service
from shared.documents import document_problems

_known: dict[Any, str] = {}


def document_once(app: FastAPI) -> None:
    """As `document_problems`; but the document of an application with the same routes of ours is taken if there is one.

    Routes that a test declares are described each time: two of one name may differ.
    """
    document_problems(app)
    anew = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            routes = _routes_of(app)
            if any(module.startswith("tests") for _, module, _ in routes):
                return anew()
            key = app.title, routes
            if key not in _known:
                _known[key] = json.dumps(anew())
            app.openapi_schema = json.loads(_known[key])  # a copy of its own
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as shared/documents.py does


def _routes_of(app: FastAPI) -> tuple[tuple[str, str, str], ...]:
    found = ((each, getattr(each, "endpoint", each)) for each in app.routes)
    return tuple(
        (getattr(route, "path", ""), made.__module__, getattr(made, "__qualname__", "")) for route, made in found
    )


def share() -> None:
    """Have every service of this process describe itself so."""
    setattr(service, "document_problems", document_once)  # noqa: B010  # mypy takes no other function for this one
