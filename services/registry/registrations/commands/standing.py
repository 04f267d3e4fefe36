"""What a subject is or was registered in (有效登记、曾经认定), and what stands in the way of one more registration."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session

from services.registry.registrations import queries
from services.registry.registrations.commands.reading import References
from services.registry.registrations.errors import AlreadyRegistered, ProgrammesExclude, TitledBefore
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import INACTIVE
from services.registry.subjects.queries.people import credited_registrations, lock_people
from services.registry.subjects.rules.documents import Note
from shared.auth import Caller
from shared.contracts.registration import ENDED, NO_EFFECT
from shared.problems import Refusal, Said


class Standing:
    """The active registrations of some subjects, those included that are being entered with them; `only` those of one
    institution, where it tries and may learn of no other.
    """

    def __init__(
        self, session: Session, subjects: Collection[UUID], references: References, only: UUID | None = None
    ) -> None:
        self._programmes = references.programmes
        self._excludes = [relation for relation in references.relations if relation.rule == "forbid"]
        if self._excludes:
            # Of two processes that register one person, the second sees what the first did.
            lock_people(session, subjects)
        found = [each for each in queries.of_subjects(session, subjects) if only in (None, each.institution_id)]
        credited = credited_registrations(session, [each.id for each in found])
        self._active = {(each.programme, each.subject_ref): each for each in found if each.state not in INACTIVE}
        self._left: dict[tuple[str, UUID], set[UUID]] = {}
        for each in found:
            if each.state in {*ENDED} - {*NO_EFFECT}:
                self._left.setdefault((each.programme, each.subject_ref), set()).add(each.institution_id)
        self._credited = {(each.programme, each.subject_ref) for each in found if each.id in credited}

    def add(self, registration: Registration) -> None:
        """One more is active."""
        self._active[registration.programme, registration.subject_ref] = registration

    def present(self, programme: str, subject_ref: UUID) -> Registration | None:
        """The active registration of the subject in the programme."""
        return self._active.get((programme, subject_ref))

    def refusal(self, programme: str, subject_ref: UUID, caller: Caller, besides: UUID | None = None) -> Refusal | None:
        """Why the subject cannot be registered in the programme: it is, or it is in one that excludes it."""
        present = self.present(programme, subject_ref)
        if present and present.id != besides:
            return already(present, caller)
        if (programme, subject_ref) in self._left and self._programmes[programme].again == "refuse":
            return TitledBefore()
        others = [relation.beside(programme) for relation in self._excludes]
        if any((other, subject_ref) in self._active for other in others if other):
            clauses = [relation.clause for relation in self._excludes if relation.beside(programme)]
            return ProgrammesExclude(programmes=[other for other in others if other], clauses=clauses)
        return None

    def yields(self, programme: str, subject_ref: UUID) -> bool:
        """Whether the bureau gave the credit (归属) to a registration of the subject in the programme before."""
        return (programme, subject_ref) in self._credited

    def notes(self, programme: str, subject_ref: UUID, institution_id: UUID) -> tuple[Note, ...]:
        """What is to be known of a subject that comes a second time (再次); the bureau alone, if from elsewhere."""
        left = self._left.get((programme, subject_ref))
        if not left:
            return ()
        return (AGAIN,) if institution_id in left else (AGAIN_FROM_ELSEWHERE,)


AGAIN = Note(
    "again",
    "info",
    Said("该对象此前已在本计划认定并退出，此为再次", "the subject was recognised here before and had left"),
)
AGAIN_FROM_ELSEWHERE = Note("again_from_elsewhere", "info", AGAIN.said)


def already(present: Registration, caller: Caller) -> AlreadyRegistered:
    """Tells which registration stands in the way only to whoever may see it."""
    own = caller.institution_id in (None, present.institution_id)
    return AlreadyRegistered(registration_id=str(present.id)) if own else AlreadyRegistered()
