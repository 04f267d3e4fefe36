from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.registrations.schemas import Subject
from shared.fields import Text


class NewDisclosure(BaseModel):
    """Why clear values are needed (查看目的); it is kept in the audit trail, so it names nobody."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    purpose: Annotated[Text, Field(max_length=500)]


class DisclosureRead(BaseModel):
    """A registration's subject with clear values, as it was stated."""

    registration_id: UUID
    subject: Subject
