"""Forgetting what files said (清除暂存): seven days after an import was over, nothing personal is left of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col

from services.registry.imports.models import ImportJob, ImportPart, ImportRow
from services.registry.imports.queries.jobs import locked_job
from services.registry.imports.rules.states import MOVING, ImportState
from shared import clock
from shared.auth import Itself
from shared.operations import Call, Effect, operation
from shared.problems import Refusal


@operation("forget_import", roles=(Itself.SYSTEM,), effect=lambda job: Effect(job.id, job.version) if job else None)
def forget(session: Session, calls: Sequence[Call[UUID]]) -> list[ImportJob | Refusal | None]:
    """Take away the files and what their rows said (清除暂存); numbers of rows, outcomes and ids stay.

    What nobody committed until then is cancelled. Locks and writes the jobs, takes away `import_part`, blanks
    `import_row`. Announces and refuses nothing.
    """
    return [_forgotten(session, call.item) for call in calls]


def _forgotten(session: Session, job_id: UUID) -> ImportJob | None:
    job = locked_job(session, job_id)
    if job is None or job.state in MOVING or job.forgotten:
        return None
    session.execute(delete(ImportPart).where(col(ImportPart.job_id) == job_id))
    rows = update(ImportRow).where(col(ImportRow.job_id) == job_id)
    session.execute(rows.values(sealed=b"", about="").execution_options(synchronize_session=False))
    if job.state == ImportState.PREVIEWED:
        job.state, job.finished_at = ImportState.CANCELLED, clock.now()
    job.forgotten, job.sealed_header = True, None
    job.version += 1
    return job
