from datetime import date
from typing import Literal

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


class PolicyApplied(BaseModel):
    """What applying a pack changed, or would change; empty when all of it is in force already."""

    document_no: str
    dry_run: bool
    changes: list[PolicyChange]
