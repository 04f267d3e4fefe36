from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class OrganisationSubject(BaseModel):
    """An organisation, by its 统一社会信用代码."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["organisation"]
    uscc: str = Field(max_length=100)
    name: str = Field(max_length=400)


class PostSubject(BaseModel):
    """A post of a host organisation."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["post"]
    post_code: str = Field(max_length=100)
    name: str = Field(max_length=400)
    host_uscc: str = Field(max_length=100)


class OrganisationRead(BaseModel):
    """An organisation with its present name and the names it had."""

    kind: Literal["organisation"] = "organisation"
    uscc: str
    name: str
    former_names: list[str] = []


class PostRead(BaseModel):
    """A post."""

    kind: Literal["post"] = "post"
    post_code: str
    name: str
    host_uscc: str
