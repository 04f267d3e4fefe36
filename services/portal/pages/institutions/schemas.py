"""What the registry answers about institutions and their clients, as far as the pages show it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class ShownInstitution(ServiceAnswer):
    """A partner."""

    id: UUID
    name: str
    uscc: str | None = None
    reporting_unit: str
    active: bool


class ShownClient(ServiceAnswer):
    """A credential; its secret once, when it is made."""

    client_id: str
    name: str
    role: str
    created_at: datetime
    approved_at: datetime | None = None
    revoked_at: datetime | None = None
    client_secret: str | None = None
    secret_shown_before: bool = False

    @property
    def state(self) -> str:
        """Whether it may be used."""
        if self.revoked_at:
            return "withdrawn"
        return "approved" if self.approved_at else "issued"


class ListedUnit(ServiceAnswer):
    """A reporting unit that may be chosen."""

    code: str
    name_zh: str
    name_en: str

    def in_(self, language: str) -> str:
        """Its name in the reader's language."""
        return self.name_zh if language == "zh" else self.name_en
