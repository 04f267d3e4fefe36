from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.fields import AsTyped, OfNobody, Written

NameTyped = Annotated[AsTyped, Field(max_length=400), OfNobody]  # kept in clear


class OrganisationSubject(BaseModel):
    """An organisation, by its 统一社会信用代码."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["organisation"]
    uscc: AsTyped = Field(max_length=100)
    name: NameTyped


class PostSubject(BaseModel):
    """A post of a host organisation."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["post"]
    post_code: AsTyped = Field(max_length=100)
    name: NameTyped
    host_uscc: AsTyped = Field(max_length=100)


class OrganisationNamed(BaseModel):
    """An organisation by code and name."""

    model_config = ConfigDict(from_attributes=True)

    uscc: str
    name: str


class OrganisationRead(BaseModel):
    """An organisation with its present name, the names it had, and what became of it."""

    kind: Literal["organisation"] = "organisation"
    uscc: str
    name: str
    former_names: list[str] = []
    status: Literal["active", "merged", "split"] = Field(
        default="active", description="存续、注销（合并）、注销（分立）; a code that ended is not registered any more"
    )
    ended_on: date | None = None
    successors: list[OrganisationNamed] = []


class OrganisationDetails(OrganisationRead):
    """An organisation with those above and below it; each branch (分公司、校区) has its own code."""

    parent: OrganisationNamed | None
    branches: list[OrganisationNamed]


class NewParent(BaseModel):
    """Which organisation this one is a branch of; null: of none."""

    model_config = ConfigDict(extra="forbid")

    parent_uscc: Written | None


class PostRead(BaseModel):
    """A post."""

    kind: Literal["post"] = "post"
    post_code: str
    name: str
    host_uscc: str
