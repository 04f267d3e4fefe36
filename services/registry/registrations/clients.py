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

from services.registry.people.rules.documents import Note
from services.registry.registrations.errors import PlaceLapsed, PlacesUnknown, QuotaFull
from shared.config import settings
from shared.problems import Language, Refusal, Said

log = logging.getLogger(__name__)

AT_ONCE = 1_000  # the most that quota takes in one request
PATIENCE = httpx.Timeout(10, connect=2)  # seconds
STANDARD = ("type", "title", "status", "detail", "instance")


BEYOND_AMOUNT = Note(
    "beyond_amount",
    "info",
    Said(
        "已超出目标数，在“左右”容差之内或经两人说明理由",
        "Above the amount: within the tolerance of 左右, or by an override",
    ),
)


class Wanted(NamedTuple):
    """A place wanted for a registration that is about to be recognised."""

    registration_id: UUID
    version: int
    subject_ref: UUID
    programme: str
    on: date
    reporting_unit: str
    classes: Mapping[str, str | None]
    override: bool


class Place(NamedTuple):
    """A place that is held for a registration as it then was; without a seat none is needed."""

    version: int
    seat_id: UUID | None = None
    overridden: bool = False
    beyond_amount: bool = False


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


class _Claims(_Answer):
    items: list[_Claim]


async def ask(wanted: Sequence[Wanted], token: str, language: Language) -> dict[UUID, Place | Refusal]:
    """A place for each, or why there is none; as the officer whose token it is. Nobody has one while quota is away."""
    found: dict[UUID, Place | Refusal] = dict.fromkeys([each.registration_id for each in wanted], PlacesUnknown())
    versions = {each.registration_id: each.version for each in wanted}
    headers = {"Authorization": token, "Accept-Language": language}
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE, headers=headers) as web:
            for some in _stretches(wanted):
                answer = await web.post(f"{settings().url('quota')}/v1/seats/claims", json={"items": some})
                answer.raise_for_status()
                claims = _Claims.model_validate_json(answer.content).items
                found |= {claim.registration_id: _place(claim, versions[claim.registration_id]) for claim in claims}
    except (httpx.HTTPError, ValidationError) as error:
        log.warning("quota was asked for places and did not answer: %s", type(error).__name__)
    return found


def refusal_of(place: Place | Refusal | None, version: int, lapsed: set[UUID], *, by_two: bool) -> Refusal | None:
    """Why a recognition may not rest on this place; an override (突破名额) takes two officers."""
    if isinstance(place, Refusal):
        return place
    if place is None or place.version != version:  # when quota was asked, none was needed, or for something else
        return PlacesUnknown()
    if place.seat_id in lapsed:
        return PlaceLapsed()
    return QuotaFull() if place.overridden and not by_two else None


def _stretches(wanted: Sequence[Wanted]) -> Iterator[list[dict[str, Any]]]:
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
    return QuotaFull(detail=Said(detail, detail), **{k: v for k, v in problem.items() if k not in STANDARD})
