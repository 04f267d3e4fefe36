"""What quota answers about a published bulletin, as far as the list shows it."""

from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer, Text


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


class CityLineAnswer(ServiceAnswer):
    """One programme's line of the city's table; None shows as “—”."""

    code: str
    name: Text
    period: str
    amount: int | None = None
    value: int | None = None
    added: int | None = None
    completion_percent: str | None = None
    ahead_points: str | None = None
    lamp: Literal["green", "yellow", "red"] | None = None
    part_of: str | None = None


class CauseAnswer(ServiceAnswer):
    """How far one cause changed a published figure."""

    cause: str
    change: int


class UnitChangeAnswer(ServiceAnswer):
    """What a restatement is in one unit."""

    name: Text
    change: int


class RestatementAnswer(ServiceAnswer):
    """A figure as it was published, and as it is known now (更正、补报)."""

    code: str
    name: Text
    period: str
    published: int
    revised: int
    causes: list[CauseAnswer] = []
    units: list[UnitChangeAnswer] = []


class AmountRevisedAnswer(ServiceAnswer):
    """An amount that was revised since the edition before (目标调整)."""

    code: str
    name: Text
    unit: Text | None = None
    amount_before: int
    amount: int
    effective_on: date
    document_no: str


class PreviousAnswer(ServiceAnswer):
    """The edition that one is held against."""

    id: UUID
    edition: str
    edition_no: int
    as_of: date
    known_at: datetime


class BulletinContent(ServiceAnswer):
    """What an edition says, as far as it is shown beside its print."""

    edition: str
    month_on_month: bool = False
    known_at: datetime
    parked: int = 0
    city: list[CityLineAnswer]
    silent: list[Text] = []
    missing: list[Text] = []
    previous: PreviousAnswer | None = None
    restatements: list[RestatementAnswer] = []
    amounts_revised: list[AmountRevisedAnswer] = []


class WholeBulletinAnswer(BulletinAnswer):
    """An edition with what it says; `text`, for chat groups, where it is being published."""

    kind: str
    content: BulletinContent
    text: str = ""


def figures_seen(content: BulletinContent) -> str:
    """What tells whether an officer who publishes has seen these figures: a digest of the city's table."""
    lines = "\n".join(line.model_dump_json(exclude={"name"}) for line in content.city)
    return sha256(lines.encode()).hexdigest()
