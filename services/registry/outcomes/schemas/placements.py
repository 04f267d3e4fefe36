from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.outcomes.models import Placement
from services.registry.outcomes.rules.placements import LONGEST, RETENTION_PERCENT, SHORTEST, PlacementState, Retention
from services.registry.registrations.rules import HINTS, SEES_ALL
from services.registry.subjects.schemas.people import PersonRead, PersonSubject, Warned
from shared.auth import Caller
from shared.fields import Day, Flag, IfGiven, Line, Whole
from shared.problems import Language, Refusal

MOST_ITEMS = 1_000
UNDEFINED = "—"


class Trainee(PersonSubject):
    """The person of a placement (见习人员)."""

    kind: Literal["person"] = "person"


class NewPlacement(BaseModel):
    """A placement (见习): a person at a base, which is named by its registration.

    `first_day_counts` says whether the agreement counts its first day; where it does not say, the civil code does not
    (第201条). What ended already is given with the day it ended on.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    base: UUID
    subject: Trainee
    started_on: Day
    months: Whole = Field(ge=SHORTEST, le=LONGEST)
    first_day_counts: Flag = False
    finished_on: Day | None = None
    hired_on: Day | None = None
    left_on: Day | None = None
    external_ref: Line | None = None


class PlacementBatch(BaseModel):
    """Up to 1,000 placements, each entered or refused on its own."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    items: list[NewPlacement] = Field(min_length=1, max_length=MOST_ITEMS)


class PlacementChange(BaseModel):
    """What changes of a placement: extended, finished (期满), hired (留用), left (中止), or none of it (null)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    months: IfGiven[Annotated[Whole, Field(ge=SHORTEST, le=LONGEST)]] = None
    finished_on: Day | None = None
    hired_on: Day | None = None
    left_on: Day | None = None
    external_ref: Line | None = None

    def stated(self) -> dict[str, Any]:
        """The changes asked for, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class PlacementRead(BaseModel):
    """A placement as shown; the person is masked."""

    id: UUID
    base: UUID
    reporting_unit: str = Field(description="the base's")
    subject: PersonRead
    subject_ref: UUID
    state: PlacementState = Field(description="active 在见习, finished 期满, hired 留用, left 中止")
    started_on: date
    months: int
    first_day_counts: bool
    last_day: date = Field(description="期满日, as the civil code counts it")
    finished_on: date | None
    hired_on: date | None
    left_on: date | None
    external_ref: str | None
    warnings: list[Warned]
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(
        cls, row: Placement, unit: str, person: PersonRead, subject_ref: UUID, language: Language, reader: Caller
    ) -> Self:
        """As shown in the reader's language to whoever may see the base; what other records say is the bureau's."""
        warnings = [
            {"code": each["code"], "severity": each["severity"], "detail": each[language]}
            for each in row.warnings
            if reader.role in SEES_ALL or each["code"] not in HINTS
        ]
        return cls.model_validate(
            row.model_dump(exclude={"warnings"})
            | {
                "base": row.base_id,
                "reporting_unit": unit,
                "subject": person,
                "subject_ref": subject_ref,
                "warnings": warnings,
            }
        )


class PlacementItem(BaseModel):
    """What came of one item: the placement, or the problem."""

    index: int
    status: int
    placement: PlacementRead | None = None
    problem: dict[str, Any] | None = None

    @classmethod
    def of(cls, index: int, outcome: PlacementRead | Refusal, language: Language) -> Self:
        """The outcome of an item in the order sent."""
        if isinstance(outcome, Refusal):
            return cls(index=index, status=outcome.status, problem=outcome.problem(language))
        return cls(index=index, status=201, placement=outcome)


class PlacementItems(BaseModel):
    """What came of every item, in the order sent."""

    items: list[PlacementItem]


class PlacementEntryRead(BaseModel):
    """A placement as one act left it; `by` is a client, not a person."""

    version: int
    state: PlacementState
    started_on: date
    months: int
    first_day_counts: bool
    finished_on: date | None
    hired_on: date | None
    left_on: date | None
    by: str
    role: str
    at: datetime


class RetentionRead(BaseModel):
    """People in placements of a base, a unit, or the whole city (both null), in a period; of these who finished and
    who was hired.
    """

    base: UUID | None = None
    unit: str | None = None
    started: int
    active: int = Field(description="在见习: under way at the end of the period")
    left: int = Field(description="中止")
    finished: int = Field(description="期满 in the period")
    hired: int = Field(description="留用: of those finished, by the end of the period")
    retention_percent: str | None = Field(description="留用率, rounded down; null where nobody has finished")
    retention: str = Field(description=f"the same as it is shown; “{UNDEFINED}” where nobody has finished")
    attained: bool | None = Field(description=f"达标: at least {RETENTION_PERCENT} %; null where nobody has finished")

    @classmethod
    def of(cls, found: Retention, base: UUID | None = None, unit: str | None = None) -> Self:
        """Figures of a base, of a unit, or of all."""
        percent = found.percent
        return cls(
            base=base,
            unit=unit,
            **found._asdict(),
            retention_percent=percent,
            retention=UNDEFINED if percent is None else f"{percent}%",
            attained=found.attained,
        )


class RetentionFigures(BaseModel):
    """Retention in a period, both days included: of all, and by base or unit."""

    period_start: date
    period_end: date
    total: RetentionRead
    items: list[RetentionRead]
