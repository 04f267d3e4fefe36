"""What every table of a policy pack has in common."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


def broken(code: str, zh: str, en: str) -> PydanticCustomError:
    """What a pack contradicts itself in, for both languages: `msg` is the English sentence, `ctx["zh"]` the Chinese."""
    return PydanticCustomError(code, en, {"zh": zh})


class Part(BaseModel):
    """Every table of a pack refuses keys it does not know, so that a typing error cannot pass for a decision."""

    model_config = ConfigDict(extra="forbid", frozen=True)
