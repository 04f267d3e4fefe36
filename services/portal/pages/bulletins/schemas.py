"""What quota answers about a published bulletin, as far as the list shows it."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class BulletinFormat(StrEnum):
    """What can be opened or taken away."""

    HTML = "html"
    XLSX = "xlsx"
    TXT = "txt"


class BulletinAnswer(ServiceAnswer):
    """A published edition."""

    id: UUID
    edition_no: int
    title: str
    number: str | None = None
    issued_on: date
    as_of: date
    sha256: str
