"""Bodies and answers about bulletins."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.quota.bulletins.models import Bulletin
from services.quota.editions.rules import Kind, official_number, term
from services.quota.editions.schemas import Content
from shared.contracts.parts import broken
from shared.problems import Language, Said


def _an_edition(named: str) -> str:
    try:
        term(named)
    except ValueError:
        raise broken("edition", "应为月份（2019-12）或年份（2019）", "is a month (2019-12) or a year (2019)") from None
    return named


def _a_number(written: str) -> str:
    number = official_number(written)
    if number is None:
        raise broken("official_number", "应如 洪人社字〔2020〕5号", "is written as in 洪人社字〔2020〕5号")
    return number


class NewBulletin(BaseModel):
    """An edition to publish: of a month or a year, under a 发文字号 if it has one."""

    model_config = ConfigDict(extra="forbid")

    edition: Annotated[str, AfterValidator(_an_edition)] = Field(description="`2019-12` or `2019`")
    kind: Kind = Kind.BULLETIN
    number: Annotated[str, StringConstraints(max_length=60), AfterValidator(_a_number)] | None = Field(
        default=None, description="发文字号; brackets of any kind become 〔〕"
    )
    issued_on: date | None = Field(default=None, description="成文日期; today if absent")
    month_on_month: bool = Field(default=False, description="环比: with a column for it")


class BulletinRead(BaseModel):
    """A published edition."""

    id: UUID
    kind: Kind
    edition: str
    edition_no: int = Field(description="第几版: 1, and one more each time the same term is published again")
    title: str
    number: str | None
    issued_on: date
    as_of: date = Field(description="数据截至")
    known_at: datetime = Field(description="what was learnt later is restated by the next edition")
    sha256: str = Field(description="of the canonical JSON of `content`")
    published_by: str

    @classmethod
    def of(cls, row: Any, language: Language) -> Self:
        """An edition as it is listed."""
        own = {name: getattr(row, name) for name in BulletinRead.model_fields if name != "title"}
        return cls(**own, title=Said(row.title_zh, row.title_en).in_(language))


class WholeBulletin(BulletinRead):
    """A published edition with everything it says."""

    content: Content

    @classmethod
    def of(cls, row: Bulletin, language: Language) -> Self:
        """An edition as it is read."""
        return cls(**dict(BulletinRead.of(row, language)), content=content_of(row))


class PublishedRead(WholeBulletin):
    """What was published, or with `dry_run` would be; `text` is what chat groups get."""

    dry_run: bool
    text: str


def content_of(row: Bulletin) -> Content:
    """What an edition says."""
    return Content.model_validate_json(row.content)
