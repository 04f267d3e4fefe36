from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from services.registry.fields import Day
from services.registry.people.documents import Gender, IdType
from services.registry.people.rules import masked_name


class PersonSubject(BaseModel):
    """A person as an institution states them; read by the rules of identity, never echoed."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: Literal["person"]
    name: str = Field(max_length=400)
    id_type: IdType = "resident_id"
    id_number: str = Field(max_length=100)
    id_country: str | None = Field(default=None, max_length=20)
    birth_date: Day | None = None
    gender: Gender | None = None


class PersonRead(BaseModel):
    """A person as shown: masked, whoever asks."""

    kind: Literal["person"] = "person"
    name: str
    id_type: str
    id_number: str
    id_country: str

    @classmethod
    def of(cls, name: str, id_type: str, number: str, country: str) -> Self:
        """Masked from the clear values."""
        return cls(
            name=masked_name(name), id_type=id_type, id_number="*" * (len(number) - 2) + number[-2:], id_country=country
        )
