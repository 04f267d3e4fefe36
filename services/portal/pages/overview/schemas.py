"""What the services answer, as far as the overview alone shows it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class FactsAnswer(ServiceAnswer):
    """Where an alert's figures are shown."""

    link: str = "/"


class AlertAnswer(ServiceAnswer):
    """An alert of the reader's inbox."""

    id: UUID
    severity: Literal["info", "notice", "warning", "critical"]
    title: str
    body: str
    state: str
    raised_at: datetime
    supersedes: UUID | None = None
    facts: FactsAnswer = FactsAnswer()


class DocumentAnswer(ServiceAnswer):
    """The policy document in force."""

    number: str
    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str


class PolicyAnswer(ServiceAnswer):
    """The policy in force."""

    document: DocumentAnswer
