"""What the registry answers about accounts, as far as the pages show it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class ShownAccount(ServiceAnswer):
    """A person; the password once, to whoever issued the account or completed its reset."""

    id: UUID
    login: str
    name: str | None = None
    role: str
    reporting_unit: str | None = None
    state: str
    issued_by: str
    factor_confirmed: bool = False
    issuer_subject: str | None = None
    version: int = 0
    created_at: datetime
    password: str | None = None
    password_shown_before: bool = False
    awaiting: str | None = None


class ChosenName(ServiceAnswer):
    """An institution that somebody may be of."""

    id: UUID
    name: str


class ChosenUnit(ServiceAnswer):
    """A reporting unit that somebody may be of."""

    code: str
    name_zh: str
    name_en: str

    def in_(self, language: str) -> str:
        """Its name in the reader's language."""
        return self.name_zh if language == "zh" else self.name_en
