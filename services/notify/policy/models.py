"""The table of the policy documents that were applied."""

from datetime import date, datetime

from sqlmodel import Field

from services.notify.tables import NotifyTable
from shared.columns import classes
from shared.db import Instant


class PolicyDocument(NotifyTable, table=True):
    """The document that decided (发文字号); the one applied last is in force."""

    __tablename__ = "policy_documents"

    __classes__ = classes(
        public="number title_zh title_en issuer_zh issuer_en issued_on applied_at",
    )

    number: str = Field(primary_key=True, max_length=100)
    title_zh: str = Field(max_length=300)
    title_en: str = Field(max_length=300)
    issuer_zh: str = Field(max_length=100)
    issuer_en: str = Field(max_length=100)
    issued_on: date
    applied_at: datetime = Field(sa_type=Instant)
