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


class ClearRegistration(ServiceAnswer):
    """A registration of the person, with what was stated for it."""

    programme: str
    institution: str
    reporting_unit: str
    state: str
    fact_date: date
    details: dict[str, Any]
    decision_no: str | None = None
    stated: dict[str, Any] = Field(repr=False)


class ClearDocument(ServiceAnswer):
    """A document of the person, in clear."""

    id_type: str
    id_country: str
    id_number: str = Field(repr=False)


class DossierShown(ServiceAnswer):
    """All that is kept of a person, in clear."""

    made_at: datetime
    documents: list[ClearDocument]
    registrations: list[ClearRegistration]
    placements: list[dict[str, Any]]
