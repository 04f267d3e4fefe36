"""Saying which field a column is (认列名), remembered for the institution and such files, and forgotten again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.imports.errors import ImportElsewhere
from services.registry.imports.models import ColumnWording, ImportJob
from services.registry.imports.queries.columns import file_kind, wording_of
from services.registry.imports.queries.jobs import locked_job, visible_to
from services.registry.imports.queries.wanted import wanted_by
from services.registry.imports.rules.states import ImportState, is_uploader
from services.registry.institutions.models import BUREAU_ID
from services.registry.registrations.rules import WRITERS
from shared import clock
from shared.auth import Caller
from shared.operations import Call, Effect, operation
from shared.problems import Fault, Forbidden, InvalidBody, NotFound, Refusal, Said
from shared.sheets.wordings import plain

HEADER_FAULTS = ("header_missing", "column_missing", "column_twice")  # what naming columns may mend
NO_SUCH_FIELD = Said("没有这个字段", "There is no such field")
NO_WORDING = Said("列名只有标点或空白", "The wording of the column says nothing")


@dataclass(frozen=True)
class NamedColumns:
    """What columns of the file of an import are: wording -> pointer of the field, "" where it is read past."""

    import_id: UUID
    columns: Mapping[str, str]


def _effect(job: ImportJob) -> Effect:
    return Effect(job.id, job.version)


@operation("name_columns", roles=WRITERS, target=lambda named: named.import_id, effect=_effect)
def name_columns(session: Session, calls: Sequence[Call[NamedColumns]]) -> list[ImportJob | Refusal]:
    """Keep which fields the columns of a file are (认列名), for it and for later ones of the institution and programme.

    The file is read again: what was previewed, and what failed for its header. Locks and writes `import_job`; writes
    `column_wording`. Announces nothing. Refuses with NotFound, Forbidden whoever did not upload it, ImportElsewhere
    where nothing would be read again, and InvalidBody for fields that there are not.
    """
    return [_named(session, call.item, call.caller) for call in calls]


def _named(session: Session, named: NamedColumns, caller: Caller) -> ImportJob | Refusal:
    job = locked_job(session, named.import_id)
    if job is None or not visible_to(job, caller):
        return NotFound()
    if not is_uploader(job.uploader, caller):
        return Forbidden()
    mends = job.state == ImportState.FAILED and (job.failure or {}).get("code") in HEADER_FAULTS
    if job.forgotten or not (mends or job.state == ImportState.PREVIEWED):
        return ImportElsewhere()
    if faults := faults_in(session, job, named.columns):
        return InvalidBody(*faults)
    remember(session, job, named.columns, caller)
    job.state, job.total, job.done, job.failure, job.finished_at = ImportState.QUEUED, None, 0, None, None
    job.accepted = job.awaiting = job.unchanged = job.duplicate = job.rejected = 0
    job.turn_at, job.version = clock.now(), job.version + 1
    return job


def faults_in(session: Session, job: ImportJob, columns: Mapping[str, str]) -> list[Fault]:
    """What is wrong with columns as they are named."""
    known = {each.pointer for each in wanted_by(session, job).fields} | {""}
    faults = []
    for n, (wording, pointer) in enumerate(columns.items()):
        if pointer not in known:
            faults.append(Fault(f"/columns/{n}/field", "unknown", NO_SUCH_FIELD))
        if not plain(wording):
            faults.append(Fault(f"/columns/{n}/wording", "blank", NO_WORDING))
    return faults


def remember(session: Session, job: ImportJob, columns: Mapping[str, str], caller: Caller) -> None:
    """Keep wordings for the institution of an import; one that was kept before stands for the new field."""
    institution, programme, now = job.institution_id or BUREAU_ID, file_kind(job), clock.now()
    keys = {plain(wording): (wording, pointer) for wording, pointer in columns.items()}
    wanted = select(ColumnWording).where(
        ColumnWording.institution_id == institution,
        ColumnWording.programme == programme,
        col(ColumnWording.key).in_(keys),
    )
    before = {each.key: each for each in session.exec(wanted.with_for_update())}
    for key, (wording, pointer) in keys.items():
        kept = before.get(key) or ColumnWording(
            institution_id=institution, programme=programme, key=key, wording=wording, pointer=pointer, by="", at=now
        )
        kept.wording, kept.pointer, kept.by, kept.at = wording, pointer, caller.actor, now
        session.add(kept)
    session.flush()


@operation("forget_column", roles=WRITERS, target=lambda wording_id: wording_id, effect=lambda gone: Effect(gone.id))
def forget_column(session: Session, calls: Sequence[Call[UUID]]) -> list[ColumnWording | Refusal]:
    """Forget what columns are called (删除列名): an institution its own, the bureau any.

    Locks and removes `column_wording`. Refuses with NotFound. Announces nothing.
    """
    return [_forgotten(session, call.item, call.caller) for call in calls]


def _forgotten(session: Session, wording_id: UUID, caller: Caller) -> ColumnWording | Refusal:
    found = wording_of(session, caller, wording_id)
    if found is None:
        return NotFound()
    session.delete(found)
    session.flush()
    return found
