from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, String, UniqueConstraint, text
from sqlmodel import Field

from services.registry.imports.rules.states import ImportState
from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id
from shared.sheets.tables import HiddenRows

_ENTERED = text("registration_id IS NOT NULL")


class ImportJob(RegistryTable, table=True):
    """One file on its way in (导入任务). `uploader` is the caller of every row, `acting` whoever undoes or approves it.

    `kind` is what its rows are, registrations or transitions; a list of transitions may be of several programmes, and
    `programme` None. `awaiting` are its rows that a second officer has to approve.

    `file_name` is sealed, and so is `sealed_header`, the wordings of its columns by their letters: of a file without a
    header they may be what its first row says of somebody. `columns` are the letters of the columns by the field each
    fills. `total` is None until every row was put aside; `done` counts the rows that are
    through since `phase_at`, in the phase of `state`. `figures` are those of quota before anything was entered;
    `effects` what the rows do to them, None where quota did not answer. `failure` says why it failed. `entered` is
    whether any row of it was entered, `forgotten` whether file and rows are gone: seven days after it was over.
    """

    __tablename__ = "import_job"
    __table_args__ = (Index("ix_import_job_state_institution_id", "state", "institution_id"),)
    __classes__ = classes(
        sensitive="file_name sealed_header",
        personal="uploader acting",
        internal=(
            "id kind programme mode dry_run hidden_rows state institution_id columns total done accepted "
            "awaiting unchanged duplicate rejected undone kept entered forgotten figures effects notes failure version "
            "created_at started_at phase_at turn_at finished_at"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(default="registrations", max_length=20)
    programme: str | None = Field(default=None, max_length=60)
    mode: str = Field(max_length=20)
    dry_run: bool
    hidden_rows: HiddenRows | None = Field(default=None, sa_column=Column(String(10)))
    file_name: bytes
    state: str = Field(default=ImportState.QUEUED, max_length=20)
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id", index=True)
    uploader: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    acting: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    columns: dict[str, str] = Field(default={}, sa_column=Column(Json, nullable=False))
    sealed_header: bytes | None = None
    total: int | None = None
    done: int = 0
    accepted: int = 0
    awaiting: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0
    undone: int = 0
    kept: int = 0
    entered: bool = False
    forgotten: bool = False
    figures: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(Json))
    effects: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(Json))
    notes: list[dict[str, str]] = Field(default=[], sa_column=Column(Json, nullable=False))
    failure: dict[str, str] | None = Field(default=None, sa_column=Column(Json))
    version: int = 1
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    phase_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    turn_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    finished_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ImportPart(RegistryTable, table=True):
    """A part of an uploaded file, sealed; parts of a megabyte, in order."""

    __tablename__ = "import_part"
    __classes__ = classes(sensitive="sealed", internal="job_id number")

    job_id: UUID = Field(primary_key=True, foreign_key="import_job.id")
    number: int = Field(primary_key=True)
    sealed: bytes


class ImportRow(RegistryTable, table=True):
    """A row of the user's sheet, header included in its number, put aside until entered; `sealed` is what it says.

    `about` is a keyed fingerprint of whom it is about. `tried` is what came of its trial and `outcome` of itself, None
    until then; `problems` are why it was refused: column, code, both sentences. `counts` is what it counts as, and
    `counted` what it counted as before. `kept` is why an undoing left it as it is.

    Of a transition: `action` is which one, `before` its registration as it was, for undoing.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_job_id_about", "job_id", "about"),
        Index(
            "ix_import_row_registration_id",
            "registration_id",
            sqlite_where=_ENTERED,
            postgresql_where=_ENTERED,
        ),
    )
    __classes__ = classes(
        sensitive="sealed about",
        personal="registration_id counts counted before",
        internal="job_id number action tried outcome problems undone_at kept",
    )

    job_id: UUID = Field(primary_key=True, foreign_key="import_job.id")
    number: int = Field(primary_key=True)
    sealed: bytes
    about: str = Field(max_length=64)
    action: str | None = Field(default=None, max_length=30)
    tried: str | None = Field(default=None, max_length=20)
    outcome: str | None = Field(default=None, max_length=20)
    problems: list[dict[str, str]] = Field(default=[], sa_column=Column(Json, nullable=False))
    counts: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    counted: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))
    registration_id: UUID | None = None
    undone_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    kept: str | None = Field(default=None, max_length=40)


class ColumnWording(RegistryTable, table=True):
    """What an institution calls a column of its files of a programme, remembered (单位自用列名).

    `key` is the wording as it is compared; `pointer` the field it stands for, "" where the column is read past.
    """

    __tablename__ = "column_wording"
    __table_args__ = (UniqueConstraint("institution_id", "programme", "key"),)
    __classes__ = classes(personal="by", internal="id institution_id programme wording key pointer at")

    id: UUID = Field(default_factory=new_id, primary_key=True)
    institution_id: UUID = Field(foreign_key="institution.id")
    programme: str = Field(max_length=60)
    wording: str = Field(max_length=60)
    key: str = Field(max_length=120)
    pointer: str = Field(max_length=120)
    by: str = Field(max_length=60)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
