"""Bodies of requests and answers about the policy."""

from typing import Literal

from pydantic import BaseModel

from shared.contracts.policy import Document


class Change(BaseModel):
    """One thing that applying the pack changes, and in which fields."""

    what: Literal["document", "recipient", "subscription", "name"]
    code: str
    change: Literal["added", "changed"]
    fields: list[str] = []


class Changes(BaseModel):
    """What applying the pack changes; nothing when it is applied already."""

    changes: list[Change]


class PolicyRead(BaseModel):
    """The document in force."""

    document: Document
