"""What quota tells of a published bulletin, as far as the list shows it."""

from datetime import date
from uuid import UUID

from services.portal.overview.schemas import Answer


class Bulletin(Answer):
    """A published edition."""

    id: UUID
    edition_no: int
    title: str
    number: str | None = None
    issued_on: date
    as_of: date
    sha256: str
