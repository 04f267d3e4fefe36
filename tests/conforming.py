"""Whether a service does what its OpenAPI document says, asked by Schemathesis: right and wrong requests of its making.

The same requests in every run. CONFORMING_EXAMPLES asks more of each operation; `make conforming` asks for minutes.
"""

import json
import os
from typing import Any

import httpx
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok

EXAMPLES = int(os.environ.get("CONFORMING_EXAMPLES", "2"))
ENDLESS = "/v1/stream"
# What no schema says, rules do: a request that fits the schema may be refused for what it means.
MEANT_OTHERWISE = ("positive_data_acceptance",)

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)

_known: dict[str, list[tuple[Any, Any]]] = {}  # by the document


def conforms(service: FastAPI | str, headers: dict[str, str]) -> int:
    """Ask every operation of an application, or of one at an address; every answer stands in the document.

    How many operations there are.
    """
    checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in MEANT_OTHERWISE]
    operations = _operations_of(service)
    for operation, cases in operations:
        if operation.path != ENDLESS:
            _try(cases, checks, headers)
    return len(operations)


def _operations_of(service: FastAPI | str) -> list[tuple[Any, Any]]:
    """Every operation of its document, for requests to this one, and what makes them.

    That is built once for a document, whoever asks of whichever database: it takes far longer than to ask.
    """
    if isinstance(service, str):
        document = httpx.get(f"{service}/openapi.json", trust_env=False).raise_for_status().text
    else:
        document = json.dumps(service.openapi())
    if document not in _known:
        if isinstance(service, str):
            schema = schemathesis.openapi.from_url(f"{service}/openapi.json")
        else:
            schema = schemathesis.openapi.from_asgi("/openapi.json", service)
        found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
        _known[document] = [
            (each, st.one_of(*(each.as_strategy(generation_mode=mode) for mode in MODES))) for each in found
        ]
    for operation, _ in _known[document]:
        if isinstance(service, str):
            operation.base_url = service
        else:
            operation.app = operation.schema.app = service
    return _known[document]


def _try(cases: Any, checks: list[Any], headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def answers(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=checks)

    answers()
