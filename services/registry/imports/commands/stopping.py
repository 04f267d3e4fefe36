"""Stopping an import that cannot go on."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.imports.commands.entering import fail
from services.registry.imports.models import ImportJob
from services.registry.imports.queries.jobs import locked_job
from services.registry.imports.rules.states import MOVING
from shared.auth import Itself
from shared.operations import Call, Effect, operation
from shared.problems import Refusal, Said


class Stopped(NamedTuple):
    """A job that cannot go on, and why."""

    job_id: UUID
    code: str
    said: Said


@operation(
    "stop_import", roles=(Itself.SYSTEM,), effect=lambda job: Effect(job.id, job.version, "failed") if job else None
)
def stop(session: Session, calls: Sequence[Call[Stopped]]) -> list[ImportJob | Refusal | None]:
    """End imports that cannot go on (任务停止); what they entered stays, and can be undone.

    Locks and writes the job. Announces and refuses nothing.
    """
    return [_stopped(session, call.item) for call in calls]


def _stopped(session: Session, stopped: Stopped) -> ImportJob | None:
    job = locked_job(session, stopped.job_id)
    if job is not None and job.state in MOVING:
        fail(job, stopped.code, stopped.said)
    return job
