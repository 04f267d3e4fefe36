"""Asking quota for places: one call for a whole request, before anything is written; no transaction waits for it.

An answer that does not come is an unknown: quota may hold the places. Asking again gives the same ones; if nobody does,
quota asks what became of them.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from services.registry.registrations.errors import PlacesUnknown, QuotaFull
from services.registry.registrations.rules import Place
from shared.config import settings
from shared.http_client import http_client
from shared.problems import Language, Refusal, Said

log = logging.getLogger(__name__)

AT_ONCE = 1_000  # the most that quota takes in one request
TIMEOUT = httpx.Timeout(10, connect=2)  # seconds
STANDARD = ("type", "title", "status", "detail", "instance")


class SeatRequest(NamedTuple):
    """A place wanted for a registration that is about to be recognised."""

    registration_id: UUID
    version: int
    subject_ref: UUID
    programme: str
    on: date
    reporting_unit: str
    classes: Mapping[str, str | None]
    override: bool


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Under(_Answer):
    beyond_amount: bool


class _Seat(_Answer):
    id: UUID
    overridden: bool
    under: list[_Under]


class _Claim(_Answer):
    registration_id: UUID
    seat: _Seat | None
    problem: dict[str, Any] | None
    limit: dict[str, str] | None = None


class _Claims(_Answer):
    items: list[_Claim]


async def request_seats(wanted: Sequence[SeatRequest], token: str, language: Language) -> dict[UUID, Place | Refusal]:
    """A place for each, or why there is none; as whoever's token it is. Nobody has one while quota is away."""
    found: dict[UUID, Place | Refusal] = dict.fromkeys([each.registration_id for each in wanted], PlacesUnknown())
    versions = {each.registration_id: each.version for each in wanted}
    headers = {"Authorization": token, "Accept-Language": language}
    try:
        async with http_client(TIMEOUT, headers) as web:
            for some in _portions(wanted):
                answer = await web.post(f"{settings().url('quota')}/v1/seats/claims", json={"items": some})
                answer.raise_for_status()
                claims = _Claims.model_validate_json(answer.content).items
                found |= {claim.registration_id: _place(claim, versions[claim.registration_id]) for claim in claims}
    except (httpx.HTTPError, ValidationError) as error:
        log.warning("quota did not answer a request for places: %s", type(error).__name__)
    return found


def _portions(wanted: Sequence[SeatRequest]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(wanted), AT_ONCE):
        yield [
            {
                "registration_id": str(each.registration_id),
                "subject_ref": str(each.subject_ref),
                "programme": each.programme,
                "on": str(each.on),
                "reporting_unit": each.reporting_unit,
                "classes": each.classes,
                "override": each.override,
            }
            for each in wanted[start : start + AT_ONCE]
        ]


def _place(claim: _Claim, version: int) -> Place | Refusal:
    if claim.seat:
        return Place(
            version, claim.seat.id, claim.seat.overridden, any(each.beyond_amount for each in claim.seat.under)
        )
    problem = claim.problem or {}
    if problem.get("type") == "/problems/no-cap":
        return Place(version)
    if problem.get("type") != "/problems/quota-full":
        return PlacesUnknown()
    detail = str(problem.get("detail", ""))  # in the language of whoever asked
    full = QuotaFull(detail=Said(detail, detail), **{k: v for k, v in problem.items() if k not in STANDARD})
    if claim.limit:
        full.limit = Said(claim.limit["zh"], claim.limit["en"])
    return full
