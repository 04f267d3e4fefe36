"""Bodies of answers about the policy."""

from typing import Literal

from pydantic import BaseModel

from shared.contracts.policy import Document

ChangedKind = Literal["document", "name", "recipient", "subscription"]


class NotifyPolicyChange(BaseModel):
    """One difference between what is in force here and the pack."""

    action: Literal["added", "changed"]
    kind: ChangedKind
    code: str


class NotifyPolicyApplied(BaseModel):
    """What applying a pack changed, or would change; empty when all of it is in force already."""

    document_no: str
    dry_run: bool
    changes: list[NotifyPolicyChange]


class NotifyPolicyRead(BaseModel):
    """The document in force."""

    document: Document
