from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field

from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id
from shared.vault import vault


class CaseHistoryEntry(RegistryTable, table=True):
    """What was once done to a case (办理记录): who, what, why, and who has the credit; never changed afterwards."""

    __tablename__ = "duplicate_step"
    __table_args__ = (UniqueConstraint("duplicate_id", "version"),)

    __classes__ = classes(
        personal="id duplicate_id action credit_to by role reason at",
        internal="version",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    duplicate_id: UUID = Field(foreign_key="duplicate.id")
    version: int
    action: str = Field(max_length=20)
    credit_to: UUID | None = None
    by: str = Field(max_length=60)
    role: str = Field(max_length=30)
    reason: str = Field(max_length=1000)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SubjectRequest(RegistryTable, table=True):
    """What a person asks for of their data (个人权利请求), and what became of it; never deleted.

    `person_id` is the record it names. `sealed` is what the person said, in an officer's words. `awaiting` is an
    erasure that one officer granted and another has to: by whom, when, on what ground, of what the officer saw.
    """

    __tablename__ = "subject_request"
    __table_args__ = (
        CheckConstraint("kind IN ('access', 'copy', 'correction', 'restriction', 'erasure')", name="kind"),
        CheckConstraint("state IN ('open', 'awaiting', 'fulfilled', 'refused', 'withdrawn')", name="state"),
    )

    __classes__ = classes(
        sensitive="sealed",
        personal=(
            "id person_id kind applicant received_on answer_by state awaiting ground reason entered_by "
            "entered_at answered_by seconded_by answered_at"
        ),
        internal="version",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    kind: str = Field(max_length=20)
    applicant: str = Field(max_length=10)
    received_on: date
    answer_by: date
    sealed: bytes
    state: str = Field(default="open", max_length=20, index=True)
    version: int = 1
    awaiting: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    ground: str | None = Field(default=None, max_length=30)
    reason: str | None = Field(default=None, max_length=1000)
    entered_by: str = Field(max_length=60)
    entered_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    answered_by: str | None = Field(default=None, max_length=60)
    seconded_by: str | None = Field(default=None, max_length=60)
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class PrivacyNotice(RegistryTable, table=True):
    """What people are told of what is done with their data (告知书), from an instant on; never changed afterwards."""

    __tablename__ = "privacy_notice"

    __classes__ = classes(
        personal="by second_by",
        public="version zh en at",
    )

    version: int = Field(primary_key=True)
    zh: str = Field(max_length=20_000)
    en: str = Field(max_length=20_000)
    by: str = Field(max_length=60)
    second_by: str = Field(max_length=60)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


def sealed_request(request_id: UUID, text: str) -> bytes:
    """What a person said, sealed for its request."""
    return vault("registry").seal(text, f"subject_request|{request_id}")


def said_in(request: SubjectRequest) -> str:
    """What the person said, in clear."""
    return vault("registry").unseal(request.sealed, f"subject_request|{request.id}")
