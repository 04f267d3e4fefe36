"""Named reads of what institutions call their columns."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.imports.models import ColumnWording, ImportJob
from services.registry.imports.rules.listed import LIST
from services.registry.institutions.models import BUREAU_ID
from services.registry.registrations.rules import SEES_ALL
from shared.auth import Caller
from shared.vault import vault


def file_kind(job: ImportJob) -> str:
    """What its columns are remembered for: its programme, or lists of decisions."""
    return LIST if job.kind == "transitions" or job.programme is None else job.programme


def header_of(job: ImportJob) -> dict[str, str]:
    """The wordings of the columns of its file, by their letters; none before it was read, or once it is forgotten."""
    sealed = job.sealed_header
    return json.loads(vault("registry").unseal(sealed, header_bound_to(job.id))) if sealed else {}


def header_bound_to(job_id: UUID) -> str:
    """What the header of a file is sealed for."""
    return f"import_job|{job_id}|header"


def remembered_for(session: Session, job: ImportJob) -> dict[str, str]:
    """What its institution calls columns of such files: wording -> pointer, "" for what is read past."""
    wanted = select(ColumnWording.wording, ColumnWording.pointer).where(
        ColumnWording.institution_id == (job.institution_id or BUREAU_ID), ColumnWording.programme == file_kind(job)
    )
    return dict(session.exec(wanted).all())


def wordings_seen(session: Session, caller: Caller, programme: str | None) -> Sequence[ColumnWording]:
    """The wordings a caller may see, an institution its own, by programme and wording."""
    wanted = select(ColumnWording)
    if caller.role not in SEES_ALL:
        wanted = wanted.where(ColumnWording.institution_id == caller.institution_id)
    if programme:
        wanted = wanted.where(ColumnWording.programme == programme)
    return session.exec(wanted.order_by(col(ColumnWording.programme), col(ColumnWording.wording))).all()


def wording_of(session: Session, caller: Caller, wording_id: UUID) -> ColumnWording | None:
    """One that a caller may remove: an institution its own, the bureau any."""
    found = session.get(ColumnWording, wording_id, with_for_update=True)
    own = found and (caller.institution_id is None or found.institution_id == caller.institution_id)
    return found if own else None
