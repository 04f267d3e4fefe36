"""What every table of a policy pack has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


def broken(code: str, zh: str, en: str) -> PydanticCustomError:
    """What a pack contradicts itself in, for both languages: `msg` is the English sentence, `ctx["zh"]` the Chinese."""
    return PydanticCustomError(code, en, {"zh": zh})


class Part(BaseModel):
    """Every table of a pack refuses keys it does not know, so that a typing error cannot pass for a decision."""

    model_config = ConfigDict(extra="forbid", frozen=True)
