"""What a subject is registered in already (有效登记), and what of it stands in the way of one more registration."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import Session

from services.registry.people.queries import hold
from services.registry.registrations import queries
from services.registry.registrations.errors import AlreadyRegistered, ProgrammesExclude
from services.registry.registrations.models import Registration
from shared.auth import Caller
from shared.contracts.duplicates import Relation
from shared.problems import Refusal


class Standing:
    """The active registrations of some subjects, those included that are being entered with them."""

    def __init__(self, session: Session, subjects: Collection[UUID], relations: Sequence[Relation]) -> None:
        self._excludes = [relation for relation in relations if relation.rule == "forbid"]
        if self._excludes:
            hold(session, subjects)  # of two processes that register one person, the second sees what the first did
        self._taken = {(each.programme, each.subject_ref): each for each in queries.active(session, subjects)}

    def add(self, registration: Registration) -> None:
        """One more is active."""
        self._taken[registration.programme, registration.subject_ref] = registration

    def refusal(self, programme: str, subject_ref: UUID, caller: Caller, besides: UUID | None = None) -> Refusal | None:
        """Why the subject cannot be registered in the programme: it is, or it is in one that excludes it."""
        present = self._taken.get((programme, subject_ref))
        if present and present.id != besides:
            return already(present, caller)
        others = [relation.beside(programme) for relation in self._excludes]
        if any((other, subject_ref) in self._taken for other in others if other):
            clauses = [relation.clause for relation in self._excludes if relation.beside(programme)]
            return ProgrammesExclude(programmes=[other for other in others if other], clauses=clauses)
        return None


def already(present: Registration, caller: Caller) -> AlreadyRegistered:
    """Tells which registration stands in the way only to whoever may see it."""
    own = caller.institution_id in (None, present.institution_id)
    return AlreadyRegistered(registration_id=str(present.id)) if own else AlreadyRegistered()
