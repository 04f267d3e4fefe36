"""What a bulletin says in both languages, the one source of every format; what is asked to publish it, and answered."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.quota.bulletins.models import Bulletin
from services.quota.bulletins.rules import BulletinKind, Cause, SumKind, official_number, term
from services.quota.pace.rules.curves import Lamp
from services.quota.quotas.rules import Attainment
from shared.contracts.parts import broken
from shared.fields import Day, Flag, Word
from shared.problems import Language, Said

# What editions are published with now. Version 1 knew fewer fields and had other words; what was published stays as it
# was, so that a field that came later is left out where it says nothing.
VERSION = 2


def _later(default: Any = None) -> Any:
    return Field(default=default, exclude_if=lambda value: value == default)


class Frozen(BaseModel):
    """A part of a bulletin: whole numbers, texts, days; never a binary fraction."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """A text in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, said: Said) -> Self:
        """The same sentence."""
        return cls(zh=said.zh, en=said.en)

    def in_(self, language: Language) -> str:
        """In the reader's language."""
        return self.zh if language == "zh" else self.en


class Figures(Frozen):
    """One line's figures; null is undefined and shows as “—”, which is not zero."""

    amount: int | None = Field(description="目标任务")
    amount_max: int | None = None
    value: int | None = Field(description="累计完成; null: nothing was ever reported")
    added: int | None = Field(description="本月新增 or 本年新增")
    completion_percent: str | None = Field(description="完成率, rounded down")
    expected_percent: str | None = Field(description="序时进度")
    ahead_points: str | None = Field(description="较序时, percentage points")
    lamp: Lamp | None
    status: Attainment | None
    year_ago: int | None = Field(description="去年同期, as it is known now")
    year_on_year_percent: str | None = Field(description="同比")
    month_on_month_percent: str | None = Field(description="环比: what this month added against the month before")


class QuotaLine(Figures):
    """One programme's line of the city's table. `part_of` names the target within which it counts (其中)."""

    quota_id: UUID
    code: str
    name: Text
    period: str
    measure_word: Text
    part_of: str | None
    notes: list[Text]
    clause: str | None = _later()


class UnitLine(Figures):
    """One unit's line in a programme's ranking; unranked without an amount of its own."""

    unit: str
    name: Text
    rank: int | None
    tied: bool
    rank_change: int | None = Field(description="位次变化: places gained (negative: lost) since the term before")
    notes: list[Text]


class SumLine(Figures):
    """合计 of units, 未分解 (what no unit was given), or 全市."""

    kind: SumKind
    notes: list[Text]


class UnitGroup(Frozen):
    """Units ranked among themselves: 县区, 开发区, both together, or 市本级; `total` adds them up (合计)."""

    kind: str
    lines: list[UnitLine]
    total: SumLine | None = _later()


class ProgrammeTable(Frozen):
    """One programme's units; `whole` is what all of them add up to, the remainder and the city."""

    code: str
    name: Text
    period: str
    measure_word: Text
    city_pool: bool
    groups: list[UnitGroup]
    whole: list[SumLine] | None = _later()


class IndicatorLine(Frozen):
    """One of the document's other figures; decimals as text."""

    code: str
    name: Text
    wording: Text
    unit: Text
    horizon: int | None
    value: str | None
    as_of: date | None
    version: int | None
    year_before: str | None
    year_on_year_percent: str | None
    year_on_year_points: str | None = Field(description="of a share, in percentage points")
    completion_percent: str | None
    expected_percent: str | None
    status: Attainment | None
    clause: str | None = _later()
    yearly: bool | None = _later()
    source: str | None = _later()
    source_document_no: str | None = _later()


class CauseLine(Frozen):
    """How far one cause changed a published figure, and the years the heads had counted in."""

    cause: Cause
    change: int
    heads: int = Field(description="heads concerned; more than `change` where they came and went")
    years: list[int]


class UnitChange(Frozen):
    """What a restatement is in one unit."""

    unit: str
    name: Text
    change: int


class Restatement(Frozen):
    """A figure of the edition before, as it was published and as it is known now (更正、补报)."""

    code: str
    name: Text
    period: str
    published: int
    revised: int
    causes: list[CauseLine]
    units: list[UnitChange]


class AmountRevised(Frozen):
    """An amount that was revised since the edition before (目标调整)."""

    code: str
    name: Text
    period: str
    unit: Text | None
    amount_before: int
    amount: int
    effective_on: date
    document_no: str


class Previous(Frozen):
    """The edition that this one is held against."""

    id: UUID
    edition: str
    edition_no: int
    as_of: date
    known_at: datetime
    sha256: str


class Content(Frozen):
    """A whole edition. `version` says which fields it knows and in which words it is read."""

    version: int = _later(1)
    kind: BulletinKind
    edition: str
    edition_no: int
    title: Text
    number: str | None
    issuer: Text
    addressees: Text | None
    sealed: bool
    issued_on: date
    document: Text
    start: date
    as_of: date = Field(description="数据截至: the last day that counts")
    known_at: datetime = Field(description="what was known then; what came later is in the next edition")
    month_on_month: bool
    parked: int = Field(description="events that wait to be looked at; above 0 figures may be incomplete")
    city: list[QuotaLine]
    programmes: list[ProgrammeTable]
    indicators: list[IndicatorLine]
    silent: list[Text] = Field(
        description="未报送: units that owe a report for the last month, or of which nothing was ever heard"
    )
    missing: list[Text] = Field(description="what an annual report cannot say for want of data")
    previous: Previous | None
    restatements: list[Restatement]
    amounts_revised: list[AmountRevised]


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


EditionName = Annotated[Word, AfterValidator(_an_edition)]


class NewBulletin(BaseModel):
    """An edition to publish: of a month or a year, under a 发文字号 if it has one."""

    model_config = ConfigDict(extra="forbid")

    edition: EditionName = Field(description="`2019-12` or `2019`")
    kind: BulletinKind = BulletinKind.BULLETIN
    number: Annotated[Word, AfterValidator(_a_number)] | None = Field(
        default=None, description="发文字号; brackets of any kind become 〔〕"
    )
    issued_on: Day | None = Field(default=None, description="成文日期; today if absent")
    month_on_month: Flag = Field(default=False, description="环比: with a column for it")


class BulletinRead(BaseModel):
    """A published edition."""

    id: UUID
    kind: BulletinKind
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
