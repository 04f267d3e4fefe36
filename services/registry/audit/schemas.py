from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.audit.rules import PURPOSES
from services.registry.registrations.schemas import Subject
from shared.contracts.registration import RegistrationState
from shared.fields import Day, Flag, OfNobody, SomeLines, Word
from shared.sheets.exporting import ExportForm


class StatedPurpose(BaseModel):
    """What clear values, or a whole list, are needed for (查看目的); it is kept in the trail, so it names nobody."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    purpose: Annotated[
        SomeLines,
        Field(
            max_length=500,
            description=f"a code of the list, or one text that names one and says what for: {', '.join(PURPOSES)}",
            examples=[*PURPOSES],
        ),
        OfNobody,
    ]
    explanation: Annotated[SomeLines, Field(min_length=10, max_length=500), OfNobody] | None = Field(
        default=None, description="what for, in a sentence; needed with a code alone"
    )


class NewDisclosure(StatedPurpose):
    """Why clear values are needed."""


class NewExport(StatedPurpose):
    """Which registrations are wanted as a file, in which form, and what for; without `personal` they are masked."""

    format: ExportForm = "xlsx"
    personal: Flag = Field(default=False, description="clear values, for those who may see them; one programme")
    programme: Word | None = None
    state: RegistrationState | None = None
    unit: Word | None = None
    institution: UUID | None = None
    counted_from: Day | None = None
    counted_to: Day | None = None


class ExportRead(BaseModel):
    """A copy of a list: its number, which stands in it and on the trail, by whom and when it was taken."""

    copy_no: UUID
    by: str
    at: datetime
    stated: str


class DisclosureRead(BaseModel):
    """A registration's subject with clear values, as it was stated."""

    registration_id: UUID
    subject: Subject
