from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from shared.contracts.policy import Programme


class ProgrammeRead(Programme):
    """A programme: names, clause, subject kind, workflow, fields, eligibility, counting date."""

    capped: bool = Field(description="限额: whom a limit covers needs a place of quota's to be recognised")


class SuccessionRead(BaseModel):
    """What became of a unit, or what it was before."""

    old: str
    new: str
    effective_on: date
    share_zh: str
    share_en: str


class ReportingUnitRead(BaseModel):
    """A reporting unit with its validity (both days included) and its successions."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    gb2260: str | None
    valid_from: date
    valid_to: date | None
    successions: list[SuccessionRead]


class DivisionRead(BaseModel):
    """A statutory division under the name it had, and what became of it."""

    code: str
    name_zh: str
    name_en: str
    valid_from: date
    valid_to: date | None
    successor: "DivisionNamed | None"


class DivisionNamed(BaseModel):
    """A division by code and name."""

    code: str
    name_zh: str
    name_en: str


class TownshipRead(BaseModel):
    """Where a township lay on a day: by statute, and with which units employers there report."""

    names: list[str]
    gb2260: str
    units: list[str]
    valid_from: date
    valid_to: date | None


class PolicyChange(BaseModel):
    """One difference between what is in force and the pack."""

    action: Literal["added", "changed", "removed"]
    kind: Literal["programme", "reporting_unit", "succession", "rules"]
    code: str


class PolicyDifference(BaseModel):
    """One field that is otherwise by the pack: of which part and entry; without a field the entry is new."""

    part: str = Field(description="programmes, quotas, reporting_units …, as the pack calls it")
    code: str
    field: str
    before: Any = None
    after: Any = None


class PolicyApplied(BaseModel):
    """What applying a pack changed, or would change; empty when all of it is in force already.

    `awaiting`: nothing changed yet, another officer has to put the same pack.
    """

    document_no: str
    dry_run: bool
    changes: list[PolicyChange]
    difference: list[PolicyDifference] = []
    awaiting: Literal["second_officer"] | None = None
    content: str | None = Field(default=None, exclude=True)  # for the audit trail: digests and difference


class PolicyDocumentRead(BaseModel):
    """A policy document in force (现行政策), by whom it was put into force; `pack` null where it was not kept whole."""

    document_no: str
    digest: str = Field(description="SHA-256 of the pack")
    applied_at: datetime
    applied_by: str
    seconded_by: str | None
    pack: dict[str, Any] | None


class ProposalRead(BaseModel):
    """A change of the policy that one officer proposed and another has to (待第二人): the pack, and its difference."""

    document_no: str
    digest: str
    by: str
    at: datetime
    void: bool = Field(description="a policy changed since: it has to be proposed anew")
    difference: list[PolicyDifference]
    pack: dict[str, Any] | None


class PolicyHistoryRead(BaseModel):
    """A policy as it was put into force once: what changed, by whom."""

    document_no: str
    digest_before: str | None
    digest_after: str
    difference: list[PolicyDifference]
    by: str
    second_by: str | None
    at: datetime


class PolicyRead(BaseModel):
    """The policy in force, what awaits a second officer, and what was changed before, the newest first."""

    documents: list[PolicyDocumentRead]
    awaiting: Literal["second_officer"] | None
    proposals: list[ProposalRead]
    history: list[PolicyHistoryRead]
