"""What answers of services have in common, and the problem that a refusal is told by (RFC 9457)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo


def _in_readers_language(text: Any, info: ValidationInfo) -> Any:
    return text.get((info.context or {}).get("language", "zh")) if isinstance(text, dict) else text


# A text that the service gave in both languages, or in the one it was asked for.
Text = Annotated[str, BeforeValidator(_in_readers_language)]


class ServiceAnswer(BaseModel):
    """What is not shown is not looked at, so that services may add to their answers."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class FaultAnswer(ServiceAnswer):
    """What is wrong with one field: where it is in the body (a JSON pointer, RFC 6901), and a sentence for people."""

    pointer: str
    detail: str


class ProblemAnswer(ServiceAnswer):
    """Why a service refused."""

    type: str = ""
    status: int
    title: str
    detail: str = ""
    errors: list[FaultAnswer] = []


class RemovedAnswer(ServiceAnswer):
    """It is no more."""


class DeliveryAttempt(ServiceAnswer):
    """One attempt of a delivery, and how it ended."""

    number: int
    status: str
    code: str | None = None
    started_at: datetime
    next_try_at: datetime | None = None
