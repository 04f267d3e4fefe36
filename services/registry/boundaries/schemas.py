from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from services.registry.fields import Day, DocumentNo, Reason
from services.registry.registrations.schemas import UnitCode


class NewBoundaryChange(BaseModel):
    """A succession of the policy pack to carry out, on what document and why."""

    model_config = ConfigDict(extra="forbid")

    old: UnitCode
    new: UnitCode
    effective_on: Day
    decision_no: DocumentNo
    reason: Reason


class BoundaryChangeRead(BaseModel):
    """What became of the registrations of the old unit that count from before the day."""

    old: str
    new: str
    effective_on: date
    dry_run: bool
    moved: int = Field(description="their township went to the new unit, and their credit with it")
    staying: int = Field(description="their township stays")
    unknown: int = Field(
        description="乡镇待核实: GET /v1/registrations?township_unknown=true; once stated, carry the change out again"
    )
