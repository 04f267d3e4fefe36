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
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
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


@operation(
    "unmask",
    roles=(Role.AUDITOR, Role.BUREAU_OFFICER),
    target=lambda disclosing: disclosing.id,
    effect=lambda disclosed: Effect(disclosed.registration.id, disclosed.registration.version),
    purpose=lambda disclosing: disclosing.purpose,
)
def disclose(session: Session, calls: Sequence[Call[Disclosing]]) -> list[Disclosed | Refusal]:
    """Show clear values of a registration's subject (查看明文), as it was stated, for a stated purpose.

    It is an operation because it leaves a trace: the audit entry with the purpose is its only effect. Answering the
    same Idempotency-Key again is an entry too. Locks nothing, writes nothing itself, no event. Refuses: not-found.
    """
    return [_disclosed(session, call.item, call.caller) for call in calls]


def _disclosed(session: Session, wanted: Disclosing, caller: Caller) -> Disclosed | Refusal:
    registration = queries.registration(session, caller, wanted.id)
    if registration is None:
        return NotFound()
    of_person = registration.subject_kind == "person"
    subject = (person_as_stated if of_person else as_stated)(session, registration.record_ref)
    return Disclosed(registration, subject)
