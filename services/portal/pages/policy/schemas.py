"""What the services answer about policy packs, as far as these pages show it."""

from datetime import datetime
from typing import Any

from services.portal.client.schemas import ServiceAnswer


class PackDifference(ServiceAnswer):
    """One field that is otherwise by a pack."""

    part: str
    code: str
    field: str
    before: Any = None
    after: Any = None


class DocumentInForce(ServiceAnswer):
    """A policy document in force."""

    document_no: str
    applied_at: datetime
    applied_by: str
    seconded_by: str | None = None


class ProposedPolicy(ServiceAnswer):
    """What one officer proposed."""

    document_no: str
    digest: str
    by: str
    at: datetime
    void: bool
    difference: list[PackDifference]
    pack: dict[str, Any] | None = None


class PastPolicy(ServiceAnswer):
    """What was changed before."""

    document_no: str
    difference: list[PackDifference]
    by: str
    second_by: str | None = None
    at: datetime


class PolicyInForce(ServiceAnswer):
    """The policy of the registry."""

    documents: list[DocumentInForce]
    proposals: list[ProposedPolicy]
    history: list[PastPolicy]


class PackChange(ServiceAnswer):
    """What a pack adds or changes in a service."""

    action: str
    kind: str
    code: str
    period: str = ""
    detail: str = ""


class PackApplied(ServiceAnswer):
    """What putting a pack came to, or would come to."""

    document_no: str
    changes: list[PackChange]
    difference: list[PackDifference] = []
    awaiting: str | None = None
