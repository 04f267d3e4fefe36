from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.registry.institutions.models import Bar, Institution
from shared.fields import Day, DocumentNo, Flag, IfGiven, Name, Reason, Word, Written


class NewInstitution(BaseModel):
    """A partner to be admitted."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    uscc: Written | None = None
    reporting_unit: Word


class InstitutionChange(BaseModel):
    """What may change of a partner; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: IfGiven[Name] = None
    reporting_unit: IfGiven[Word] = None
    active: IfGiven[Flag] = None


class InstitutionRead(BaseModel):
    """A partner as shown."""

    id: UUID
    name: str
    uscc: str | None
    reporting_unit: str
    active: bool
    version: int
    created_at: datetime

    @classmethod
    def of(cls, institution: Institution) -> Self:
        """As shown to whoever may see it."""
        return cls.model_validate(institution, from_attributes=True)


class NewBar(BaseModel):
    """An institution is to be kept from submitting, both days included; `since` is today unless it says otherwise."""

    model_config = ConfigDict(extra="forbid")

    since: Day | None = None
    until: Day
    reason: Reason
    document_no: DocumentNo


class Lifting(BaseModel):
    """Why a bar is lifted before its time."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class BarRead(BaseModel):
    """A bar as shown; `by` and `lifted_by` are clients, not people."""

    id: UUID
    institution_id: UUID
    since: date
    until: date
    reason: str
    document_no: str
    by: str
    at: datetime
    lifted_by: str | None
    lifted_for: str | None
    lifted_at: datetime | None

    @classmethod
    def of(cls, bar: Bar) -> Self:
        """As shown to the bureau, and to the institution it concerns."""
        return cls.model_validate(bar, from_attributes=True)
