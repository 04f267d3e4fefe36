"""Entering placements (见习登记): read, judged beside the base and whatever else the person is in, stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.outcomes.commands.holders import ReadPerson, enter_people, know, read_stated
from services.registry.outcomes.errors import AlreadyPlaced
from services.registry.outcomes.models import Placement, PlacementEntry, keep_name
from services.registry.outcomes.queries.placements import days_of, placed
from services.registry.outcomes.queries.stated import people_stated
from services.registry.outcomes.rules.placements import BASES, BaseThen, PlacementDays, placement_faults
from services.registry.outcomes.schemas.placements import NewPlacement, PlacementRead
from services.registry.registrations.commands.reading import References, references_now
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import locked_for
from services.registry.registrations.rules import WRITERS, stored_notes
from services.registry.subjects.errors import SubjectRestricted
from services.registry.subjects.queries.people import lock_identities
from services.registry.subjects.schemas.people import PersonRead
from shared import clock
from shared.auth import Caller
from shared.contracts.placement import PlacementRecorded
from shared.contracts.registration import STANDING
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, Language, NotFound, Refusal, Said


class ShownPlacement(NamedTuple):
    """A placement with the unit of its base and whom it is of, masked."""

    row: Placement
    unit: str
    subject_ref: UUID
    person: PersonRead

    def read(self, language: Language, reader: Caller) -> PlacementRead:
        """As it is answered to somebody."""
        return PlacementRead.of(self.row, self.unit, self.person, self.subject_ref, language, reader)

    def effect(self) -> Effect:
        """What the audit trail keeps of it."""
        return Effect(self.row.id, self.row.version)


@dataclass
class _Trainee:
    """A placement on its way in: found in order by itself, and what became of it."""

    new: NewPlacement
    days: PlacementDays
    caller: Caller
    base: Registration
    person: ReadPerson
    refusal: Refusal | None = field(default=None)


@operation("place", roles=WRITERS, effect=ShownPlacement.effect)
def place(session: Session, calls: Sequence[Call[NewPlacement]]) -> list[ShownPlacement | Refusal]:
    """Enter placements of people at recognised bases (见习登记), 3 to 12 months, one at a time a person.

    Locks identities (shared), the bases' registrations and the people known. Writes `placement` and its entry, people
    (`person`, `identitydocument`); announces PlacementRecorded. Refuses with NotFound (the base), InvalidBody (every
    fault at once), SubjectRestricted and AlreadyPlaced.
    """
    lock_identities(session, changing=False)
    references = references_now(session)
    bases = locked_for(session, [(call.caller, call.item.base) for call in calls])
    read = [_read(call, base, references) for call, base in zip(calls, bases, strict=True)]
    left = [each for each in read if isinstance(each, _Trainee)]
    _admit(session, left)
    stored = iter(_enter(session, [each for each in left if not each.refusal], references))
    return [_outcome(each, stored) for each in read]


def _outcome(read: "_Trainee | Refusal", stored: Any) -> ShownPlacement | Refusal:
    if isinstance(read, Refusal):
        return read
    placed_: ShownPlacement | Refusal = read.refusal or next(stored)
    return placed_


def _read(call: Call[NewPlacement], base: Registration | None, references: References) -> _Trainee | Refusal:
    new = call.item
    if base is None:
        return NotFound()
    days = PlacementDays(**new.model_dump(include=set(PlacementDays._fields)))
    faults = [*_base_faults(base, days), *placement_faults(days, references.today)]
    person = read_stated(new.subject, new.started_on, references, "/subject")
    if isinstance(person, InvalidBody):
        return InvalidBody(*faults, *person.faults)
    if faults:
        return InvalidBody(*faults)
    return _Trainee(new, days, call.caller, base, person)


def _base_faults(base: Registration, days: PlacementDays) -> list[Fault]:
    if base.programme != BASES:
        return [NO_BASE]
    if base.state not in STANDING or not BaseThen(base.counted_on, base.ended_on).recognised_on(days.started_on):
        return [BASE_NOT_RECOGNISED]
    return []


def _admit(session: Session, trainees: Sequence[_Trainee]) -> None:
    """One placement a person on any day (一人同期一段), beside what stands and what this batch brings."""
    known = placed(session, know(session, [each.person for each in trainees]))
    taken: dict[Any, list[PlacementDays]] = {who: [days_of(each) for each in rows] for who, rows in known.items()}
    for each in trainees:
        others = taken.setdefault(each.person.who, [])
        if each.person.restricted:
            each.refusal = SubjectRestricted()
        elif any(each.days.meets(other) for other in others):
            each.refusal = AlreadyPlaced()
        else:
            others.append(each.days)


def _enter(session: Session, trainees: Sequence[_Trainee], references: References) -> list[ShownPlacement]:
    subjects = enter_people(session, [each.person for each in trainees], references)
    rows = []
    for each, subject in zip(trainees, subjects, strict=True):
        now = clock.now()
        row = Placement(
            id=new_id(),
            base_id=each.base.id,
            record_ref=subject.record_ref,
            **each.days._asdict(),
            last_day=each.days.last_day,
            state=each.days.state,
            external_ref=each.new.external_ref,
            warnings=stored_notes("subject", subject.notes),
            created_at=now,
            updated_at=now,
        )
        keep_name(row, each.person.stated.name)
        session.add(row)
        rows.append(row)
    session.flush()
    people = people_stated(session, rows)
    found = [
        ShownPlacement(row, each.base.reporting_unit, subject.subject_ref, people[row.id])
        for row, each, subject in zip(rows, trainees, subjects, strict=True)
    ]
    session.add_all(entry_of(row, each.caller) for row, each in zip(rows, trainees, strict=True))
    announce(session, *map(recorded_event, found))
    return found


def entry_of(row: Placement, caller: Caller) -> PlacementEntry:
    """The entry of what brought a placement to its present version; to be added to the session."""
    kept = row.model_dump(include={"version", "state", *PlacementDays._fields})
    return PlacementEntry(placement_id=row.id, by=caller.actor, role=caller.role.value, at=row.updated_at, **kept)


def recorded_event(placed_: ShownPlacement) -> PlacementRecorded:
    """The event of a placement as it now stands."""
    row, unit, subject_ref, _ = placed_
    kept = row.model_dump(include={"version", "state", "last_day", *PlacementDays._fields})
    return PlacementRecorded(
        placement_id=row.id, base_id=row.base_id, reporting_unit=unit, subject_ref=subject_ref, **kept
    )


NO_BASE = Fault("/base", "no_base", Said("该登记不是就业见习基地", "The registration is not one of an internship base"))
BASE_NOT_RECOGNISED = Fault(
    "/base",
    "base_not_recognised",
    Said("见习开始之日该单位不是有效的见习基地", "It was no recognised base on the day the placement started"),
)
