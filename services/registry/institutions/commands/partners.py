from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from services.registry.institutions.errors import AlreadyAdmitted
from services.registry.institutions.models import Institution
from services.registry.institutions.schemas import InstitutionChange, NewInstitution
from services.registry.programmes.queries import unit_fault
from services.registry.subjects.rules.names import name_faults, stored_name
from services.registry.subjects.rules.organisations import read_uscc
from shared import clock
from shared.auth import Role
from shared.contracts.institution import InstitutionDeactivated, InstitutionReactivated
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.versions import Versions


@dataclass(frozen=True)
class ChangingInstitution:
    """A change to an institution that was read at a version."""

    id: UUID
    version: Versions
    change: InstitutionChange


class KeptInstitution(NamedTuple):
    """An institution as it is kept, and whether it is other than before; what changed nothing is not on record."""

    institution: Institution
    changed: bool


@operation("admit_institution", roles=(Role.BUREAU_OFFICER,), effect=lambda made: Effect(made.id, made.version))
def admit(session: Session, calls: Sequence[Call[NewInstitution]]) -> list[Institution | Refusal]:
    """Admit partner institutions (接入合作单位), active from now on; one per 统一社会信用代码, where it states one.

    Writes: `institution`. Locks nothing; no event.
    Refuses: already-admitted, and invalid-body for a name or code that is none, or an unknown `/reporting_unit`.
    """
    return [_admitted(session, call.item) for call in calls]


def _admitted(session: Session, new: NewInstitution) -> Institution | Refusal:
    uscc = read_uscc(new.uscc) if new.uscc is not None else None
    faults = [fault for fault in (uscc, unit_fault(session, new.reporting_unit)) if isinstance(fault, Fault)]
    faults += name_faults(new.name)
    if faults or isinstance(uscc, Fault):
        return InvalidBody(*faults)
    if uscc and session.exec(select(Institution.id).where(Institution.uscc == uscc.code)).first():
        return AlreadyAdmitted()
    institution = Institution(
        name=stored_name(new.name),
        uscc=uscc.code if uscc else None,
        reporting_unit=new.reporting_unit,
        created_at=clock.now(),
    )
    session.add(institution)
    session.flush()
    return institution


@operation(
    "change_institution",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda changing: changing.id,
    effect=lambda kept: Effect(kept.institution.id, kept.institution.version) if kept.changed else None,
)
def change(session: Session, calls: Sequence[Call[ChangingInstitution]]) -> list[KeptInstitution | Refusal]:
    """Change what is known of partners (变更合作单位); an inactive one gets no more tokens, and is sent nothing more.

    Locks and writes: the `institution`, whose version goes up by one; nothing where nothing changes. Announces
    InstitutionDeactivated or InstitutionReactivated.
    Refuses: not-found, precondition-failed for another version, invalid-body at `/name` or `/reporting_unit`.
    """
    return [_changed(session, call.item) for call in calls]


def _changed(session: Session, wanted: ChangingInstitution) -> KeptInstitution | Refusal:
    institution = session.get(Institution, wanted.id, with_for_update=True)
    if institution is None:
        return NotFound()
    if institution.version not in wanted.version:
        return PreconditionFailed()
    changes = wanted.change.model_dump(exclude_none=True)
    if "reporting_unit" in changes and (fault := unit_fault(session, changes["reporting_unit"])):
        return InvalidBody(fault)
    if "name" in changes:
        if faults := name_faults(changes["name"]):
            return InvalidBody(*faults)
        changes["name"] = stored_name(changes["name"])
    if all(getattr(institution, name) == value for name, value in changes.items()):
        return KeptInstitution(institution, changed=False)
    was_active = institution.active
    for name, value in changes.items():
        setattr(institution, name, value)
    institution.version += 1
    session.flush()
    if institution.active != was_active:
        kind = InstitutionReactivated if institution.active else InstitutionDeactivated
        announce(session, kind(institution_id=institution.id, version=institution.version))
    return KeptInstitution(institution, changed=True)
