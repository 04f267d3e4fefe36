from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.imports.models import ColumnWording, ImportJob
from services.registry.imports.rules.states import ImportKind, ImportMode, ImportState, speed
from shared import clock
from shared.actions import ACTION_NAMES
from shared.fields import OfNobody, OneLine
from shared.problems import Language
from shared.sheets.columns import column_number
from shared.sheets.tables import WantedTable
from shared.vault import vault

MOST_PROBLEMS = 100  # told of an import; the marked sheet has all of them


class RowCounts(BaseModel):
    """How many rows there are, are through, and came to what; in a trial, what they would come to."""

    total: int | None = Field(description="null until the whole file was read")
    read: int
    accepted: int
    awaiting: int = Field(description="待第二人: of a list, wait for a second officer")
    unchanged: int = Field(description="未变: registered already, just as the row says")
    duplicate: int = Field(description="重复: somebody is registered already, or stands twice in the file")
    rejected: int = Field(description="有误")
    undone: int
    kept: int = Field(description="left by an undoing, for somebody acted on them since")


class ImportEffect(BaseModel):
    """What the accepted rows do to a quota (对目标任务的影响): at the most, where some count there already."""

    quota_id: UUID
    programme: str
    unit: str | None
    value_before: int
    value_after: int
    percent_before: str | None
    percent_after: str | None
    milestones: list[int] = Field(description="percentages of the amount that are reached by it")
    fallen_back: list[int] = Field(default=[], description="percentages that are reached no longer (回落)")


class ListedActs(BaseModel):
    """How many rows of a list are the same action (办理事项) and came to the same, or would."""

    action: str | None = Field(description="null where a row names none that is known")
    action_name: str | None
    result: str | None = Field(description="accepted, awaiting, unchanged, duplicate, rejected; null of what waits")
    rows: int

    @classmethod
    def of(cls, action: str | None, result: str | None, rows: int, language: Language) -> Self:
        """Some rows of a list, in the reader's language."""
        name = ACTION_NAMES[action].in_(language) if action else None
        return cls(action=action, action_name=name, result=result, rows=rows)


class RowProblem(BaseModel):
    """What is wrong with a row: its number in the user's sheet, header included, and the letter of the column."""

    row: int
    column: str | None
    code: str
    detail: str


class ColumnRead(BaseModel):
    """A column of a file as it was found, and the field it was taken for; null where it was read past."""

    letter: str
    wording: str
    field: str | None


class FieldRead(BaseModel):
    """A field that a column may be: its pointer, what it is called, and whether a file needs it."""

    field: str
    name: str
    required: bool


class ImportColumnsRead(BaseModel):
    """The columns of an import's file, and what each of them could be."""

    columns: list[ColumnRead]
    fields: list[FieldRead]

    @classmethod
    def of(cls, job: ImportJob, header: Mapping[str, str], wanted: WantedTable, language: Language) -> Self:
        """Those of a job, whose `header` are their wordings by their letters, in the reader's language."""
        fields = {letter: pointer for pointer, letter in job.columns.items()}
        columns = [ColumnRead(letter=at, wording=each, field=fields.get(at)) for at, each in header.items()]
        return cls(
            columns=sorted(columns, key=lambda each: column_number(each.letter)),
            fields=[
                FieldRead(field=each.pointer, name=each.said.in_(language), required=each.required)
                for each in wanted.fields
            ],
        )


class ColumnNamed(BaseModel):
    """Which field a column is; null where it is read past."""

    model_config = ConfigDict(extra="forbid")

    wording: Annotated[OneLine, Field(max_length=60), OfNobody]
    field: Annotated[OneLine, Field(max_length=120)] | None


class ColumnsNamed(BaseModel):
    """Which fields the columns of a file are."""

    model_config = ConfigDict(extra="forbid")

    columns: list[ColumnNamed] = Field(min_length=1, max_length=200)

    def by_wording(self) -> dict[str, str]:
        """Wording -> pointer, "" where it is read past."""
        return {each.wording: each.field or "" for each in self.columns}


class ColumnWordingRead(BaseModel):
    """What an institution calls a column of its files of a programme (单位自用列名), by whom and since when."""

    id: UUID
    institution_id: UUID
    programme: str = Field(description="`transitions` of lists of decisions")
    wording: str
    field: str | None
    by: str
    at: datetime

    @classmethod
    def of(cls, kept: ColumnWording) -> Self:
        """One that is remembered."""
        named = ("id", "institution_id", "programme", "wording", "by", "at")
        return cls(field=kept.pointer or None, **{name: getattr(kept, name) for name in named})


class ColumnWordings(BaseModel):
    """What is remembered of columns."""

    items: list[ColumnWordingRead]


class ImportFailure(BaseModel):
    """Why an import as a whole came to nothing, or stopped."""

    code: str
    detail: str


class ImportRead(BaseModel):
    """An import (批量导入) as it stands."""

    id: UUID
    kind: ImportKind
    programme: str | None = Field(description="null of a list of decisions that is of several")
    mode: ImportMode
    dry_run: bool
    file_name: str
    state: ImportState
    rows: RowCounts
    rate: float | None = Field(description="rows a second, in this phase")
    seconds_left: float | None
    acts: list[ListedActs] = Field(description="of a list of decisions: how many rows are which action")
    effects: list[ImportEffect] | None = Field(description="null until it is known, or where quota did not answer")
    problems: list[RowProblem] = Field(description=f"the first {MOST_PROBLEMS}")
    notes: list[str]
    failure: ImportFailure | None
    uploaded_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int

    @classmethod
    def of(
        cls,
        job: ImportJob,
        language: Language,
        refused: Sequence[tuple[int, Sequence[Any]]] = (),
        acts: Sequence[tuple[str | None, str | None, int]] = (),
    ) -> Self:
        """A job in the reader's language, with rows that were refused, and of a list with what its rows are."""
        problems = [
            RowProblem(row=row, column=each["column"] or None, code=each["code"], detail=each[language])
            for row, some in refused
            for each in some
        ]
        counts: dict[str, Any] = {name: getattr(job, name) for name in RowCounts.model_fields if name != "read"}
        now = job.finished_at or clock.now()
        rate, left = speed(job.total, job.done, job.phase_at, now)
        return cls(
            id=job.id,
            kind=job.kind,
            programme=job.programme,
            mode=job.mode,
            dry_run=job.dry_run,
            file_name=vault("registry").unseal(job.file_name, f"import_job|{job.id}"),
            state=ImportState(job.state),
            rows=RowCounts(read=job.done, **counts),
            rate=rate,
            seconds_left=left if job.finished_at is None else 0.0,
            acts=[ListedActs.of(*each, language) for each in acts],
            effects=None if job.effects is None else [ImportEffect.model_validate(each) for each in job.effects],
            problems=problems[:MOST_PROBLEMS],
            notes=[each[language] for each in job.notes],
            failure=job.failure and ImportFailure(code=job.failure["code"], detail=job.failure[language]),
            uploaded_by=job.uploader["person"] or job.uploader["sub"],
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            version=job.version,
        )
