"""The OpenAPI document: every problem that an operation can answer stands in it, as its handler and body make it."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from shared.parameters import all_of, asks_who
from shared.web import expected_versions, write_request

PROBLEM_JSON = "application/problem+json"
SCHEMAS = "#/components/schemas/"
BEARER = "token"
OF_THE_FRAMEWORK = ("HTTPValidationError", "ValidationError")

MEANINGS: Mapping[int, str] = {
    400: "Not understood, such as a malformed Idempotency-Key or a body that broke off",
    401: "A valid token is needed",
    403: "The caller's role may not do this",
    404: "Not found, or another's",
    408: "The content did not arrive within a minute",
    409: "Refused as things stand, or a request with this Idempotency-Key is still running",
    410: "It was good once, and is no longer",
    412: "The record has changed since the version named in If-Match",
    413: "Too large: more than x-largest-body of the operation, or 262,144 bytes where it names none",
    415: "Another media type, character set or coding than those taken",
    422: "Not valid; `errors` names the fields and the reasons",
    428: "If-Match is missing",
    429: "Too often; try again after Retry-After",
    503: "Not available at this moment; try again after Retry-After",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The version that was read, as an entity tag (RFC 9110, 13.1.1); 428 without it",
    "schema": {"type": "string", "examples": ['"1"']},
}


class ProblemFault(BaseModel):
    """What is wrong with one field."""

    pointer: str = Field(description="where, as a JSON pointer (RFC 6901)")
    code: str
    detail: str


class Problem(BaseModel):
    """Why a request was not granted (RFC 9457), in the reader's language; some say more."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="/problems/ and the slug of the refusal")
    title: str
    status: int
    detail: str
    instance: str = Field(default="", description="X-Request-Id of the answer")
    errors: list[ProblemFault] = []


def document_problems(app: FastAPI) -> None:
    """Have the document of an application name the problems of each operation, and the token that most need."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(plain(), [each for each in app.routes if isinstance(each, APIRoute)])
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as the framework's documentation has it


def _completed(document: dict[str, Any], routes: Sequence[APIRoute]) -> dict[str, Any]:
    problem = Problem.model_json_schema(ref_template=SCHEMAS + "{model}")
    components = document.setdefault("components", {})
    schemas = components.get("schemas", {}) | problem.pop("$defs") | {"Problem": problem}
    components["schemas"] = {name: schemas[name] for name in sorted(schemas) if name not in OF_THE_FRAMEWORK}
    components["securitySchemes"] = {BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for route in routes:
        for method in route.methods or ():
            if operation := document["paths"].get(route.path_format, {}).get(method.lower()):
                _complete(operation, route)
    return document


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    """Add the problems, the token and If-Match to the description of a route's operation."""
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    for status in problems_of(route):
        described = responses.setdefault(str(status), {"description": MEANINGS[status]})
        described["content"] = {PROBLEM_JSON: {"schema": {"$ref": SCHEMAS + "Problem"}}}
    operation["responses"] = dict(sorted(responses.items()))
    if asks_who(route.dependant):
        operation["security"] = [{BEARER: []}]
    if _depends_on(route.dependant, expected_versions):
        operation.setdefault("parameters", []).append(IF_MATCH)


def problems_of(route: APIRoute) -> Sequence[int]:
    """The statuses of problems that a route can answer, from what it depends on; and those it declares itself."""
    found = {422, 503, *(int(status) for status in route.responses if str(status) > "399")}
    if asks_who(route.dependant):
        found |= {401, 403}
    if route.param_convertors:
        found.add(404)
    if _depends_on(route.dependant, write_request):
        found |= {400, 408, 409, 413}
    if _depends_on(route.dependant, expected_versions):
        found |= {412, 428}
    if route.body_field is not None:
        found |= {400, 408, 413, 415}
    return sorted(found)


def _depends_on(dependant: Dependant, wanted: Any) -> bool:
    return any(each.call is wanted for each in all_of(dependant))
