"""Changing placements (见习变更): extended, finished, hired, left, or put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.registry.outcomes.commands.placing import ShownPlacement, entry_of, recorded_event
from services.registry.outcomes.errors import AlreadyPlaced
from services.registry.outcomes.models import Placement
from services.registry.outcomes.queries.circumstances import subjects_of
from services.registry.outcomes.queries.placements import days_of, held_placements, placed, placement
from services.registry.outcomes.queries.stated import people_stated
from services.registry.outcomes.rules.placements import PlacementDays, placement_faults
from services.registry.outcomes.schemas.placements import PlacementChange
from services.registry.registrations.rules import WRITERS
from services.registry.subjects.errors import SubjectRestricted
from services.registry.subjects.queries.people import is_restricted, lock_identities, lock_people
from shared import clock
from shared.auth import Caller
from shared.operations import Call, operation
from shared.outbox import announce
from shared.problems import InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.versions import Versions


@dataclass(frozen=True)
class Following:
    """What changes of a placement, at the version that was seen."""

    id: UUID
    versions: Versions
    change: PlacementChange


@operation("change_placement", roles=WRITERS, target=lambda following: following.id, effect=ShownPlacement.effect)
def follow(session: Session, calls: Sequence[Call[Following]]) -> list[ShownPlacement | Refusal]:
    """Change placements (见习变更): extend, finish, hire, leave, or put right; what changes nothing is no new version.

    Locks identities (shared), the placements and their people. Writes `placement` and its entry; announces
    PlacementRecorded. Refuses with NotFound, SubjectRestricted, PreconditionFailed, InvalidBody, and AlreadyPlaced
    where the person would be in two at once.
    """
    lock_identities(session, changing=False)
    held = held_placements(session, [call.item.id for call in calls])
    subjects = subjects_of(session, [each.record_ref for each in held.values()])
    lock_people(session, set(subjects.values()))
    others = placed(session, set(subjects.values()))
    outcomes: list[ShownPlacement | Refusal] = []
    changed = []
    for call in calls:
        outcome = _followed(session, call.item, call.caller, subjects, others)
        if not isinstance(outcome, Refusal) and outcome[1]:
            changed.append(outcome[0])
        outcomes.append(outcome if isinstance(outcome, Refusal) else outcome[0])
    session.flush()
    announce(session, *map(recorded_event, changed))
    return outcomes


def _followed(
    session: Session,
    wanted: Following,
    caller: Caller,
    subjects: dict[UUID, UUID],
    others: dict[UUID, list[Placement]],
) -> tuple[ShownPlacement, bool] | Refusal:
    """The placement as it is then, and whether it changed."""
    seen = placement(session, caller, wanted.id)
    if seen is None:
        return NotFound()
    row, unit = seen
    if is_restricted(session, row.record_ref):
        return SubjectRestricted()
    if row.version not in wanted.versions:
        return PreconditionFailed()
    stated = wanted.change.stated()
    days = days_of(row)._replace(**{name: stated[name] for name in PlacementDays._fields if name in stated})
    if faults := placement_faults(days, clock.today()):
        return InvalidBody(*faults)
    person = subjects[row.record_ref]
    if any(days.meets(days_of(each)) for each in others[person] if each.id != row.id):
        return AlreadyPlaced()
    shown = people_stated(session, [row])[row.id]
    return ShownPlacement(row, unit, person, shown), _change(session, row, days, stated, caller)


def _change(session: Session, row: Placement, days: PlacementDays, stated: dict[str, Any], caller: Caller) -> bool:
    external_ref = stated.get("external_ref", row.external_ref)
    if (days, external_ref) == (days_of(row), row.external_ref):
        return False
    row.sqlmodel_update(days._asdict() | {"last_day": days.last_day, "state": days.state})
    row.external_ref = external_ref
    row.version += 1
    row.updated_at = clock.now()
    session.add(entry_of(row, caller))
    return True
