"""What the registry answers about imports, as far as the pages show it."""

from datetime import datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class ImportRowCounts(ServiceAnswer):
    """How many rows came to what."""

    total: int | None = None
    read: int
    accepted: int
    awaiting: int = 0
    unchanged: int
    duplicate: int
    rejected: int
    undone: int = 0
    kept: int = 0


class ImportEffectAnswer(ServiceAnswer):
    """What the accepted rows do to one quota."""

    programme: str
    unit: str | None = None
    value_before: int
    value_after: int
    percent_before: str | None = None
    percent_after: str | None = None
    milestones: list[int] = []
    fallen_back: list[int] = []


class ListedActsAnswer(ServiceAnswer):
    """How many rows of a list are the same action and came to the same."""

    action: str | None = None
    action_name: str | None = None
    result: str | None = None
    rows: int


class ImportProblemAnswer(ServiceAnswer):
    """What is wrong with a row."""

    row: int
    column: str | None = None
    detail: str


class ImportFailureAnswer(ServiceAnswer):
    """Why an import as a whole came to nothing."""

    code: str
    detail: str


class ImportMade(ServiceAnswer):
    """An import that was uploaded, or decided on."""

    id: UUID


class ImportAnswer(ServiceAnswer):
    """An import as it stands."""

    id: UUID
    kind: str = "registrations"
    programme: str | None = None
    mode: str
    file_name: str
    state: str
    rows: ImportRowCounts
    rate: float | None = None
    seconds_left: float | None = None
    acts: list[ListedActsAnswer] = []
    effects: list[ImportEffectAnswer] | None = None
    problems: list[ImportProblemAnswer] = []
    notes: list[str] = []
    failure: ImportFailureAnswer | None = None
    uploaded_by: str
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def moving(self) -> bool:
        """Whether a worker has something left to do."""
        return self.state in ("queued", "reading", "committing", "approving", "undoing")

    @property
    def entered(self) -> bool:
        """Whether rows of it stand in the registry and may be taken back."""
        return self.state in ("committed", "cancelled", "failed") and self.rows.accepted + self.rows.awaiting > 0

    @property
    def columns_matter(self) -> bool:
        """Whether saying which field a column is has it read again."""
        mended = self.failure is not None and self.failure.code in ("header_missing", "column_missing", "column_twice")
        return self.state == "previewed" or (self.state == "failed" and mended)

    @property
    def percent(self) -> int | None:
        """How much of it is done, rounded down; None until the whole file was read."""
        return min(100, self.rows.read * 100 // self.rows.total) if self.rows.total else None


class ColumnAnswer(ServiceAnswer):
    """A column of a file, and the field it was taken for; None where it was read past."""

    letter: str
    wording: str
    field: str | None = None


class ColumnFieldAnswer(ServiceAnswer):
    """A field that a column may be."""

    field: str
    name: str
    required: bool


class ColumnsAnswer(ServiceAnswer):
    """The columns of a file, and what each could be."""

    columns: list[ColumnAnswer] = []
    fields: list[ColumnFieldAnswer] = []

    @property
    def unread(self) -> list[ColumnAnswer]:
        """Those that were read past."""
        return [each for each in self.columns if each.field is None]


class WordingAnswer(ServiceAnswer):
    """What the institution calls a column, remembered."""

    id: UUID
    programme: str
    wording: str
    field: str | None = None


class WordingsAnswer(ServiceAnswer):
    """Everything that is remembered of columns."""

    items: list[WordingAnswer] = []


class ImportName(ServiceAnswer):
    """A programme or a unit, and what it is called."""

    code: str
    name_zh: str
    name_en: str

    def in_(self, language: str) -> str:
        """The name in the reader's language."""
        return self.name_zh if language == "zh" else self.name_en
