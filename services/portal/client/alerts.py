"""What notify answers about alerts, as several pages show it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class FactsAnswer(ServiceAnswer):
    """Where an alert's figures are shown."""

    link: str = "/"


class AlertAnswer(ServiceAnswer):
    """An alert, in the reader's language."""

    id: UUID
    severity: Literal["info", "notice", "warning", "critical"]
    title: str
    body: str
    state: str
    raised_at: datetime
    supersedes: UUID | None = None
    facts: FactsAnswer = FactsAnswer()
