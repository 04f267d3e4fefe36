"""What the registry answers about people's requests, as far as the pages show it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.portal.client.schemas import ServiceAnswer


class RequestShown(ServiceAnswer):
    """A request as it stands; `answer_by` is the last day to answer it."""

    id: UUID
    subject_ref: UUID
    kind: str
    applicant: str
    received_on: date
    answer_by: date
    statement: str
    state: str
    ground: str | None = None
    reason: str | None = None
    entered_by: str
    entered_at: datetime
    answered_by: str | None = None
    seconded_by: str | None = None
    answered_at: datetime | None = None


class RestrictionShown(ServiceAnswer):
    """Whether a person's data is restricted now."""

    restricted: bool
    registrations: int


class PersonStated(ServiceAnswer):
    """The person as an institution stated them, in clear."""

    name: str = Field(repr=False)
    birth_date: date | None = Field(None, repr=False)
    gender: str | None = None


class ClearRegistration(ServiceAnswer):
    """A registration of the person, with what was stated for it."""

    programme: str
    institution: str
    reporting_unit: str
    township: str | None = None
    state: str
    fact_date: date
    details: dict[str, Any]
    external_ref: str | None = None
    counted_on: date | None = None
    ended_on: date | None = None
    decision_no: str | None = None
    privacy_notice: int | None = None
    stated: PersonStated


class ClearDocument(ServiceAnswer):
    """A document of the person, in clear."""

    id_type: str
    id_country: str
    id_number: str = Field(repr=False)
    recorded_at: datetime
    replaced_at: datetime | None = None


class PlacementKept(ServiceAnswer):
    """A placement of the person at an internship base."""

    started_on: date
    months: int
    state: str


class DossierShown(ServiceAnswer):
    """All that is kept of a person, in clear."""

    made_at: datetime
    documents: list[ClearDocument]
    registrations: list[ClearRegistration]
    placements: list[PlacementKept]
