"""What the registry told last against what quota counts, registration by registration (逐条核对)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import httpx

from shared.cli.client import body_of
from shared.contracts.facts import MOST_FACTS, Fact, Verdict, verdict

PAGE = 1_000

T = TypeVar("T")


# What the registry can put right by telling it again; where quota knows more, the registry itself has lost something.
ANNOUNCE_AGAIN = (Verdict.MISSING, Verdict.OLDER, Verdict.DIFFERENT)


class Difference(NamedTuple):
    """A registration on which the two do not agree, with the version told and the version counted."""

    registration_id: UUID
    verdict: Verdict
    announced: int | None
    counted: int | None


@dataclass
class Comparison:
    """How many registrations each side has, and where they differ."""

    announced: int
    counted: int
    differences: list[Difference]


def compared(registry: Iterable[Fact], quota: Iterable[Fact]) -> Comparison:
    """Both lists side by side, each ordered by id, so that neither is ever held whole."""
    found = Comparison(0, 0, [])
    both = merge(_of_side(0, registry), _of_side(1, quota))
    for registration_id, pair in groupby(both, key=lambda each: each[0]):
        by_side = {side: each for _, side, each in pair}
        announced, counted = by_side.get(0), by_side.get(1)
        found.announced += announced is not None
        found.counted += counted is not None
        if differs := verdict(announced, counted):
            versions = (each.version if each else None for each in (announced, counted))
            found.differences.append(Difference(registration_id, differs, *versions))
    return found


def compare(registry: httpx.Client, quota: httpx.Client) -> Comparison:
    """Every registration of both services."""
    return compared(_every_fact(registry), _every_fact(quota))


def compare_again(registry: httpx.Client, quota: httpx.Client, before: Sequence[Difference]) -> list[Difference]:
    """The same registrations as they are now; what has come meanwhile is no difference any more."""
    found: list[Difference] = []
    for ids in in_blocks([each.registration_id for each in before], MOST_FACTS):
        query = {"id": [str(each) for each in ids], "limit": PAGE}
        found += compared(_facts(registry, query), _facts(quota, query)).differences
    return found


def pages_of_facts(service: httpx.Client) -> Iterator[dict[str, Any]]:
    """What a service has of every registration, by id, page by page: `items`, with what the registry signs of them."""
    query: dict[str, Any] = {"limit": PAGE}
    while True:
        page = body_of(service.get("/v1/facts", params=query))
        yield page
        if page["next"] is None:
            return
        query["cursor"] = page["next"]


def in_blocks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Stretches of at most this size."""
    return (values[start : start + size] for start in range(0, len(values), size))


def _every_fact(service: httpx.Client) -> Iterator[Fact]:
    return (Fact.model_validate(each) for page in pages_of_facts(service) for each in page["items"])


def _of_side(side: int, facts: Iterable[Fact]) -> Iterator[tuple[UUID, int, Fact]]:
    return ((each.registration_id, side, each) for each in facts)


def _facts(service: httpx.Client, query: dict[str, Any]) -> list[Fact]:
    return [Fact.model_validate(each) for each in body_of(service.get("/v1/facts", params=query))["items"]]
