"""Bodies of requests and answers about recipients."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.notify.recipients.models import Recipient
from shared.contracts.parts import Code

Title = Annotated[str, Field(min_length=1, max_length=100)]


class NewRecipient(BaseModel):
    """A post to be told of things; `deputy` and `superior` are codes of other posts, `unit` null for the whole city."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    post_zh: Title
    post_en: Title
    login: Title
    unit: Code | None = None
    email: str | None = None
    language: Literal["zh", "en"] = "zh"
    deputy: Code | None = None
    superior: Code | None = None


class Handover(BaseModel):
    """Who holds a post from now on (岗位交接), and who stands in for it; null clears what may be absent."""

    model_config = ConfigDict(extra="forbid")

    login: Title | None = None
    email: str | None = None
    language: Literal["zh", "en"] | None = None
    deputy: Code | None = None
    superior: Code | None = None


class RecipientRead(NewRecipient):
    """A post as it is kept."""

    version: int

    @classmethod
    def of(cls, recipient: Recipient) -> "RecipientRead":
        """The answer for one post."""
        return cls.model_validate(recipient.model_dump(exclude={"created_at", "handed_over_at"}))
