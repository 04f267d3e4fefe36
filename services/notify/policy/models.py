"""The table of the policy documents that were applied."""

from datetime import date, datetime

from sqlmodel import Field

from services.notify.tables import NotifyTable
from shared.db import Instant


class PolicyDocument(NotifyTable, table=True):
    """The document that decided (发文字号); the one applied last is in force."""

    __tablename__ = "policy_documents"

    number: str = Field(primary_key=True, max_length=100)
    title_zh: str = Field(max_length=300)
    title_en: str = Field(max_length=300)
    issuer_zh: str = Field(max_length=100)
    issuer_en: str = Field(max_length=100)
    issued_on: date
    applied_at: datetime = Field(sa_type=Instant)
