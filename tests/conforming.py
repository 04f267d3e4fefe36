"""Whether a service does what its OpenAPI document says, asked by Schemathesis: right and wrong requests of its making.

The same requests in every run. CONFORMING_EXAMPLES asks more of each operation; `make conforming` asks for minutes.
"""

import os
from typing import Any

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


def conforms(service: FastAPI | str, headers: dict[str, str]) -> int:
    """Ask every operation of an application, or of one at an address; every answer stands in the document.

    How many operations there are.
    """
    if isinstance(service, str):
        schema = schemathesis.openapi.from_url(f"{service}/openapi.json")
    else:
        schema = schemathesis.openapi.from_asgi("/openapi.json", service)
    checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in MEANT_OTHERWISE]
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    for operation in operations:
        if operation.path != ENDLESS:
            _try(operation, checks, headers)
    return len(operations)


def _try(operation: Any, checks: list[Any], headers: dict[str, str]) -> None:
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes)))
    def answers(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=checks)

    answers()
