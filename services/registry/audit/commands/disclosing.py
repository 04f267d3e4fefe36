from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.organisations.queries import as_stated
from services.registry.people.queries import person_as_stated
from services.registry.registrations import queries
from services.registry.registrations.models import Registration
from services.registry.registrations.schemas import Subject
from shared.auth import Caller
from shared.problems import NotFound, Refusal


@dataclass(frozen=True)
class Disclosing:
    """Clear values wanted of one registration, and for what."""

    id: UUID
    purpose: str


class Disclosed(NamedTuple):
    """A registration and its subject with clear values."""

    registration: Registration
    subject: Subject


def disclose(session: Session, wanted: Sequence[Disclosing], caller: Caller) -> list[Disclosed | Refusal]:
    """Show clear values (查看明文). It is a command because it leaves a trace: the audit entry is its effect."""
    return [_disclosed(session, each, caller) for each in wanted]


def _disclosed(session: Session, wanted: Disclosing, caller: Caller) -> Disclosed | Refusal:
    registration = queries.registration(session, caller, wanted.id)
    if registration is None:
        return NotFound()
    of_person = registration.subject_kind == "person"
    subject = (person_as_stated if of_person else as_stated)(session, registration.record_ref)
    return Disclosed(registration, subject)
