"""Named reads of import jobs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, true
from sqlmodel import Session, col, select

from services.registry.imports.models import ImportJob
from services.registry.imports.rules.states import MOVING, WAITING
from services.registry.registrations.rules import SEES_ALL
from shared.auth import Caller


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """Which imports a caller may see: an institution its own; the bureau and its auditors all of them."""
    if caller.role in SEES_ALL:
        return true()
    return col(ImportJob.institution_id) == caller.institution_id


def visible_to(job: ImportJob, caller: Caller) -> bool:
    """Whether a caller may see an import."""
    return caller.role in SEES_ALL or job.institution_id == caller.institution_id


def locked_job(session: Session, job_id: UUID) -> ImportJob | None:
    """A job as it is now, locked until the transaction ends."""
    wanted = select(ImportJob).where(ImportJob.id == job_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def shared_job(session: Session, job_id: UUID) -> ImportJob | None:
    """A job as it is now, whose state nobody changes until the transaction ends; others may enter rows of it too."""
    wanted = select(ImportJob).where(ImportJob.id == job_id).with_for_update(read=True, key_share=True)
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def job_seen(session: Session, caller: Caller, job_id: UUID) -> ImportJob | None:
    """A job that the caller may see."""
    return session.exec(select(ImportJob).where(ImportJob.id == job_id, seen_by(caller))).first()


def jobs_seen(session: Session, caller: Caller, limit: int, after: UUID | None) -> Sequence[ImportJob]:
    """The jobs a caller may see, the newest first: `limit + 1`, after the id given."""
    wanted = select(ImportJob).where(seen_by(caller))
    if after:
        wanted = wanted.where(col(ImportJob.id) < after)
    return session.exec(wanted.order_by(col(ImportJob.id).desc()).limit(limit + 1)).all()


def waiting_of(session: Session, institution_id: UUID | None) -> int:
    """How many imports of an institution are not over; None: the bureau's own."""
    wanted = select(func.count()).select_from(ImportJob)
    return session.exec(
        wanted.where(ImportJob.institution_id == institution_id, col(ImportJob.state).in_(WAITING))
    ).one()


def under_way(session: Session) -> int:
    """How many imports wait for their turn or are worked on."""
    wanted = select(func.count()).select_from(ImportJob).where(col(ImportJob.state).in_(MOVING))
    return session.exec(wanted).one()


def next_job(session: Session) -> ImportJob | None:
    """The job whose turn it is: of each institution's queue the first, of those the one that waits longest."""
    moving = select(ImportJob).where(col(ImportJob.state).in_(MOVING)).order_by(col(ImportJob.id))
    first: dict[UUID | None, ImportJob] = {}
    for job in session.exec(moving):
        first.setdefault(job.institution_id, job)
    return min(first.values(), key=_turn, default=None)


def out_of_date(session: Session, before: datetime) -> Sequence[UUID]:
    """The jobs that were over before an instant, and whose file and rows are there still."""
    over = col(ImportJob.state).not_in(MOVING) & (col(ImportJob.finished_at) < before)
    return session.exec(select(ImportJob.id).where(over, col(ImportJob.forgotten).is_(False))).all()


def _turn(job: ImportJob) -> datetime:
    return job.turn_at
