"""Recording what follows a recognition (记录认定后情况): read, judged beside what stands, entered, announced."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.outcomes.commands.entering import Change, change_registration
from services.registry.outcomes.commands.holders import ReadPerson, enter_people, know, read_holder
from services.registry.outcomes.errors import ContradictsRecorded, HoldsAnotherPost, NotRecognised
from services.registry.outcomes.models import Circumstance, keep_name
from services.registry.outcomes.queries.circumstances import (
    as_recorded,
    facts_read,
    posts_held,
    standing,
    subjects_of,
)
from services.registry.outcomes.rules.circumstances import (
    Recorded,
    Tenure,
    circumstance_faults,
    contradicts,
    slot_of,
    tenures,
)
from services.registry.outcomes.schemas.circumstances import FactRead, NewFact, StatedHolder
from services.registry.registrations.commands.reading import References, references_now
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import locked_for
from services.registry.registrations.rules import WRITERS
from services.registry.subjects.errors import SubjectRestricted
from services.registry.subjects.queries.people import lock_identities
from shared import clock
from shared.auth import Caller
from shared.contracts.registration import STANDING
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said


@dataclass(frozen=True)
class Recording:
    """A circumstance to record of a registration."""

    registration_id: UUID
    stated: NewFact


class Entered(NamedTuple):
    """A circumstance as it stands now; `new` unless it stood already."""

    row: Circumstance
    new: bool
    version: int


class RecordedFact(NamedTuple):
    """A circumstance as it is answered, with the version of its registration; `new` unless it stood already."""

    fact: FactRead
    new: bool
    version: int

    @property
    def status(self) -> int:
        """201 where something was recorded."""
        return 201 if self.new else 200

    def effect(self) -> Effect:
        """What the audit trail keeps of it."""
        return Effect(self.fact.registration_id, self.version)


@dataclass
class _Wanted:
    """One circumstance on its way in: found in order by itself, and what became of it."""

    item: Recording
    caller: Caller
    registration: Registration
    holder: ReadPerson | None
    outcome: Entered | Refusal = field(init=False)

    @property
    def recorded(self) -> Recorded:
        """As the rules read it."""
        if self.holder:
            return _recorded(self.item.stated)._replace(who=self.holder.who, details=self.holder.details)
        return _recorded(self.item.stated)

    @property
    def new_row(self) -> Circumstance | None:
        """The row to store, where one is."""
        return self.outcome.row if isinstance(self.outcome, Entered) and self.outcome.new else None


def _recorded(stated: NewFact) -> Recorded:
    if isinstance(stated, StatedHolder):
        return Recorded("holder", stated.effective_on, None, None, {})
    return Recorded(stated.attribute, stated.effective_on, stated.value or stated.effective_on, None, {})


@dataclass
class _Standing:
    """What stands of the registrations concerned, this batch included, and which posts its people hold."""

    rows: dict[UUID, list[tuple[Circumstance, Recorded]]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[UUID, list[Tenure]] = field(default_factory=dict)

    def held_elsewhere(self, wanted: Recorded, registration: Registration, rest: Sequence[Recorded]) -> bool:
        """Whether the holder has another post on a day on which they would have this one."""
        mine = [each for each in tenures([*rest, wanted], registration.ended_on) if each.who == wanted.who]
        others = [each for post, held in self.posts.items() if post != registration.id for each in held]
        return any(one.who == other.who and one.meets(other) for one in mine for other in others)


@operation(
    "record_fact",
    roles=WRITERS,
    target=lambda recording: recording.registration_id,
    effect=RecordedFact.effect,
)
def record(session: Session, calls: Sequence[Call[Recording]]) -> list[RecordedFact | Refusal]:
    """Record what follows a recognition, from a day on (认定后情况); the same again is what stands already.

    One that `corrects` another takes its place, which stays in sight as withdrawn. Locks identities (shared), the
    registrations, and the people known. Writes `circumstance`, holders (`person`, `identitydocument`), and the next
    version of the registration with its history; announces RegistrationFactRecorded for each. Refuses with NotFound,
    SubjectRestricted, NotRecognised, InvalidBody, ContradictsRecorded, HoldsAnotherPost.
    """
    lock_identities(session, changing=False)
    references = references_now(session)
    held = locked_for(session, [(call.caller, call.item.registration_id) for call in calls])
    wanted = [_read(call, each, references) for call, each in zip(calls, held, strict=True)]
    left = [each for each in wanted if isinstance(each, _Wanted)]
    stands = _stands(session, left)
    for each in left:
        each.outcome = _admitted(each, stands, references)
    _enter(session, left, stands, references)
    shown = facts_read(session, [each.outcome.row for each in left if isinstance(each.outcome, Entered)])
    outcomes = (each.outcome if isinstance(each, _Wanted) else each for each in wanted)
    return [
        RecordedFact(shown[each.row.id], each.new, each.version) if isinstance(each, Entered) else each
        for each in outcomes
    ]


def _read(call: Call[Recording], registration: Registration | None, references: References) -> _Wanted | Refusal:
    """One by itself, or what is wrong with it."""
    stated = call.item.stated
    if registration is None:
        return NotFound()
    if registration.restricted:
        return SubjectRestricted()
    if registration.state not in STANDING or registration.counted_on is None:
        return NotRecognised(state=registration.state)
    programme = references.programmes[registration.programme]
    since, until = registration.counted_on, registration.ended_on
    if faults := circumstance_faults(_recorded(stated), programme, since, until, references.today):
        return InvalidBody(*faults)
    if not isinstance(stated, StatedHolder):
        return _Wanted(call.item, call.caller, registration, None)
    read = read_holder(stated.value, stated.value.details, stated.effective_on, programme, references)
    return read if isinstance(read, InvalidBody) else _Wanted(call.item, call.caller, registration, read)


def _stands(session: Session, wanted: Sequence[_Wanted]) -> _Standing:
    people = know(session, [each.holder for each in wanted if each.holder])
    found = _Standing(posts=posts_held(session, people))
    rows = standing(session, {each.registration.id for each in wanted})
    subjects = subjects_of(session, [row.record_ref for row in rows if row.record_ref])
    for row in rows:
        found.rows[row.registration_id].append((row, as_recorded(row, subjects)))
    return found


def _admitted(wanted: _Wanted, stands: _Standing, references: References) -> Entered | Refusal:
    """Judge one beside what stands, and let it stand there from then on."""
    registration, new, stated = wanted.registration, wanted.recorded, wanted.item.stated
    own = stands.rows[registration.id]
    if wanted.holder and wanted.holder.restricted:
        return SubjectRestricted()
    for row, each in own:
        if each[:4] == new[:4]:
            return Entered(row, new=False, version=registration.version)
    corrected = [row for row, _ in own if row.id == stated.corrects and row.slot == slot_of(new.attribute)]
    if stated.corrects and not corrected:
        return InvalidBody(NOTHING_TO_CORRECT)
    rest = [each for row, each in own if row not in corrected]
    slot = [each for each in rest if slot_of(each.attribute) == slot_of(new.attribute)]
    if contradicts(new, slot, references.programmes[registration.programme], registration.details):
        return ContradictsRecorded()
    if new.who is not None and stands.held_elsewhere(new, registration, rest):
        return HoldsAnotherPost()
    return _let_stand(wanted, stands, new, corrected)


def _let_stand(wanted: _Wanted, stands: _Standing, new: Recorded, corrected: Sequence[Circumstance]) -> Entered:
    registration, caller, stated, now = wanted.registration, wanted.caller, wanted.item.stated, clock.now()
    for row in corrected:
        row.withdrawn_by, row.withdrawn_reason, row.withdrawn_at = caller.actor, stated.reason, now
    row = Circumstance(
        id=new_id(),
        registration_id=registration.id,
        attribute=new.attribute,
        slot=slot_of(new.attribute),
        effective_on=new.effective_on,
        day=new.day,
        details=dict(new.details),
        corrects=stated.corrects,
        by=caller.actor,
        role=caller.role.value,
        recorded_at=now,
    )
    kept = [(each, recorded) for each, recorded in stands.rows[registration.id] if each not in corrected]
    stands.rows[registration.id] = [*kept, (row, new)]
    if new.who is not None:
        stands.posts[registration.id] = tenures([*(each for _, each in kept), new], registration.ended_on)
    return Entered(row, new=True, version=0)


def _enter(session: Session, wanted: Sequence[_Wanted], stands: _Standing, references: References) -> None:
    """Store what was admitted, and announce each registration as it stands thereafter."""
    session.flush()  # what was corrected gives way before its successor comes
    accepted = [(each, row) for each in wanted if (row := each.new_row)]
    found = iter(enter_people(session, [each.holder for each, _ in accepted if each.holder], references))
    events = []
    for each, row in accepted:
        row.record_ref = next(found).record_ref if each.holder else None
        keep_name(row, each.holder.stated.name if each.holder else None)
        session.add(row)
        programme = references.programmes[each.registration.programme]
        own = [recorded for _, recorded in stands.rows[row.registration_id]]
        change = Change("record_fact", each.caller, row.effective_on)
        events.append(change_registration(session, each.registration, programme, own, change))
        each.outcome = Entered(row, new=True, version=each.registration.version)
    session.flush()
    announce(session, *events)


NOTHING_TO_CORRECT = Fault(
    "/corrects",
    "fact_unknown",
    Said("没有可更正的记录，或已撤回、已更正", "names nothing that stands; it was withdrawn or corrected"),
)
