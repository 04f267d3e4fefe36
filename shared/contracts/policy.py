"""The policy pack (政策包): what a city decided, as data. Registry, quota and notify each take their part of it."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.contracts.attributes import Aftercare, Attribute, FollowedAttribute, TermFields, TermOfTitle, TermUntil
from shared.contracts.details import YES_OR_NO, DetailField
from shared.contracts.duplicates import PackRules
from shared.contracts.eligibility import EligibilityRule
from shared.contracts.pace import PaceRule, Reporting
from shared.contracts.parts import Part, broken
from shared.contracts.places import Lasting, PackPlaces
from shared.contracts.registration import SubjectKind
from shared.contracts.reporting import PackReporting
from shared.document_numbers import document_no
from shared.fields import (
    Code,
    Count,
    Day,
    DivisionCode,
    DocumentNo,
    FieldName,
    Flag,
    Line,
    Name,
    Percent,
    Sentence,
    Whole,
    Written,
    Year,
)

# 计量单位 where no document words it, by what is registered: in Chinese and in English.
MEASURE_WORDS = {"person": ("名", "persons"), "organisation": ("家", "organisations"), "post": ("个", "posts")}

Basis = Literal["seed_text", "parent_policy", "inferred", "operator_set"]


class Document(Part):
    """The document that decided (发文字号, 成文日期)."""

    number: DocumentNo
    title_zh: Name
    title_en: Name
    issuer_zh: Name
    issuer_en: Name
    issued_on: Day


class ReportingUnit(Lasting):
    """A unit credited with heads (填报单位), from its first to its last day, both included.

    `gb2260` is the statutory code where it has one of its own; `kind` is what it is today.
    """

    code: Code
    name_zh: Name
    name_en: Name
    kind: Literal["district", "county", "zone", "bureau", "city"]
    gb2260: DivisionCode | None = None


class Succession(Part):
    """From a day on, one unit reports what another reported before (区划调整).

    All of it where the old unit's validity ends the day before; else the part that `share` names, whose townships are
    with the new unit from that day on.
    """

    old: Code
    new: Code
    effective_on: Day
    share_zh: Sentence
    share_en: Sentence


class Programme(Part):
    """A line of the policy one can be registered in (人才计划).

    `attributes` follow from the details and count as fields do; `term` tells when it ends. `again`: whether a subject
    that was recognised in it and left may be so again (再次), or has the title once (称号一人一次). `follows`: what may
    be recorded of it after it is recognised (认定后情况), and the date field that each gives.
    """

    code: Code
    name_zh: Name
    name_en: Name
    clause: Sentence
    subject_kind: SubjectKind
    workflow: Literal["direct", "review", "notice"]
    counting_date: Literal["decision", "fact"]
    notice_working_days: Whole | None = Field(default=None, ge=1, le=60)
    fields: list[DetailField] = []
    eligibility: list[EligibilityRule] = []
    attributes: list[Attribute] = []
    term: TermFields | TermUntil | TermOfTitle | None = None
    aftercare: Aftercare = Aftercare()
    again: Literal["allow", "refuse"] = "allow"
    follows: dict[FollowedAttribute, FieldName] = {}

    @model_validator(mode="after")
    def notice_has_its_days(self) -> Self:
        if (self.workflow == "notice") != (self.notice_working_days is not None):
            raise broken(
                "notice_days",
                "公示流程须写明公示工作日数，其他流程不得写",
                "a programme with workflow notice, and no other, states notice_working_days",
            )
        return self

    @cached_property
    def counting_codes(self) -> dict[str, list[str]]:
        """What travels in the `classes` of its events, and the codes that each may have."""
        fields = {field.name: field.codes for field in self.fields if field.counts}
        return fields | {attribute.name: YES_OR_NO for attribute in self.attributes}


class Span(Part):
    """One stretch of time, both days included; without an end it runs on (no pace is shown)."""

    kind: Literal["span"] = "span"
    label: Line
    start: Day
    end: Day | None = None
    basis: Basis

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise broken("ends_before_start", "止日早于起日", "the end lies before the start")
        return self

    @property
    def stretches(self) -> list[tuple[date, date | None]]:
        """The first and the last day."""
        return [(self.start, self.end)]


class Annual(Part):
    """Every calendar year anew (每年); nothing is carried over."""

    kind: Literal["annual"]
    first_year: Year
    last_year: Year
    basis: Basis

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.last_year < self.first_year:
            raise broken("ends_before_start", "末年早于首年", "the last year lies before the first")
        return self

    @property
    def stretches(self) -> list[tuple[date, date | None]]:
        """The first and the last day of a year; all have as many months."""
        return [(date(2019, 1, 1), date(2019, 12, 31))]


class Rounds(Part):
    """Rounds (届) are records, not arithmetic on years."""

    kind: Literal["rounds"]
    rounds: list[Span] = Field(min_length=1)

    @property
    def stretches(self) -> list[tuple[date, date | None]]:
        """The first and the last day of each round."""
        return [(each.start, each.end) for each in self.rounds]


def limits_places(kind: str, comparison: str, amount: int) -> bool:
    """Whether one needs a place (名额) to be recognised: under a cap, and under 左右 of some amount."""
    return kind == "cap" or (comparison == "about" and amount > 0)


class PackQuota(Part):
    """An amount for a programme, a unit and a period (目标任务), with the clause that decided it.

    `programmes`: all whose registrations count (the first is the one shown). `where`: only those whose class has one of
    these values; a joint quota lists several. `unit`: null for the whole city. `amount` 0 asks for nothing: heads are
    counted, without percentage, pace or milestones (无数量指标).
    """

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
    programmes: list[Code] = Field(min_length=1)
    where: dict[FieldName, Annotated[list[Line], Field(min_length=1)]] = {}
    unit: Code | None = None
    kind: Literal["goal", "cap", "band"] = "goal"
    comparison: Literal["at_least", "more_than", "about", "between"]
    amount: Count
    amount_max: Count | None = None
    tolerance_percent: Percent = 0
    measure: Literal["net_cumulative", "in_stock"]
    measure_word_zh: Name
    measure_word_en: Name
    clause: Sentence
    wording_zh: Sentence
    wording_en: Sentence
    city_pool: Flag = False
    period: Annotated[Span | Annual | Rounds, Field(discriminator="kind")]
    milestones: list[Annotated[Whole, Field(ge=1, le=1000)]] = [25, 50, 75, 90, 100]
    pace: PaceRule = PaceRule()

    @property
    def capped(self) -> bool:
        """Whether a registration needs a place (名额) to be recognised."""
        return limits_places(self.kind, self.comparison, self.amount)

    @model_validator(mode="after")
    def amounts_fit_the_comparison(self) -> Self:
        if (self.comparison == "between") != (self.amount_max is not None):
            raise broken(
                "amount_max", "区间目标须有上限，其他目标不得有", "comparison between, and no other, has an amount_max"
            )
        if self.amount_max is not None and self.amount_max < self.amount:
            raise broken("amount_max", "上限低于下限", "amount_max lies below amount")
        if (self.comparison == "about") != (self.tolerance_percent > 0):
            raise broken(
                "tolerance",
                "“左右”目标须有容差，其他目标不得有",
                "comparison about, and no other, has a tolerance_percent",
            )
        if not self.amount and self.milestones:
            raise broken("milestones", "不设数量的目标没有节点", "a quota without an amount has no milestones")
        if sorted(set(self.milestones)) != self.milestones:
            raise broken("milestones", "节点须由小到大，各列一次", "milestones rise, each once")
        return self

    @model_validator(mode="after")
    def pace_by_hand_fits_the_period(self) -> Self:
        if not all(self.pace.fits(start, end) for start, end in self.period.stretches):
            raise broken("expected", "手工曲线的百分比须与期间月数相同", "a percentage is needed for each month")
        return self


class Recipient(Part):
    """A post (岗位) that hears of milestones; `login` is the client that reads its inbox, `unit` null for the city."""

    code: Code
    post_zh: Sentence
    post_en: Sentence
    login: Line
    unit: Code | None = None
    email: Written | None = None


class PackTerms(PackRules, PackPlaces, PackReporting):
    """What a pack says beside its tables: of duplicates, of places over time, of reports and bulletins."""


class PolicyPack(PackTerms):
    """A city's policy, complete. `shared.references.faults_of` tells which references between its parts do not hold."""

    document: Document
    reporting_units: list[ReportingUnit] = Field(min_length=1)
    successions: list[Succession] = []
    programmes: list[Programme] = Field(min_length=1)
    quotas: list[PackQuota] = []
    reporting: Reporting = Reporting()
    recipients: list[Recipient] = []

    def known_as(self, numbers: Iterable[str]) -> Self:
        """The pack under the number by which it is kept already: older ones were taken down as they were typed."""
        own = self.document.number
        kept = [each for each in numbers if document_no(each) == own]
        number = own if own in kept or not kept else kept[0]
        return self.model_copy(update={"document": self.document.model_copy(update={"number": number})})
