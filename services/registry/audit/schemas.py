from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.audit.rules import PURPOSES
from services.registry.registrations.schemas import Subject
from shared.fields import Text


class NewDisclosure(BaseModel):
    """Why clear values are needed (查看目的); it is kept in the audit trail, so it names nobody."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    purpose: Annotated[
        Text,
        Field(
            max_length=500,
            description=f"a code of the list, or one text that names one and says what for: {', '.join(PURPOSES)}",
            examples=[*PURPOSES],
        ),
    ]
    explanation: Annotated[Text, Field(min_length=10, max_length=500)] | None = Field(
        default=None, description="what for, in a sentence; needed with a code alone"
    )


class DisclosureRead(BaseModel):
    """A registration's subject with clear values, as it was stated."""

    registration_id: UUID
    subject: Subject
